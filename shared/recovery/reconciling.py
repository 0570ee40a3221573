"""Plans how a restored database takes over its topic's events (docs/protocol.md, E3). Pure: it changes nothing.

There are three cases for each aggregate. Events that only the topic has were published after the backup: they are
taken over. Rows that only the database has are not known to be published: they lose their numbers. If both have events
that the other lacks, commands were accepted between the restore and its detection: the database keeps its own state,
and the topic's goes to the report.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from shared.contracts.links import Applied

StreamPosition = tuple[int, int]
"""(epoch, number)."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A row of the outbox. A ``restated`` row is a copy of an earlier event: no command made it."""

    id: UUID
    key: str
    version: int
    position: StreamPosition | None
    restated: bool = False


@dataclass(frozen=True, slots=True)
class PublishedEvent:
    """An event on the topic. One that is ``late`` was sent in an epoch that was over: every receiver has skipped it."""

    id: UUID
    key: str
    version: int
    position: StreamPosition
    late: bool = False

    @property
    def recency(self) -> tuple[int, int]:
        """(epoch, version): the higher, the newer."""
        return self.position[0], self.version


@dataclass(slots=True)
class RecoveryPlan:
    """The changes to make.

    ``found``        rows that are published, with their positions on the topic
    ``unpublished``  rows that are not known to be published: they lose their numbers
    ``void``         rows that are not known to be published and are superseded by the topic: they are deleted
    ``taken``        by key, the newest event of each aggregate that is newer on the topic
    ``conflicts``    by key, the topic's newest event of each aggregate that keeps the database's own state
    ``late``         by key, the newest event of each aggregate that an older database has published
    """

    found: dict[UUID, StreamPosition] = field(default_factory=dict)
    unpublished: set[UUID] = field(default_factory=set)
    void: set[UUID] = field(default_factory=set)
    taken: dict[str, PublishedEvent] = field(default_factory=dict)
    conflicts: dict[str, PublishedEvent] = field(default_factory=dict)
    late: Mapping[str, PublishedEvent] = field(default_factory=dict)


def reconcile(
    outbox: Iterable[OutboxRow], published: Iterable[PublishedEvent], acknowledged: StreamPosition, marker: str
) -> RecoveryPlan:
    """The plan for one topic. ``outbox`` is in the order of writing.

    ``acknowledged`` is the last position that Kafka is known to have confirmed. ``marker`` is the key of the restates'
    end markers: one that is not known to be published is void, for the numbers that it names are taken back. A row
    whose position another event holds on the topic was never heard, whatever Kafka has confirmed. A copy that was never
    heard is as new as what it copies, if the topic has that.
    """
    by_id = {each.id: each for each in published}
    holders = {each.position: each.id for each in by_id.values()}
    plan = RecoveryPlan()
    ages: dict[str, StreamPosition] = {}
    unpublished: dict[str, list[OutboxRow]] = {}
    for row in outbox:
        event = by_id.pop(row.id, None)
        position = event.position if event else row.position
        if event:
            plan.found[row.id] = event.position
        held = position is not None and holders.get(position, row.id) != row.id
        if position and (event or (position <= acknowledged and not held)):
            ages[row.key] = position[0], row.version
            plan.void |= _ids(unpublished.pop(row.key, []))
        elif row.key == marker:
            plan.void.add(row.id)
        else:
            unpublished.setdefault(row.key, []).append(row)
    plan.late = _newest(each for each in by_id.values() if each.key != marker and each.late)
    for key, event in _newest(each for each in by_id.values() if each.key != marker and not each.late).items():
        rows, heard = unpublished.get(key, []), ages.get(key, (0, 0))
        if not all(row.restated for row in rows):
            plan.conflicts[key] = event
        elif event.recency > max([heard, *((acknowledged[0], row.version) for row in rows if row.version != heard[1])]):
            plan.taken[key] = event
            plan.void |= _ids(unpublished.pop(key, []))
    for rows in unpublished.values():
        plan.unpublished |= _ids(rows)
    return plan


def lost_numbers(
    last: StreamPosition, holders: Mapping[StreamPosition, str], furthest: Mapping[str, Applied]
) -> dict[str, int]:
    """By county, at least how many numbers it has reported that neither the database nor its topic has (J7).

    ``last`` is the last position that the two have, ``holders`` the ids of their events at the reported positions.
    """
    lost: dict[str, int] = {}
    for county, each in sorted(furthest.items()):
        position = each.epoch, each.number
        if each.number and position > last:
            lost[county] = each.number - (last[1] if each.epoch == last[0] else 0)
        elif each.event_id and holders.get(position, each.event_id) != each.event_id:
            lost[county] = 1
    return lost


def _ids(rows: Iterable[OutboxRow]) -> set[UUID]:
    return {row.id for row in rows}


def _newest(published: Iterable[PublishedEvent]) -> Mapping[str, PublishedEvent]:
    newest: dict[str, PublishedEvent] = {}
    for each in published:
        if each.key not in newest or newest[each.key].recency < each.recency:
            newest[each.key] = each
    return newest
