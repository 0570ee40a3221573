"""Repairs beyond delivery: dead letters, restated streams, rebuilt read models, and restored databases.

An operator or the relay's leader starts them. Read in this order: dead_letters, republishing, restating, rebuilding;
then recovering, with signs, reconciling and taking_over. No module here knows any domain.
"""
