"""Decisions about initiatives. Pure: nothing here waits, reads or writes.

authors         who writes: a coordinator of a municipality, or a function of the police
home            the aggregates that stay in their county until they are released
picture_life    every step of a problem picture, in one table
pictures        problem pictures
measure_life    every step of a measure, in one table
measures        measures
"""
