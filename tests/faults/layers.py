"""Reads outboxes, topics, effects and rows for the judgement, and finds the first layer that lacks a lost event."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from tests.faults import ledger, topic
from tests.faults.commands import COUNTIES, SUBJECTS
from tests.faults.field import Field
from tests.faults.journal import Entry
from tests.faults.ledger import Difference, Event, Key, Row, Verdict
from tests.faults.subject import Subject

_Numbered = dict[tuple[int, int], str]
_Records = list[tuple[int, int, str]]
_EFFECTS = "SELECT topic, epoch, number FROM fault_effects"
_OLDER = "SELECT county, id::text, before, after FROM fault_older"


@dataclass(frozen=True)
class Layers:
    """A service in all counties: outboxes, topics, effects and rows, by county."""

    events: dict[str, list[Event]]
    records: dict[str, list[topic.Record]]
    effects: dict[str, list[tuple[str, int, int]]]
    rows: dict[str, dict[Key, Row]]
    older: dict[str, list[tuple[str, ...]]]


def read(field: Field, subject: Subject) -> Layers:
    """Read the present state of all layers."""
    layers = Layers({}, {}, {}, {}, {})
    for name in COUNTIES:
        database, on = field.database(name, subject), field.topic(name, subject)
        rows = field.databases.fetch(database, subject.rows)
        layers.rows[name] = {(row["county"], row["id"]): Row(row["version"], row["mark"]) for row in rows}
        layers.events[name] = _with_published(field.events(name, subject), field.published.get(on, []))
        layers.records[name] = topic.read(field.kafka(name).administered, on)
        layers.effects[name] = [tuple(row) for row in field.databases.fetch(database, _EFFECTS)]
        layers.older[name] = [tuple(map(str, row)) for row in field.databases.fetch(database, _OLDER)]
    return layers


def _with_published(events: Sequence[Event], published: Sequence[Event]) -> list[Event]:
    """The outbox's events, preceded by published events that a replaced database no longer has.

    A database that was restored twice may have the restated copy of an event alone.
    """
    known = {(event.id, event.version, event.mark) for event in events if not event.restated}
    places = {(event.epoch, event.number) for event in events}
    older: list[Event] = []
    for event in published:
        if (event.epoch, event.number) not in places:
            same = (event.id, event.version, event.mark)
            older.append(replace(event, restated=event.restated or same in known))
            places.add((event.epoch, event.number))
            if not event.restated:
                known.add(same)
    return [*older, *events]


def judge(field: Field, entries: Sequence[Entry]) -> Iterator[Difference]:
    """Every difference, in all services and counties."""
    for early in field.early:
        yield Difference(
            Verdict.EARLY, early.split(".")[0], early, "sent before it is acknowledged", "not sent", "topic"
        )
    for subject in SUBJECTS:
        layers = read(field, subject)
        asked = [entry for entry in entries if entry.service == subject.service]
        yield from _judge_subject(field, subject, layers, asked)


def _judge_subject(field: Field, subject: Subject, layers: Layers, asked: Sequence[Entry]) -> Iterator[Difference]:
    truth = {key: row for name in COUNTIES for key, row in layers.rows[name].items() if key[0] == name}
    for name in COUNTIES:
        on, events = field.topic(name, subject), layers.events[name]
        numbered = {(event.epoch, event.number): event.id for event in events if event.epoch and event.number}
        records = [(record.epoch, record.number, record.id) for record in layers.records[name]]
        numbered, records = _still_demanded(field, on, numbered, records)
        yield from ledger.judge_owner(
            name, [entry for entry in asked if entry.county == name], events, layers.rows[name]
        )
        yield from ledger.judge_topic(on, name, numbered, records)
        yield from ledger.judge_effects(name, layers.effects[name])
        for county, identity, before, after in layers.older[name]:
            yield Difference(Verdict.OLDER, name, f"{county}/{identity}", f"not below {before}", after, "view")
        for difference in ledger.judge_view(name, truth, layers.rows[name]):
            owner, identity = difference.aggregate.split("/")
            row = truth.get((owner, identity))
            missing = (
                _missing(field, field.topic(owner, subject), layers, name, owner, identity, row.version) if row else ""
            )
            yield replace(difference, missing=missing)


def _still_demanded(field: Field, on: str, numbered: _Numbered, records: _Records) -> tuple[_Numbered, _Records]:
    """The rest of outbox and topic to be compared, where a topic was set back or emptied, or records were forged.

    A topic that was set back gets the numbers of its owner's last epoch again, an emptied one the newest states.
    """
    left = {place: identity for place, identity in numbered.items() if (on, *place) not in field.forged}
    last = max((epoch for epoch, _ in left), default=0)
    if on in field.set_back:
        left = {place: identity for place, identity in left.items() if place[0] == last}
    if on in field.emptied:
        newest = {identity: place for place, identity in sorted(left.items())}
        left = {place: identity for identity, place in newest.items()}
    passed_over = numbered.keys() - left.keys() | {place[1:] for place in field.forged if place[0] == on}
    return left, [record for record in records if record[:2] not in passed_over]


def _missing(field: Field, on: str, layers: Layers, viewer: str, owner: str, identity: str, version: int) -> str:
    """The first layer that lacks this version of the aggregate."""
    event = next((each for each in layers.events[owner] if (each.id, each.version) == (identity, version)), None)
    if event is None:
        return "outbox"
    if event.epoch is None or event.number is None:
        return "relay: it has no number"
    if (event.epoch, event.number) not in {(record.epoch, record.number) for record in layers.records[owner]}:
        return f"topic: it lacks {event.epoch}/{event.number}"
    if viewer not in field.sharing(owner) and (event.epoch, event.number) not in _brought(field, on, viewer):
        return f"mirror: the Kafka of {viewer} lacks {event.epoch}/{event.number}"
    if (on, event.epoch, event.number) not in layers.effects[viewer]:
        return f"inbox: {event.epoch}/{event.number} has had no effect"
    return f"view: {event.epoch}/{event.number} has had its effect"


@cache
def _brought(field: Field, on: str, viewer: str) -> set[tuple[int, int]]:
    """The (epoch, number) of all that a mirror has brought of a topic to the viewer's Kafka.

    It is read once: hundreds of events may be missing, and all is at rest when they are looked for.
    """
    return {(record.epoch, record.number) for record in topic.read(field.kafka(viewer).administered, on)}
