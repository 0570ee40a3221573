"""The rules of the kit for subscribers, on a log in memory and a database of SQLite."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts import registry
from shared.contracts.links import LinksReported, Written, links_id
from shared.contracts.topics import LINKS, topic_name
from tests.delivery.toy import ToyChanged
from tests.support.subscriber import GROUP, TOPIC, Log, Subscriber, ToyEnded, at

A, B, C = (UUID(int=number) for number in (1, 2, 3))


@pytest.fixture(autouse=True)
def _toys_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    for event in (ToyChanged, ToyEnded):
        monkeypatch.setitem(registry.EVENTS, event.event_type, event)


@pytest.fixture
def subscriber(tmp_path: Path) -> Iterator[Subscriber]:
    made = Subscriber(tmp_path / "own.db")
    yield made
    made.close()


def toy(identity: UUID, name: str = "a toy") -> ToyChanged:
    return ToyChanged(id=identity, county="norrbotten", name=name)


def ended(identity: UUID) -> ToyEnded:
    return ToyEnded(id=identity, county="norrbotten", name="ended")


def report(counter: int, number: int, as_of: datetime, epoch: int = 1, **more: Any) -> Any:
    head = Written(topic=TOPIC, epoch=epoch, first=1, last=number)
    said = {"written": (head,), **more}
    event = LinksReported(
        id=links_id("norrbotten", "actors"),
        county="norrbotten",
        service="actors",
        generation=1,
        counter=counter,
        as_of=as_of,
        **said,
    )
    return at(topic_name("norrbotten", LINKS), counter, [], event.write(), b"actors")


@given(
    changes=st.lists(st.tuples(st.sampled_from([A, B, C]), st.booleans()), min_size=1, max_size=10),
    order=st.randoms(use_true_random=False),
    restated=st.booleans(),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_in_any_order_the_state_is_that_of_the_log(
    changes: Sequence[tuple[UUID, bool]], order: Any, restated: bool
) -> None:
    subscriber, log = Subscriber(":memory:"), Log()
    versions: dict[UUID, int] = {}
    written: list[Any] = []
    lost: list[Any] = []
    for which, is_lost in changes:
        versions[which] = versions.get(which, 0) + 1
        record = log.toy(which, versions[which], f"version {versions[which]}", lost=True)
        (lost if is_lost else written).append(record)
    order.shuffle(written)
    lying = [*written, *order.choices(written, k=2)] if written else []
    for record in lying:
        log.again(record)
    if restated:
        log.restate([(toy(each, f"version {last}"), last) for each, last in versions.items()])
    else:
        for record in lost:
            log.again(record)

    await subscriber.read(log.records)

    assert subscriber.toys() == {each: f"version {last}" for each, last in versions.items()}
    assert subscriber.rows("missing", "positions") == [(0,)]
    for each in versions:
        handed = [version for identity, version in subscriber.handed if identity == each]
        assert handed == sorted(set(handed))
    subscriber.close()


async def test_a_duplicate_and_a_late_version_are_dropped(subscriber: Subscriber) -> None:
    log = Log()
    second = log.toy(A, 2, "new")
    log.toy(A, 1, "old")
    log.again(second)

    await subscriber.read(log.records)

    assert subscriber.handed == [(A, 2)]


async def test_a_higher_epoch_is_newer_whatever_the_version(subscriber: Subscriber) -> None:
    log, restored = Log(), Log(epoch=1764000000)
    log.toy(A, 7, "before")
    restored.records = log.records
    restored.toy(A, 2, "restored")
    log.toy(A, 8, "an older database still writes")

    await subscriber.read(log.records)

    assert subscriber.toys() == {A: "restored"}


async def test_a_skipped_number_is_missing_until_it_comes(subscriber: Subscriber) -> None:
    log = Log()
    log.toy(A, 1)
    lost = log.toy(B, 1, lost=True)
    log.toy(C, 1)
    await subscriber.read(log.records)
    assert subscriber.rows("missing", "positions") == [(1,)]

    log.again(lost)
    await subscriber.read(log.records, 2)

    assert subscriber.rows("missing", "positions") == [(0,)]
    assert set(subscriber.toys()) == {A, B, C}


@pytest.mark.parametrize(
    ("changed", "value", "reason"),
    [
        ({"ce_id": None}, None, "false-envelope"),
        ({"ce_type": b"\xff\xfe"}, None, "false-envelope"),
        ({"ce_source": b"/counties/jamtland/actors"}, None, "false-envelope"),
        ({"ce_sequence": b"9000000"}, None, "false-envelope"),
        ({}, b"no json", "invalid-data"),
        ({}, b"{}", "invalid-data"),
    ],
)
async def test_a_broken_event_is_parked_and_the_next_is_handed_on(
    subscriber: Subscriber, changed: dict[str, bytes | None], value: bytes | None, reason: str
) -> None:
    log = Log()
    log.toy(A, 1)
    log.lie(ToyChanged.event_type, B, value or toy(B).write(), 1, 2, False, **changed)
    log.number = 1 if reason == "false-envelope" else 2
    log.toy(C, 1)

    await subscriber.read(log.records)

    assert set(subscriber.toys()) == {A, C}
    assert subscriber.rows("record_offset, reason", "parked") == [(1, reason)]
    assert subscriber.rows("missing", "positions") == [(0,)]


async def test_what_the_handler_fails_on_is_parked_without_effect(subscriber: Subscriber) -> None:
    log = Log()
    log.toy(A, 1, "broken")
    log.toy(B, 1)

    await subscriber.read(log.records)

    assert subscriber.toys() == {B: "a toy"}
    assert subscriber.rows("reason, detail", "parked") == [
        ("handler-error", "ZeroDivisionError: it breaks the handler")
    ]

    log.toy(A, 2, "mended")
    await subscriber.read(log.records, 2)
    assert subscriber.rows("reason", "parked") == []


async def test_a_parked_event_stays_if_an_older_one_comes(subscriber: Subscriber) -> None:
    log = Log()
    log.toy(A, 2, "broken")
    log.toy(A, 1)

    await subscriber.read(log.records)

    assert subscriber.rows("version", "parked") == [(2,)]


async def test_an_outage_is_raised_and_changes_nothing(subscriber: Subscriber) -> None:
    log = Log()
    log.toy(A, 1, "away")
    with pytest.raises(OSError, match="away"):
        await subscriber.read(log.records)

    assert subscriber.toys() == {}
    assert subscriber.db.execute("SELECT name FROM sqlite_master WHERE name LIKE 'norrsam%'").fetchall() == []


async def test_a_type_that_was_not_asked_for_is_counted(subscriber: Subscriber) -> None:
    log = Log()
    log.toy(A, 1, ce_type=b"se.norrsam.actors.Novelty.v9")
    log.toy(B, 1)

    await subscriber.read(log.records)

    assert set(subscriber.toys()) == {B}
    assert subscriber.rows("skipped, missing", "positions") == [(1, 0)]


async def test_unknown_fields_are_ignored(subscriber: Subscriber) -> None:
    log = Log()
    value = b'{"colour": "red", ' + toy(A).write()[1:]
    log.lie(ToyChanged.event_type, A, value, 1, 1, False)

    await subscriber.read(log.records)

    assert set(subscriber.toys()) == {A}


async def test_a_restate_withdraws_what_it_does_not_name(subscriber: Subscriber) -> None:
    log = Log()
    log.toy(A, 1)
    log.toy(B, 1)
    log.write(ended(C), 1)
    log.restate([(toy(A), 1)])

    await subscriber.read(log.records)

    assert subscriber.withdrawn == [B]
    assert subscriber.handed == [(A, 1), (B, 1), (C, 1)]

    log.restate([(toy(A), 1), (toy(B), 1)])
    await subscriber.read(log.records, 5)
    assert (subscriber.withdrawn, subscriber.handed[3:]) == ([B], [(B, 1)])


async def test_a_restate_with_a_gap_withdraws_nothing_yet(subscriber: Subscriber) -> None:
    log = Log()
    log.toy(A, 1)
    log.toy(B, 1)
    lost, *_ = log.restate([(toy(A), 1)], lost=[0])
    await subscriber.read(log.records)
    assert subscriber.withdrawn == []

    log.again(lost)
    await subscriber.read(log.records, 3)

    assert subscriber.withdrawn == [B]


async def test_a_parked_aggregate_is_not_withdrawn(subscriber: Subscriber) -> None:
    log = Log()
    log.toy(A, 1)
    log.toy(A, 2, "broken")
    log.restate([])

    await subscriber.read(log.records)

    assert subscriber.withdrawn == []


async def test_a_restored_database_reads_again_what_it_lacks(subscriber: Subscriber) -> None:
    log = Log()
    for each in (A, B, C):
        log.toy(each, 1)
    await subscriber.read(log.records[:1])
    subscriber.start()

    await subscriber.read(log.records, 2)  # the group's offset is ahead

    assert [each for each, _ in subscriber.handed] == [A, B, C]


async def test_a_topic_that_was_made_anew_is_read_from_its_beginning(subscriber: Subscriber) -> None:
    log, anew = Log(), Log()
    for each in (A, B):
        log.toy(each, 1)
    late = log.toy(C, 1, lost=True)
    await subscriber.read(log.records)
    subscriber.start()
    anew.again(late)
    for record in log.records:
        anew.again(record)
    anew.toy(A, 1)

    await subscriber.read(anew.records, 2)

    assert [each for each, _ in subscriber.handed] == [A, B, C]
    assert subscriber.rows("missing", "positions") == [(0,)]


async def test_the_links_say_until_when_a_stream_is_complete(subscriber: Subscriber) -> None:
    log, now = Log(), datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    until = "complete_until", "positions"
    log.toy(A, 1)
    second = log.toy(B, 1, lost=True)
    await subscriber.delivery.hear(report(1, 2, now))
    await subscriber.read(log.records)
    assert subscriber.rows(*until) == [(None,)]

    log.again(second)
    await subscriber.read(log.records, 1)
    assert subscriber.rows(*until) == [(now.isoformat(),)]

    later = now + timedelta(seconds=30)
    await subscriber.delivery.hear(report(1, 0, later, written=(), unchanged=True))
    assert subscriber.rows(*until) == [(later.isoformat(),)]
    await subscriber.delivery.hear(report(0, 2, later + timedelta(seconds=1)))  # an older report
    await subscriber.delivery.hear(report(2, 3, later + timedelta(seconds=2)))  # one more is on its way
    assert subscriber.rows(*until) == [(later.isoformat(),)]


async def test_a_partner_s_own_topic_is_judged_by_versions_alone(tmp_path: Path) -> None:
    own = "jamtland.partners.police.amber.actors.v1"
    partner, log = Subscriber(tmp_path / "own.db", [own]), Log(own)
    log.number = 6
    log.toy(A, 3, "released")
    log.number = 2
    log.write(ended(A), 4)
    log.number = 1
    log.toy(A, 3, "late")

    await partner.read(log.records)

    assert partner.toys() == {A: "ended"}
    assert partner.rows("topic, missing", "positions") == [(own, 0)]
    assert partner.rows("topic, life", "newest") == [(TOPIC, "ended")]
    partner.close()


async def test_each_subscriber_has_a_position_of_its_own(subscriber: Subscriber) -> None:
    log = Log()
    log.toy(A, 1)
    await subscriber.read(log.records)
    subscriber.group = "police.2"
    subscriber.start()

    await subscriber.read(log.records)

    assert subscriber.handed == [(A, 1), (A, 1)]
    assert subscriber.rows("subscriber", "positions") == [(GROUP,), ("police.2",)]
