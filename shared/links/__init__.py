"""The state of each stream, here and in the other counties, and the reports that exchange it.

`checkpoints` store how far a stream is applied here, `identity` whether this database is the one that published.
`reports` are built from both, and compared with both when they arrive; `reporter` sends them. `freshness` is the
view of it that people and programs get, and `faults` is what is wrong.
"""
