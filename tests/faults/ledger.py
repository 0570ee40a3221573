"""The judgement. It compares the users' answers with the owners' tables, and those with each county's tables.

Its functions are pure: their arguments are the tables and topics as they were read.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.faults.journal import Entry, Outcome

Key = tuple[str, str]


class Verdict(StrEnum):
    """The kinds of difference. A passing run has none of any kind."""

    LOST = "lost"
    DOUBLED = "doubled"
    OLDER = "older over newer"
    STRAY = "stray"
    EARLY = "acknowledged before sent"
    OPEN = "not complete"


@dataclass(frozen=True)
class Difference:
    """A difference between expected and found. ``missing`` is the first layer that lacks the event."""

    verdict: Verdict
    county: str
    aggregate: str
    expected: str
    found: str
    missing: str = ""


@dataclass(frozen=True)
class Event:
    """An event in its owner's outbox. A restated event repeats an earlier state; one that is not asked for tells that
    the county has received something.
    """

    id: str
    version: int
    mark: str
    epoch: int | None = None
    number: int | None = None
    restated: bool = False
    asked: bool = True


@dataclass(frozen=True)
class Row:
    """An aggregate as a county knows it."""

    version: int
    mark: str


def judge_owner(
    county: str, entries: Iterable[Entry], events: Iterable[Event], rows: Mapping[Key, Row]
) -> Iterator[Difference]:
    """Acknowledged commands act once, refused commands never, and every version that is asked for is a command's."""
    asked, written = defaultdict(list), defaultdict(list)
    for entry in entries:
        asked[entry.id].append(entry)
    for event in events:
        if not event.restated:
            written[event.id].append(event)
    own = {identity: row for (owner, identity), row in rows.items() if owner == county}
    for identity in sorted({*asked, *written, *own}):
        for verdict, expected, found in _judge(asked[identity], written[identity], own.get(identity)):
            yield Difference(verdict, county, f"{county}/{identity}", expected, found, "outbox")


def _judge(asked: Sequence[Entry], events: Sequence[Event], row: Row | None) -> Iterator[tuple[Verdict, str, str]]:
    versions = Counter(event.version for event in events)
    marks = {event.version: event.mark for event in events}
    for version, times in versions.items():
        if times > 1:
            yield Verdict.DOUBLED, f"version {version} once", f"{times} times"
    acknowledged = {entry.version: entry for entry in asked if entry.outcome is Outcome.OK and entry.version}
    for version, entry in acknowledged.items():
        if marks.get(version) != entry.mark:
            yield Verdict.LOST, f"command {entry.number} as version {version}", repr(marks.get(version))
    for entry in asked:
        if entry.repeated:
            yield Verdict.DOUBLED, f"one answer to the key of command {entry.number}", entry.repeated
    yield from _unexplained(asked, [event for event in events if event.asked and event.version not in acknowledged])
    first, newest = (1 if all(entry.mark for entry in asked) else 2), max(versions, default=0)
    if sorted(versions) != list(range(first, newest + 1)):
        yield Verdict.LOST, f"versions {first} to {newest}", str(sorted(versions))
    if events and (row is None or row != Row(newest, marks[newest])):
        yield Verdict.LOST, f"version {newest}, {marks[newest]!r}", repr(row)
    if row is not None and not events:
        yield Verdict.STRAY, "no aggregate", repr(row)


def _unexplained(asked: Sequence[Entry], events: Sequence[Event]) -> Iterator[tuple[Verdict, str, str]]:
    """Differences for ``events`` that are not the effect of exactly one command whose version or outcome is unknown."""
    untold = [entry for entry in asked if entry.outcome is Outcome.OK and entry.version is None and entry.mark]
    possible = untold + [entry for entry in asked if entry.outcome is Outcome.UNKNOWN]
    for event in events:
        entry = next((entry for entry in possible if entry.mark == event.mark), None)
        if entry is not None:
            possible.remove(entry)
            continue
        known = next((entry for entry in asked if entry.mark == event.mark), None)
        if known is not None and known.outcome is Outcome.OK:
            yield Verdict.DOUBLED, f"command {known.number} once", f"also as version {event.version}"
        else:
            asked_for = f"command {known.number}, which was {known.outcome}" if known else "no command"
            yield Verdict.STRAY, "no such version", f"version {event.version}, {event.mark!r}, of {asked_for}"
    for entry in untold:
        if entry in possible:
            yield Verdict.LOST, f"command {entry.number}", f"no event with {entry.mark!r}"


def judge_view(viewer: str, truth: Mapping[Key, Row], view: Mapping[Key, Row]) -> Iterator[Difference]:
    """The county knows every aggregate of the others in its owner's version, and no other aggregate."""
    for key in sorted({*truth, *view}):
        expected, found = truth.get(key), view.get(key)
        if expected == found or key[0] == viewer:
            continue
        if expected is None:
            verdict = Verdict.STRAY
        elif found is None or found.version < expected.version:
            verdict = Verdict.LOST
        else:
            verdict = Verdict.STRAY
        yield Difference(verdict, viewer, "/".join(key), repr(expected), repr(found))


def judge_effects(viewer: str, effects: Iterable[tuple[str, int, int]]) -> Iterator[Difference]:
    """No number of a topic has taken effect twice; ``effects`` are (topic, epoch, number)."""
    for (topic, epoch, number), times in sorted(Counter(effects).items()):
        if times > 1:
            name = f"{topic} {epoch}/{number}"
            yield Difference(Verdict.DOUBLED, viewer, name, "one effect", f"{times} effects", "inbox")


def judge_topic(
    topic: str, county: str, numbered: Mapping[tuple[int, int], str], records: Iterable[tuple[int, int, str]]
) -> Iterator[Difference]:
    """Every numbered event of the outbox is on its topic under its number, and nothing else is.

    ``numbered`` are the outbox's, (epoch, number) to aggregate; ``records`` the topic's, (epoch, number, aggregate).
    """
    found: dict[tuple[int, int], str] = {}
    for epoch, number, identity in records:
        found.setdefault((epoch, number), identity)  # of two at one place the first counts: readers skip the second
    for place in sorted({*numbered, *found}):
        name = f"{topic} {place[0]}/{place[1]}"
        expected, there = numbered.get(place), found.get(place)
        if there is None:
            yield Difference(Verdict.LOST, county, name, f"an event of {expected}", "nothing", "topic")
        elif there != expected:
            yield Difference(Verdict.STRAY, county, name, f"an event of {expected}", f"one of {there}", "topic")
