"""The parts that every service runs on: settings, logs, database, identity, HTTP, metrics.

Read in this order: service, app, part, request, db, aggregates, resource, due, then the rest by need. No module
knows a domain.
"""
