"""The table of bulletins: the own ones, and the read model of the other counties'."""

from shared.contracts.bulletins import Bulletin

from shared.runtime.aggregates import AggregateTable, StreamTable

STREAM = StreamTable(
    "bulletins",
    "bulletins",
    1,
    {"bulletin": Bulletin},
    sort_key=lambda bulletin: bulletin.valid_until.isoformat(),
    search_text=lambda bulletin: [bulletin.title, bulletin.text],
)
BULLETINS = AggregateTable(STREAM, Bulletin)
