"""The decisions of the delivery protocol (docs/protocol.md): judge a record, track progress, find what to republish.

Pure functions and values: no database, no Kafka, no await. The packages above carry the decisions out, and
`tests/model` checks them against random schedules of faults.
"""
