"""Commands, each in one transaction. Routes and due jobs call the same ones.

publishing  the public statistics are published and revised by the clock
yearly      the yearly report is counted, and its writers are reminded

No aggregate is locked here; a report of a year is, after the positions that it is counted at.
"""
