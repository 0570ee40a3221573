"""The way of one aggregate from its owner's outbox to every county's rows, for `norrsam trace`.

Of an event no more is told than its type, its version, its numbers and its times: its data may hold anything.
"""
