"""Who takes part in crime prevention: actors, cooperation agreements, networks.

Read in this order: domain, store, api, handlers, service. Every later service has the same rooms.
"""
