"""The reports of a service on links, and what it keeps to itself."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from shared.contracts.links import Gap, LinksReported, Written, links_id
from shared.links import reporter as module
from shared.links.faults import Faults
from shared.links.heard import Heard
from shared.links.reporter import Reporter
from shared.links.reports import SilentTail
from shared.protocol.service_streams import ServiceStreams
from shared.transport.kafka import KafkaCluster
from shared.transport.sending import OutgoingRecord
from tests.support.waiting import eventually

TOPIC = "norrbotten.shared.actors.v1"


def report(counter: int, last: int = 7, epoch: int = 1) -> LinksReported:
    return LinksReported(
        id=links_id("norrbotten", "actors"),
        county="norrbotten",
        service="actors",
        generation=1,
        counter=counter,
        as_of=datetime.now(UTC),
        written=(Written(topic=TOPIC, epoch=epoch, first=1, last=last),),
    )


@asynccontextmanager
async def reporting(
    patch: pytest.MonkeyPatch, *said: LinksReported
) -> AsyncIterator[tuple[Reporter, list[LinksReported]]]:
    """A reporter at work, and what it has sent; its topic has what its service has ``said`` before."""
    before = Heard()
    for each in said:
        before.take(each)
    sent: list[LinksReported] = []

    async def keep(_: str, __: object, work: Callable[[None], asyncio.Future[None]], ___: object) -> None:
        await work(None)

    async def send(_: None, __: str, records: Iterable[OutgoingRecord]) -> None:
        sent.extend(LinksReported.read(value) for _, value, _ in records)

    async def heard(*_: object) -> Heard:
        return before

    patch.setattr(module, "read_reports", heard)
    patch.setattr(module, "keep_sending", keep)
    patch.setattr(module, "send_batch", send)
    reporter = Reporter(ServiceStreams("norrbotten", "actors", [TOPIC], []), KafkaCluster("127.0.0.1:1"), Faults())
    reporter.lead(1)
    running = asyncio.create_task(reporter.run())
    yield reporter, sent
    running.cancel()


async def test_a_report_that_readers_would_refuse_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    async with reporting(monkeypatch) as (reporter, sent):
        with capture_logs() as logs:
            reporter.send_next(report(1, epoch=10**17), {})

            async def refused() -> None:
                assert [(each["event"], each["log_level"]) for each in logs] == [("links.report-refused", "critical")]

            await eventually(refused)
        true = report(2)
        reporter.send_next(true, {})

        async def said() -> None:
            assert sent == [true]

        await eventually(said)


async def test_a_new_leader_s_reports_are_above_all_before_them(monkeypatch: pytest.MonkeyPatch) -> None:
    async with reporting(monkeypatch, report(9), report(3).model_copy(update={"generation": 7})) as (reporter, sent):
        reporter.send_next(report(1), {})
        await eventually(lambda: bool(sent))
        reporter.send_next(report(2, last=8), {})
        await eventually(lambda: len(sent) == 2)

    assert [each.recency for each in sent] == [(8, 1), (8, 2)]


def test_a_clock_set_back_begins_a_generation_that_is_believed() -> None:
    reporter = Reporter(ServiceStreams("norrbotten", "actors", [TOPIC], []), KafkaCluster("127.0.0.1:1"), Faults())
    now = datetime.now(UTC)
    ahead = int((now.timestamp() + 3300) * 1000)
    reporter.lead(ahead)

    assert reporter.next_recency(now + timedelta(minutes=55)) == (ahead, 1)
    with capture_logs() as logs:
        assert reporter.next_recency(now) == (int(now.timestamp() * 1000), 2)
    assert [each["event"] for each in logs] == ["links.clock-was-ahead"]


async def say(reporter: Reporter, sent: list[LinksReported], said: LinksReported) -> LinksReported:
    """The report that is sent if the service has this to say."""
    before = len(sent)
    reporter.send_next(said, {})

    async def one_more() -> None:
        assert len(sent) == before + 1

    await eventually(one_more)
    return sent[-1]


async def test_a_report_without_news_carries_its_time_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async with reporting(monkeypatch) as (reporter, sent):
        first = await say(reporter, sent, report(1))
        second = await say(reporter, sent, report(2))
        third = await say(reporter, sent, report(3, last=8))

    assert (first.unchanged, third.unchanged) == (False, False)
    assert second.unchanged
    assert (second.recency, second.written, second.applied) == (first.recency, (), ())
    assert first.as_of < second.as_of
    assert third.recency > first.recency
    assert third.written[0].last == 8


async def test_a_report_is_whole_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WHOLE_SECONDS", 0.0)
    async with reporting(monkeypatch) as (reporter, sent):
        await say(reporter, sent, report(1))

        again = await say(reporter, sent, report(2))

    assert not again.unchanged
    assert again.recency == (1, 2)


async def test_a_report_whose_clock_went_back_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    async with reporting(monkeypatch) as (reporter, sent):
        await say(reporter, sent, report(1))
        await say(
            reporter, sent, ahead := report(2).model_copy(update={"as_of": datetime.now(UTC) + timedelta(hours=1)})
        )

        corrected = await say(reporter, sent, report(3))

    assert sent[1].as_of == ahead.as_of
    assert (corrected.unchanged, corrected.recency) == (False, (1, 3))


@pytest.mark.parametrize(("cluster", "read_from"), [("here", 7), ("elsewhere", 0)])
async def test_a_tail_is_looked_for_where_its_reader_reads_on(
    monkeypatch: pytest.MonkeyPatch, cluster: str, read_from: int
) -> None:
    looked: list[tuple[str, int]] = []

    async def present(_: KafkaCluster) -> str:
        return "here"

    async def has_records(_: KafkaCluster, topic: str, offset: int) -> bool:
        looked.append((topic, offset))
        return True

    monkeypatch.setattr(KafkaCluster, "cluster_id", present)
    monkeypatch.setattr(KafkaCluster, "has_records", has_records)
    async with reporting(monkeypatch) as (reporter, sent):
        reporter.send_next(report(1), {TOPIC: SilentTail(Gap(epoch=1, first=8, last=9), cluster, 7)})
        await eventually(lambda: bool(sent))

    assert looked == [(TOPIC, read_from)]
