"""Commands, each in one transaction: those that are more than find, decide and write.

est_closing weekly pictures close by the clock
locking     an aggregate is found where it is, and locked for whoever writes in it
joining     municipalities agree on a joint measure
merging     several pictures become one
measuring   a measure is written with its picture and its model at hand
"""
