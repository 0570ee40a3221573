"""Decisions about advice, guidance, sites and signals. Pure: nothing here waits, writes, or reads more than tables/.

gate         advice for a person who suspects a shipment; answers.py its form, tables.py its data
guidance     routines and safety advice; methods.py the method, and municipalities that follow it
sites        the county's register of sites; areas.py how exact their number lets a signal be
generaliser  on the side of the police: from one observation to what may leave
signals      released, corrected, withdrawn, expired; sentences.py how a person reads one
feedback     counties' answers to each other; outcomes.py numbers for postal staff
"""
