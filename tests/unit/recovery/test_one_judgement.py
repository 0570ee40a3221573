"""Inbox, rebuild and recovery judge the same records, in any order and batches, alike (docs/protocol.md, J1)."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import ClassVar
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.event import Event
from shared.contracts.links import Applied, LinksReported, Written, links_id
from shared.contracts.registry import MARKERS
from shared.contracts.restated import marker_id
from shared.contracts.topics import LINKS, topic_name
from shared.links.heard import Heard
from shared.protocol.checkpoint import Checkpoint
from shared.protocol.envelope import numbered, source_of
from shared.protocol.judging import MAX_FIRST_VERSION, Judgement, RecordOutcome, examine, judge
from shared.protocol.judging_batches import judge_batch
from shared.protocol.judging_reports import examine_report, judge_report
from shared.protocol.progress import MAX_NUMBER_JUMP, OwnerHead, Progress
from shared.protocol.received import newest
from shared.recovery.taking_over import conflict_of, published, row_of

TOPIC, COUNTY = "norrbotten.shared.actors.v1", "norrbotten"
LINKS_TOPIC = topic_name(COUNTY, LINKS)
NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
SPACE = UUID("5a1c9d0a-3a52-5d55-8a0e-2f6f0b9a7c3e")
TOYS = [uuid5(SPACE, f"toy {place}") for place in range(3)]
EPOCHS = (1, int(NOW.timestamp()) - 1000, int(NOW.timestamp()) - 10)
"""The epochs that the owner has named, the last one at present."""
LAST = 30
"""The last number that the owner has named, in the present epoch."""
Headers = tuple[tuple[str, bytes | None], ...]


class Toy(Event):
    event_type: ClassVar[str] = "se.norrsam.actors.Toy.v1"

    name: str


class ToyBroken(Event):
    event_type: ClassVar[str] = "se.norrsam.actors.ToyBroken.v1"

    name: str


MARKER = MARKERS["actors"]
KNOWN: dict[str, type[Event]] = {each.event_type: each for each in (Toy, ToyBroken, MARKER)}


@dataclass(frozen=True, slots=True)
class Record:
    headers: Headers
    value: bytes | None
    offset: int = 0
    topic: str = TOPIC
    timestamp: int = int(NOW.timestamp() * 1000)
    key: bytes | None = b""


def record(event: Event, epoch: int, number: int, version: int) -> Record:
    headers = {
        "ce_specversion": "1.0",
        "ce_id": str(uuid5(SPACE, f"{event.id} {epoch} {number} {version}")),
        "ce_source": source_of(TOPIC),
        "ce_type": event.event_type,
        "ce_subject": str(event.id),
        "ce_time": "2026-11-23T10:00:00.000Z",
        "ce_aggregateversion": str(version),
        "ce_epoch": str(epoch),
        "ce_sequence": f"{number:012}",
        "ce_dataschema": f"https://norrbotten.example.se/schemas/{event.event_type}",
        "content-type": "application/json",
    }
    return Record(tuple((name, value.encode()) for name, value in headers.items()), event.write())


def changed(true: Record, name: str, value: bytes | None) -> Record:
    return replace(true, headers=tuple((each, value if each == name else was) for each, was in true.headers))


def without(true: Record, name: str) -> Record:
    return replace(true, headers=tuple(each for each in true.headers if each[0] != name))


numbers, places, epochs = st.integers(1, LAST), st.sampled_from(TOYS), st.sampled_from(EPOCHS)
toys = st.builds(Toy, id=places, county=st.just(COUNTY), name=st.sampled_from("abc"))
broken = st.builds(ToyBroken, id=places, county=st.just(COUNTY), name=st.just("d"))
true = st.builds(record, st.one_of(toys, broken), epochs, numbers, st.integers(1, 9))
marked = st.builds(
    lambda epoch, first, length: record(
        MARKER(id=marker_id(TOPIC), county=COUNTY, first=first), epoch, first + length, first + length
    ),
    epochs,
    numbers,
    st.integers(0, 5),
)
AHEAD = int((NOW + timedelta(days=2)).timestamp())
FAR = {
    "ce_sequence": [b"%d" % (3 * MAX_NUMBER_JUMP), b"9" * 18],
    "ce_aggregateversion": [b"%d" % (MAX_FIRST_VERSION + 1), b"9" * 18],
    "ce_epoch": [b"%d" % AHEAD, b"9" * 18],
}
FALSE = {
    "ce_sequence": [b"0", b"-1", b"9" * 19, "１".encode(), None],
    "ce_aggregateversion": [b"0", b"x", None],
    "ce_epoch": [b"0", None],
    "ce_source": [b"/counties/jamtland/actors", b"", None],
    "ce_id": [b"a\0", b"\xff", b"x", b"", None],
    "ce_dataschema": [b"\0", b"\xff", b"x" * 201, None],
    "content-type": [b"\0", b"\xff", b"x" * 201, None],
    "ce_subject": [b"no id", None],
    "ce_time": [b"yesterday", b"2026-11-23T10:00:00", None],
}
far = st.one_of(*(st.builds(changed, true, st.just(name), st.sampled_from(values)) for name, values in FAR.items()))
forged = st.one_of(
    *(st.builds(changed, true, st.just(name), st.sampled_from(values)) for name, values in FALSE.items()),
    st.builds(without, true, st.sampled_from(sorted({*FALSE} - {"ce_dataschema", "content-type"}))),
    st.builds(lambda one: replace(one, headers=one.headers + one.headers[-1:]), true),
    st.builds(lambda one: replace(one, value=None), true),
    st.builds(
        lambda epoch, number: record(MARKER(id=marker_id(TOPIC), county=COUNTY, first=number + 1), epoch, number, 1),
        epochs,
        numbers,
    ),
)
IDS = [str(uuid5(SPACE, f"spelled {place}")) for place in range(40)]
SPELLINGS = (str.upper, "urn:uuid:{}".format, "{{{}}}".format, "{}-".format, lambda each: each.replace("-", ""))
spelled = st.builds(
    lambda one, name, each, spell: changed(one, name, spell(each).encode()),
    true,
    st.just("ce_id"),
    st.sampled_from(IDS),
    st.sampled_from(SPELLINGS),
)
dated = st.builds(changed, true, st.just("ce_time"), st.sampled_from([b"2026-W48-1T10:00+01:00", b"20261123x100000Z"]))
EXTRA = [b"NaN", b"1e999", b"-Infinity", b'"a\\u0000"', b'"\\ud800"', b"1" * 400, b"[" * 50 + b"]" * 50]
"""Values of a field that this version ignores."""
extended = st.builds(
    lambda one, value: replace(one, value=(one.value or b"")[:-1] + b',"x":' + value + b"}"),
    true,
    st.sampled_from(EXTRA),
)
odd = st.one_of(spelled, dated, extended)
"""True records in forms that the outbox does not write."""
unreadable = st.one_of(
    st.builds(changed, true, st.just("ce_type"), st.just(b"se.norrsam.actors.Unknown.v1")),
    st.builds(
        lambda one, value: replace(one, value=value), true, st.sampled_from([b"", b"{", b"{}", b"\xff", b'{"a":"\0"}'])
    ),
    st.builds(
        lambda one, other: replace(one, value=other.write()),
        true,
        st.builds(Toy, id=st.just(SPACE), county=st.just(COUNTY), name=st.just("other")),
    ),
    st.builds(lambda one, toy: replace(one, value=Toy(id=toy, county="jamtland", name="").write()), true, places),
)
logs = st.lists(st.one_of(true, marked, odd, far, forged, unreadable), max_size=25).map(
    lambda records: [replace(each, offset=offset) for offset, each in enumerate(records)]
)


heads = st.builds(Written, topic=st.just(TOPIC), epoch=epochs, first=st.just(1), last=numbers)
said = st.builds(
    lambda counter, heads: LinksReported(
        id=links_id(COUNTY, "actors"),
        county=COUNTY,
        service="actors",
        generation=EPOCHS[-1] * 1000,
        counter=counter,
        as_of=NOW,
        written=tuple(heads),
    ),
    st.integers(1, 9),
    st.lists(heads, max_size=2),
)


def sent(report: LinksReported) -> Record:
    return Record((), report.write(), topic=LINKS_TOPIC, key=b"actors")


reports = said.map(sent)
lies = st.sampled_from([{"generation": 2**62}, {"county": "jamtland"}, {"service": "trainings"}])
forged_reports = st.one_of(
    st.builds(replace, reports, value=st.sampled_from([b"", b"{", b"{}", None])),
    st.builds(replace, reports, key=st.sampled_from([b"trainings", b"nobody", b"", None])),
    st.builds(replace, reports, topic=st.just(topic_name("jamtland", LINKS))),
    st.builds(lambda report, lie: sent(report.model_copy(update=lie)), said, lies),
)


def furthest(said: Iterable[LinksReported | None]) -> dict[str, dict[str, tuple[int, int]]]:
    """The furthest positions, by topic and county, that whoever reads links takes from these reports."""
    heard = Heard()
    for report in said:
        if report:
            heard.take(report)
    return {
        topic: {county: (each.epoch, each.number) for county, each in heard.furthest(topic).items()}
        for topic in heard.said
    }


def reader(progress: Progress, present: dict[UUID, int]) -> Checkpoint:
    return Checkpoint(TOPIC, progress, "", 0, None, None, None, dict(present))


def read(checkpoint: Checkpoint, records: Sequence[Record]) -> list[Judgement]:
    return [judge(checkpoint, each, NOW, KNOWN) for each in records]


HEAD = OwnerHead(EPOCHS[-1], 1, LAST, NOW)
everything = settings(max_examples=200, deadline=None, derandomize=True, database=None)


@everything
@given(logs)
def test_a_rebuild_applies_what_the_inbox_applied_and_no_more(records: list[Record]) -> None:
    inbox = reader(Progress(owner_head=HEAD), {})
    first = read(inbox, records)

    again = read(reader(Progress(epoch=inbox.progress.epoch, owner_head=HEAD), inbox.versions), records)

    for once, twice in zip(first, again, strict=True):
        over = once.envelope is not None and once.envelope.epoch < inbox.progress.epoch
        if over:
            assert twice.received is None
        else:
            assert (once.outcome, once.received) == (twice.outcome, twice.received)


@everything
@given(logs)
def test_a_batch_applies_what_its_records_would_one_by_one(records: list[Record]) -> None:
    one_by_one, at_once = (reader(Progress(owner_head=HEAD), {}) for _ in range(2))
    singly = read(one_by_one, records)

    together, waits = judge_batch(at_once, records, NOW, KNOWN)

    assert waits is None
    assert at_once == one_by_one
    best = {each.key: each for each in newest(each.received for each in singly if each.received)}
    assert {each.key: each for each in newest(each.received for each in together if each.received)} == best
    for alone, among in zip(singly, together, strict=True):
        if among.outcome is RecordOutcome.APPLIED and not among.received:
            assert among.envelope
            assert among.envelope.recency <= best[COUNTY, among.envelope.subject].recency
        else:
            assert alone == among


@pytest.mark.parametrize("epoch", [EPOCHS[0], EPOCHS[-1]])
def test_a_copy_beside_its_original_is_none(epoch: int) -> None:
    toy = Toy(id=TOYS[0], county=COUNTY, name="a")
    original, again = record(toy, EPOCHS[0], 1, 3), record(toy, epoch, 2, 3)
    copy = replace(again, headers=(*again.headers, ("ce_restated", b"true")), offset=1)

    def reactions_see(*records: Record) -> list[bool]:
        judged, _ = judge_batch(reader(Progress(owner_head=HEAD), {}), records, NOW, KNOWN)
        return [each.received.envelope.restated for each in judged if each.received]

    assert reactions_see(original, copy) == [False]
    assert reactions_see(copy) == [True]


@everything
@given(logs, epochs, st.integers(1, LAST))
def test_a_recovery_believes_what_the_inbox_believes(records: list[Record], epoch: int, number: int) -> None:
    inbox = read(reader(Progress(epoch=EPOCHS[-1], number=1, owner_head=HEAD), {}), records)

    applied = [Applied(topic=TOPIC, epoch=each, number=LAST) for each in EPOCHS]
    owner = reader(Progress(epoch=epoch, number=number), {})
    owner.hear(applied, NOW)
    taken = {each.record.offset: each for _, each in published(owner, records, NOW, EPOCHS, KNOWN)}

    for judgement in inbox:  # what it SKIPPED is of an epoch that is over, or was there already
        found = taken.get(judgement.record.offset)
        if judgement.outcome is RecordOutcome.FALSE_ENVELOPE:
            assert found is None
        elif judgement.outcome is not RecordOutcome.SKIPPED:
            assert found is not None
            assert (judgement.outcome, judgement.received) == (found.outcome, found.received)


@everything
@given(logs)
def test_a_recovery_can_write_whatever_it_believes(records: list[Record]) -> None:
    for event, judgement in published(reader(Progress(epoch=EPOCHS[0], number=1), {}), records, NOW, EPOCHS, KNOWN):
        if judgement.received is None:
            continue

        row = row_of(judgement, ())
        told = json.dumps(conflict_of(event, judgement), allow_nan=False)

        (event_id, topic, key, headers, value, epoch, number), texts = row, json.loads(row[3])
        sent = numbered([(name, text.encode()) for name, text in texts.items()], epoch, number)
        again = examine(reader(Progress(), {}), Record(tuple(sent), value, topic=topic, key=key), NOW, KNOWN)
        assert again.received == judgement.received
        assert (texts["ce_id"], texts["ce_subject"]) == (str(event_id), key.decode()) == (str(event.id), event.key)
        assert not any(each in text for text in (headers, told) for each in ("\\u0000", "\\ud800"))

        taken, *_, others, _, _, _ = row_of(judgement, {event_id})
        assert str(event_id) != str(taken) == json.loads(others)["ce_id"]


@everything
@given(toys, st.integers(EPOCHS[0] + 1, EPOCHS[-1] - 1).filter(lambda each: each not in EPOCHS), numbers)
def test_an_epoch_between_those_that_were_named_is_nobody_s(toy: Toy, epoch: int, number: int) -> None:
    forged = record(toy, epoch, number, 1)

    owner = reader(Progress(epoch=EPOCHS[0], number=LAST), {})
    owner.hear([Applied(topic=TOPIC, epoch=each, number=LAST) for each in EPOCHS], NOW)

    assert list(published(owner, [forged], NOW, [EPOCHS[0]], KNOWN)) == []
    (judgement,) = read(reader(Progress(epoch=EPOCHS[0], number=LAST, owner_head=HEAD), {}), [forged])
    assert judgement.outcome is RecordOutcome.SKIPPED


@everything
@given(logs, st.randoms(use_true_random=False))
def test_a_recovery_believes_the_same_in_any_order(records: list[Record], chance: Random) -> None:
    shuffled = chance.sample(records, len(records))

    def believed(some: Sequence[Record]) -> dict[int, Judgement]:
        owner = reader(Progress(epoch=EPOCHS[0], number=1), {})
        return {each.record.offset: each for _, each in published(owner, some, NOW, EPOCHS, KNOWN)}

    assert believed(records) == believed(shuffled)


@everything
@given(logs, st.lists(st.integers(0, 25), max_size=4))
def test_a_recovery_believes_the_same_in_any_batches(records: list[Record], cuts: list[int]) -> None:
    whole, parts = (reader(Progress(epoch=EPOCHS[1], number=1), {}) for _ in range(2))
    ends = sorted({0, *cuts, len(records)})
    batches = [records[first:last] for first, last in pairwise(ends)]

    once = list(published(whole, records, NOW, EPOCHS, KNOWN))
    again = [each for batch in batches for each in published(parts, batch, NOW, EPOCHS, KNOWN)]

    assert once == again


@everything
@given(st.lists(st.one_of(reports, forged_reports), max_size=12), st.randoms(use_true_random=False))
def test_whoever_reads_links_believes_the_same_reports(records: list[Record], chance: Random) -> None:
    inbox = Checkpoint(LINKS_TOPIC, Progress(), "", 0, None, None, None)
    heard = [report for each in records if (report := judge_report(inbox, each, NOW).report)]
    shuffled = chance.sample(records, len(records))

    assert [each for each in (examine_report(one, NOW).report for one in records) if each] == heard
    assert furthest(examine_report(each, NOW).report for each in shuffled) == furthest(heard)
