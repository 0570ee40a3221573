"""What a service says on links, and what it keeps to itself."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from shared.contracts.links import LinksReported, Written, links_id
from shared.links import reporter as module
from shared.links.faults import Faults
from shared.links.reporter import Reporter
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
async def reporting(patch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Reporter, list[LinksReported]]]:
    """A reporter at work, and what it has sent."""
    sent: list[LinksReported] = []

    async def keep(_: str, __: object, work: Callable[[None], asyncio.Future[None]], ___: object) -> None:
        await work(None)

    async def send(_: None, __: str, records: Iterable[OutgoingRecord]) -> None:
        sent.extend(LinksReported.read(value) for _, value, _ in records)

    patch.setattr(module, "keep_sending", keep)
    patch.setattr(module, "send_batch", send)
    reporter = Reporter(ServiceStreams("norrbotten", "actors", [TOPIC], []), KafkaCluster("127.0.0.1:1"), Faults())
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
