"""Advice about a suspected shipment, and what the police have released about such shipments.

Read in this order: domain, commands, store, api, handlers, service: the same rooms as in `actors`. Nothing here knows a
letter: what staff suspect they tell law enforcement alone (5 kap. postlagen).
"""
