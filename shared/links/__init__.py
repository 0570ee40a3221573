"""Where each stream stands, here and with the others, and how the counties tell each other.

`checkpoints` keep how far a stream has been applied here, `identity` whether this database is the one that
published. `reports` are made of both and held against both when they are heard; `reporter` sends them. `freshness`
is what people and programs are shown of it.
"""
