"""Who takes part in crime prevention: actors, cooperation agreements, networks.

Read in this order: domain, commands, store, api, handlers, service. Every service has the same rooms.
"""
