"""What may be decided about advice, guidance, sites and signals. Pure: nothing here waits, writes, or reads more
than its own tables.

gate         what a person who suspects a shipment is told; answers.py its form, tables.py what it goes by
guidance     routines and safety advice; methods.py the method, and municipalities that follow it
sites        the county's register of sites; areas.py what their number lets a signal say
generaliser  on the side of the police: from one observation to what may leave
signals      released, corrected, withdrawn, expired; sentences.py how a person reads one
feedback     what counties answer each other; outcomes.py what postal staff hear
"""
