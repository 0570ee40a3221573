"""Links: each service says what it has written and applied; what is missing is filled; completeness is proved."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest
from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from shared.contracts.links import Gap, LinksReported, Written
from shared.contracts.topics import LINKS, topic_name
from shared.links import reports as links_module
from shared.links.reporter import Reporter
from shared.messaging import relay as relay_module
from shared.messaging.numbering import number
from shared.protocol.filling import REPORT_EXPIRES_AFTER
from shared.protocol.judging_reports import MAX_REPORT_BYTES
from tests.delivery.forger import Forger
from tests.delivery.harness import Owner, Receiver
from tests.support.waiting import DEADLINE, eventually


def together(owner: Owner, receiver: Receiver) -> None:
    """Both speak and hear."""
    owner.relay()
    owner.receive([], reports=[topic_name(receiver.county, LINKS)])
    receiver.relay([owner.topic])
    receiver.receive([owner.topic])


async def test_the_receiver_is_complete_until_the_owner_s_report(owner: Owner, receiver: Receiver) -> None:
    together(owner, receiver)
    toy = uuid4()
    await owner.emit(toy, 1)

    committed = datetime.now(UTC)

    async def complete() -> None:
        until = (await receiver.checkpoint(owner.topic))["complete_until"]
        assert until is not None
        assert committed < until <= datetime.now(UTC)

    await eventually(complete)
    assert set(await receiver.toys()) == {toy}


async def test_a_reported_head_counts_every_commit_before_its_time(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits: list[datetime] = []
    reports: list[LinksReported] = []

    async def commit(*_: object) -> None:
        if len(commits) < 6:
            await owner.emit(uuid4(), 1)
            commits.append(datetime.now(UTC))

    async def number_then_commit(conn: asyncpg.Connection, topics: Sequence[str]) -> dict[str, list[asyncpg.Record]]:
        done = await number(conn, topics)
        await commit()
        return done

    monkeypatch.setattr(relay_module, "number", number_then_commit)
    monkeypatch.setattr(Reporter, "send_next", lambda _, said, __: reports.append(said))

    owner.relay(chores=[commit])

    async def all_are_reported() -> None:
        assert reports
        assert reports[-1].written[0].last == 6

    await eventually(all_are_reported)
    for said in reports:
        assert said.written[0].last >= sum(commit < said.as_of for commit in commits)


async def test_a_reported_gap_is_filled_by_the_owner(owner: Owner, receiver: Receiver) -> None:
    owner.relay()
    receiver.receive([owner.topic])
    toys = [uuid4() for _ in range(6)]
    for toy in toys:
        await owner.emit(toy, 1)

    async def applied() -> None:
        assert set(await receiver.toys()) == set(toys)

    await eventually(applied)
    await receiver.stop()
    await receiver.conn.execute("DELETE FROM toys WHERE number IN (2, 3, 5)")
    await receiver.conn.execute("UPDATE checkpoints SET gaps = '{[2,4),[5,6)}' WHERE number = 6")
    await owner.stop()

    together(owner, receiver)

    async def filled() -> None:
        assert await receiver.gaps(owner.topic) == []
        assert set(await receiver.toys()) == set(toys)

    await eventually(filled)
    numbers = [number for _, number, _ in await owner.published()]
    assert sorted(numbers) == [1, 2, 2, 3, 3, 4, 5, 5, 6]


async def test_a_tail_that_kafka_has_lost_is_asked_for_and_comes(
    owner: Owner, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links_module, "TAIL_LOST_AFTER", timedelta(seconds=1))
    together(owner, receiver)
    first, lost = uuid4(), uuid4()
    await owner.emit(first, 1)

    async def applied() -> None:
        assert set(await receiver.toys()) == {first}

    await eventually(applied)
    await owner.stop()
    await owner.emit(lost, 1)
    # Numbered and held for confirmed, but in no log: as after a power cut of a single broker.
    await owner.conn.execute("UPDATE outbox SET epoch = 1, number = 2 WHERE number IS NULL")
    await owner.conn.execute("UPDATE streams SET numbered = 2, acknowledged = 2")
    monkeypatch.setattr("shared.messaging.sender._ALIGN", "SELECT $1::text, $2::bigint, $3::bigint")
    owner.relay()

    owner.receive([], reports=[topic_name(receiver.county, LINKS)])

    async def found() -> None:
        assert set(await receiver.toys()) == {first, lost}

    await eventually(found)


def purge(forger: Forger) -> None:
    """Kafka deletes all that the topic has."""
    admin, everything = AdminClient({"bootstrap.servers": forger.bootstrap}), TopicPartition(forger.topic, 0, -1)
    (removed,) = admin.delete_records([everything]).values()
    removed.result()


def in_transaction(forger: Forger) -> None:
    """The first event comes in a transaction, whose end takes an offset and is no record."""
    producer = Producer({"bootstrap.servers": forger.bootstrap, "transactional.id": forger.county})
    producer.init_transactions()
    producer.begin_transaction()
    toy = uuid4()
    producer.produce(forger.topic, key=b"key", value=forger.data(toy), headers=list(forger.headers(1, toy).items()))
    producer.commit_transaction()


@pytest.mark.parametrize(
    ("happens", "applied"), [(purge, 0), (in_transaction, 1)], ids=["purged", "end-of-transaction"]
)
async def test_a_tail_is_lost_where_no_record_lies_before_the_end(
    owner: Owner,
    receiver: Receiver,
    forger: Forger,
    happens: Callable[[Forger], None],
    applied: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(links_module, "TAIL_LOST_AFTER", timedelta(seconds=1))
    if not applied:
        forger.good(1)
        forger.flush()
    await asyncio.to_thread(happens, forger)
    topic = topic_name(owner.county, LINKS)
    said = await said_of(owner, 1, last=3)
    producer = Producer({"bootstrap.servers": forger.bootstrap})
    producer.produce(topic, key=b"actors", value=said.write())
    assert producer.flush(DEADLINE) == 0

    receiver.relay([owner.topic])
    receiver.receive([owner.topic])

    async def asked_for() -> None:
        links = receiver.kafka.read(topic_name(receiver.county, LINKS))
        reports = [LinksReported.read(record.value) async for batch in links for record in batch]
        said = [(each.number, each.gaps) for report in reports for each in report.applied]
        assert said
        assert said[-1] == (applied, (Gap(epoch=1, first=applied + 1, last=3),))

    await eventually(asked_for)


async def test_a_late_tail_is_no_gap_before_the_silence_has_lasted(
    owner: Owner, receiver: Receiver, forger: Forger
) -> None:
    receiver.receive([owner.topic])
    await owner.emit(uuid4(), 1)
    owner.relay()

    async def heard() -> None:
        row = await receiver.checkpoint(owner.topic)
        assert (row["heard_last"], row["number"]) == (1, 1)

    await eventually(heard)
    await owner.stop()
    await receiver.stop()
    await receiver.conn.execute("UPDATE checkpoints SET heard_last = 5, behind_since = now() WHERE number = 1")
    streams = receiver.streams([owner.topic])
    now = datetime.now(UTC)
    assert await links_module.silent_tails(receiver.conn, streams, now) == {}
    later = await links_module.silent_tails(receiver.conn, streams, now + links_module.TAIL_LOST_AFTER * 2)
    assert [(tail.gap.first, tail.gap.last) for tail in later.values()] == [(2, 5)]

    await receiver.conn.execute("UPDATE checkpoints SET last_record_at = now() + interval '2 minutes'")

    assert await links_module.silent_tails(receiver.conn, streams, now + links_module.TAIL_LOST_AFTER * 2) == {}


async def test_a_restored_service_reports_with_a_higher_generation(
    owner: Owner,
) -> None:
    before = await links_module.next_generation(owner.conn, datetime.now(UTC))
    await owner.conn.execute("UPDATE identity SET generation = 0")
    await asyncio.sleep(0.002)  # a generation is counted in milliseconds, and a restore takes longer
    assert await links_module.next_generation(owner.conn, datetime.now(UTC)) > before
    ahead = before + 50_000

    await owner.conn.execute("UPDATE identity SET generation = $1", ahead)

    assert await links_module.next_generation(owner.conn, datetime.now(UTC)) == ahead + 1


async def test_a_clock_that_was_an_hour_ahead_mutes_no_county(owner: Owner) -> None:
    present = await links_module.next_generation(owner.conn, datetime.now(UTC))

    await owner.conn.execute("UPDATE identity SET generation = $1", present + 3_600_000)

    assert present <= await links_module.next_generation(owner.conn, datetime.now(UTC)) < present + 60_000


async def test_of_reports_out_of_order_the_newest_counts(owner: Owner, receiver: Receiver) -> None:
    receiver.receive([owner.topic])
    await owner.emit(uuid4(), 1)
    owner.relay()

    async def heard() -> None:
        assert (await receiver.checkpoint(owner.topic))["heard_last"] == 1

    await eventually(heard)
    await receiver.stop()
    (newest,) = await links_module.newest_reports(receiver.conn)
    older = newest.model_copy(update={"counter": newest.counter - 1, "written": ()})

    async with receiver.conn.transaction():
        assert not await links_module.accept_report(receiver.conn, receiver.streams([owner.topic]), older, "cluster")

    assert await links_module.newest_reports(receiver.conn) == [newest]


async def hear(receiver: Receiver, owner: Owner, report: LinksReported) -> bool:
    async with receiver.conn.transaction():
        return await links_module.accept_report(receiver.conn, receiver.streams([owner.topic]), report, "cluster")


async def said_of(owner: Owner, counter: int, last: int = 0) -> LinksReported:
    """The owner's whole report, of now."""
    report = await links_module.build_report(owner.conn, owner.streams(), (1, counter), datetime.now(UTC))
    return report.model_copy(update={"written": (Written(topic=owner.topic, epoch=1, first=1, last=last),)})


def repeated(whole: LinksReported, seconds: float = 0.0) -> LinksReported:
    """The same, so many seconds from now, as its time alone."""
    later = whole.model_copy(update={"as_of": datetime.now(UTC) + timedelta(seconds=seconds)}).since(whole)
    assert later.unchanged
    return later


async def test_a_time_alone_proves_as_much_and_writes_no_checkpoint(owner: Owner, receiver: Receiver) -> None:
    whole = await said_of(owner, 1)
    assert await hear(receiver, owner, whole)
    version = await receiver.conn.fetchval("SELECT xmin::text FROM checkpoints")
    later = repeated(whole)

    assert await hear(receiver, owner, later)
    assert not await hear(receiver, owner, later)

    row = await receiver.checkpoint(owner.topic)
    assert (row["complete_until"], row["heard_as_of"]) == (later.as_of, later.as_of)
    assert await receiver.conn.fetchval("SELECT xmin::text FROM checkpoints") == version
    assert await links_module.newest_reports(receiver.conn) == [whole]


async def test_what_a_time_has_proved_stays_proved(owner: Owner, receiver: Receiver) -> None:
    whole = await said_of(owner, 1)
    await hear(receiver, owner, whole)
    later = repeated(whole)
    await hear(receiver, owner, later)

    await hear(receiver, owner, await said_of(owner, 2, last=3))

    row = await receiver.checkpoint(owner.topic)
    assert (row["heard_last"], row["complete_until"]) == (3, later.as_of)


async def test_a_time_proves_nothing_of_another_report(owner: Owner, receiver: Receiver) -> None:
    whole, missed = await said_of(owner, 1), await said_of(owner, 2, last=3)
    await hear(receiver, owner, whole)

    assert not await hear(receiver, owner, repeated(missed))

    row = await receiver.checkpoint(owner.topic)
    assert (row["heard_last"], row["complete_until"]) == (0, whole.as_of)


async def test_a_time_from_the_future_proves_nothing_and_mutes_nobody(owner: Owner, receiver: Receiver) -> None:
    whole = await said_of(owner, 1)
    await hear(receiver, owner, whole)
    true = repeated(whole)
    await hear(receiver, owner, true)

    assert await hear(receiver, owner, repeated(whole, seconds=3600))

    assert (await receiver.checkpoint(owner.topic))["complete_until"] == true.as_of
    after = repeated(whole)
    assert await hear(receiver, owner, after)
    assert (await receiver.checkpoint(owner.topic))["complete_until"] == after.as_of


async def test_a_head_from_another_service_does_not_count(owner: Owner, receiver: Receiver) -> None:
    foreign = (await said_of(owner, 1, last=900)).model_copy(update={"service": "trainings"})

    await hear(receiver, owner, foreign)

    assert await receiver.conn.fetch("SELECT * FROM checkpoints") == []


async def test_the_report_of_a_reader_of_21_counties_is_bounded(receiver: Receiver) -> None:
    counties = [f"{chr(ord('a') + n) * 40}" for n in range(20)]
    topics = [topic_name(county, stream) for county in counties for stream in ("enrolments", "shipment-signals")]
    await receiver.conn.execute(
        """
        INSERT INTO checkpoints (topic, epoch, number, event_id, gaps)
        SELECT topic, 9999999999, 10 ^ 17, gen_random_uuid(),
            (SELECT range_agg(int8range(n * w, n * w + 1)) FROM generate_series(1000, 9000) AS n)
        FROM unnest($1::text[]) AS topic, CAST(10 ^ 13 AS bigint) AS w
        """,
        topics,
    )
    await receiver.conn.executemany(
        """
        INSERT INTO dead_letters (topic, fingerprint, reason, detail, record_offset, headers)
        VALUES ($1, '', 'handler-error', '', 1, '{}')
        """,
        [(topic,) for topic in topics],
    )

    said = await links_module.build_report(receiver.conn, receiver.streams(topics), (2**40, 2**40), datetime.now(UTC))

    tail = Gap(epoch=9999999999, first=10**17, last=10**17)  # may come to each topic
    assert sum(len(each.gaps) for each in said.applied) == links_module.MAX_GAPS
    assert len(said.write()) + len(topics) * len(tail.model_dump_json()) < MAX_REPORT_BYTES / 2


async def test_a_report_of_another_county_s_topic_is_not_believed(owner: Owner, receiver: Receiver) -> None:
    streams = receiver.streams([owner.topic])
    said = await links_module.build_report(owner.conn, owner.streams(), (1, 1), datetime.now(UTC))
    lie = said.model_copy(
        update={
            "county": "elsewhere",
            "written": (Written(topic=owner.topic, epoch=9, first=1, last=900),),
        }
    )

    async with receiver.conn.transaction():
        await links_module.accept_report(receiver.conn, streams, lie, "cluster")

    assert await receiver.conn.fetch("SELECT * FROM checkpoints") == []


async def test_a_report_older_than_kafka_keeps_them_does_not_count(owner: Owner, receiver: Receiver) -> None:
    said = await links_module.build_report(receiver.conn, receiver.streams(), (1, 1), datetime.now(UTC))
    async with owner.conn.transaction():
        await links_module.accept_report(owner.conn, owner.streams(), said, "cluster")
    assert await links_module.newest_reports(owner.conn, REPORT_EXPIRES_AFTER) == [said]

    await owner.conn.execute("UPDATE links SET heard_at = heard_at - $1::interval", REPORT_EXPIRES_AFTER)

    assert await links_module.newest_reports(owner.conn, REPORT_EXPIRES_AFTER) == []
    assert await links_module.newest_reports(owner.conn) == [said]
