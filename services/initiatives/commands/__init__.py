"""Commands, each in one transaction: those that are more than find, decide and write.

est_closing weekly pictures close by the clock
locking     an aggregate is found where it is, and locked for whoever writes in it
joining     municipalities agree on a joint measure
merging     several pictures become one
measuring   a measure is written with its picture and its model at hand
assessing   a municipality's readiness is kept, shown to others as far as it is shared, and summed over the county
cooperating an agreement is signed, and shows in the readiness of its municipalities
"""
