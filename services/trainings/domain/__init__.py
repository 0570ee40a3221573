"""Decisions about trainings, occasions, seats and certificates. Pure: nothing here waits, reads or writes.

training      what is taught; occasion.py when and where, and who may ask for seats
saga          every step of an occasion, of a seat and of a request, in one table
seats         what the host decides; arrivals.py what a request means, line.py who is next, pool.py the seats left
asking        what the asking county does, and what it shows while it waits
words         what a person reads of it
certificates  issued by the home county after the host has recorded who came
ids           computed from what they are about
"""
