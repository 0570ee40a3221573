"""The delivery protocol's decisions: what a record is worth, where a stream stands, what must be sent again.

Pure: no database, no Kafka, nothing awaits. `shared/messaging` carries out what is decided here, and `tests/model`
holds it against every order in which things can go wrong.
"""
