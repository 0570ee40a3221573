"""The delivery protocol's decisions: what a record is worth, where a stream stands, what must be sent again.

Pure: no database, no Kafka, nothing awaits. The packages above carry out what is decided here, and `tests/model`
holds it against random orders in which things go wrong.
"""
