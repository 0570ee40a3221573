"""What a restored database makes of what its topic still has. Pure: it decides, and does nothing (delivery rule E3).

Three cases, aggregate by aggregate. What only the topic has was published after the backup, and is taken over. What
only the database has was never published, or is not known to have been: its number is taken back. Where both have
something of their own, commands were accepted after the restore, before it was noticed: the database keeps its own
state, and the topic's is reported.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

StreamPosition = tuple[int, int]
"""(epoch, number)."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A row of the outbox. No command was accepted with one that is ``restated``: it says again what was known."""

    id: UUID
    key: str
    version: int
    position: StreamPosition | None
    restated: bool = False


@dataclass(frozen=True, slots=True)
class PublishedEvent:
    """An event that the topic has."""

    id: UUID
    key: str
    version: int
    position: StreamPosition

    @property
    def recency(self) -> tuple[int, int]:
        """(epoch, version): the higher, the newer."""
        return self.position[0], self.version


@dataclass(slots=True)
class RecoveryPlan:
    """What to do.

    ``found``        rows that turn out to be published, with their positions
    ``unpublished``  rows that are not known to be: their numbers are taken back
    ``void``         rows that are not known to be, and must not be any more: what the topic has is newer
    ``taken``        the newest event of each aggregate that the topic knows better
    ``conflicts``    those that the database keeps as they are, though the topic has what it does not know
    """

    found: dict[UUID, StreamPosition] = field(default_factory=dict)
    unpublished: set[UUID] = field(default_factory=set)
    void: set[UUID] = field(default_factory=set)
    taken: dict[str, PublishedEvent] = field(default_factory=dict)
    conflicts: dict[str, PublishedEvent] = field(default_factory=dict)


def reconcile(
    outbox: Iterable[OutboxRow], published: Iterable[PublishedEvent], acknowledged: StreamPosition, marker: str
) -> RecoveryPlan:
    """The plan. ``outbox`` is in the order of writing.

    ``acknowledged`` is the last position that Kafka is known to have confirmed, ``marker`` the key of
    the ends of restates: one that is not known to be published speaks of numbers that are taken back, and is void.
    """
    by_id = {each.id: each for each in published}
    plan = RecoveryPlan()
    ages: dict[str, StreamPosition] = {}
    unpublished: dict[str, list[OutboxRow]] = {}
    for row in outbox:
        event = by_id.pop(row.id, None)
        position = event.position if event else row.position
        if event:
            plan.found[row.id] = event.position
        if position and (event or position <= acknowledged):
            ages[row.key] = position[0], row.version
            plan.void |= _ids(unpublished.pop(row.key, []))
        elif row.key == marker:
            plan.void.add(row.id)
        else:
            unpublished.setdefault(row.key, []).append(row)
    for key, event in _newest(each for each in by_id.values() if each.key != marker).items():
        rows = unpublished.get(key, [])
        if not all(row.restated for row in rows):
            plan.conflicts[key] = event
        elif event.recency > max([ages.get(key, (0, 0)), *((acknowledged[0], row.version) for row in rows)]):
            plan.taken[key] = event
            plan.void |= _ids(unpublished.pop(key, []))
    for rows in unpublished.values():
        plan.unpublished |= _ids(rows)
    return plan


def _ids(rows: Iterable[OutboxRow]) -> set[UUID]:
    return {row.id for row in rows}


def _newest(published: Iterable[PublishedEvent]) -> Mapping[str, PublishedEvent]:
    newest: dict[str, PublishedEvent] = {}
    for each in published:
        if each.key not in newest or newest[each.key].recency < each.recency:
            newest[each.key] = each
    return newest
