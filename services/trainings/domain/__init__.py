"""What may be decided about trainings, occasions, seats and certificates. Pure: nothing here waits, reads or writes.

training      what is taught; occasion.py when and where, and who may ask for seats
saga          every step of an occasion, of a seat and of a request, in one table
seats         what the host decides; pool.py the seats that are left, line.py who is in line for them
asking        what the asking county does, and what it shows while it waits
certificates  issued by the home county after the host has recorded who came
"""
