"""What a restored database makes of what its topic still has. Pure: it decides, and does nothing (delivery rule E3).

Three cases, aggregate by aggregate. What only the topic has was published after the backup, and is taken over. What
only the database has was never published, or is not known to have been: its number is taken back. Where both have
something of their own, commands were accepted after the restore, before it was noticed: the database keeps its own
state, and the topic's is reported.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

Place = tuple[int, int]
"""(epoch, number)."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A row of the outbox."""

    id: UUID
    key: str
    version: int
    place: Place | None


@dataclass(frozen=True, slots=True)
class Published:
    """An event that the topic has."""

    id: UUID
    key: str
    version: int
    place: Place


@dataclass(slots=True)
class Plan:
    """What to do. ``found``: rows that turn out to be published, with their places. ``unpublished``: rows that are

    not known to be, whose numbers are taken back. ``taken``: the newest event of each aggregate that the topic knows
    better. ``conflicts``: those that the database keeps as they are, though the topic has what it does not know.
    """

    found: dict[UUID, Place] = field(default_factory=dict)
    unpublished: set[UUID] = field(default_factory=set)
    taken: dict[str, Published] = field(default_factory=dict)
    conflicts: dict[str, Published] = field(default_factory=dict)


def reconcile(kept: Iterable[Kept], published: Iterable[Published], acknowledged: Place) -> Plan:
    """The plan. ``acknowledged`` is the last place of which the database knows that Kafka has confirmed it."""
    places: dict[UUID, Published] = {each.id: each for each in published}
    plan = Plan()
    versions: dict[str, int] = {}
    ours: set[str] = set()
    known: set[UUID] = set()
    for row in kept:
        known.add(row.id)
        versions[row.key] = max(versions.get(row.key, 0), row.version)
        if row.id in places:
            plan.found[row.id] = places[row.id].place
        elif row.place is None or row.place > acknowledged:
            plan.unpublished.add(row.id)
            ours.add(row.key)
    for key, event in _newest(each for each in places.values() if each.id not in known).items():
        if key in ours:
            plan.conflicts[key] = event
        elif event.version > versions.get(key, 0):
            plan.taken[key] = event
    return plan


def _newest(published: Iterable[Published]) -> Mapping[str, Published]:
    newest: dict[str, Published] = {}
    for each in published:
        before = newest.get(each.key)
        if before is None or (before.place[0], before.version) < (each.place[0], each.version):
            newest[each.key] = each
    return newest
