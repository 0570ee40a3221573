"""What every service needs to run, and none is about: settings, logs, database, identity, HTTP, metrics.

Read in this order: service, app, part, call, db, aggregates, resource, due, then the rest by need. No module here knows
a word of any domain.
"""
