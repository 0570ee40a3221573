"""A county is heard again after its database was restored, or its clock was ahead."""

import time
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Self
from uuid import uuid4

import pytest

from shared.contracts.links import LinksReported
from shared.contracts.topics import LINKS, topic_name
from shared.links import reporter
from shared.links.reports import newest_reports
from shared.messaging import relay as relay_module
from shared.protocol import judging_reports
from tests.delivery.forger import Forger
from tests.delivery.harness import Node, Owner, Receiver
from tests.delivery.restored import at_work, backed_up, emitted, equal, recover
from tests.support.waiting import eventually


async def said_by(node: Node, owner: Owner) -> LinksReported:
    """The newest report of ``owner`` that this county has heard."""
    (report,) = [each for each in await newest_reports(node.conn) if each.county == owner.county]
    return report


class Clock(datetime):
    """A clock that goes ``ahead``."""

    ahead = timedelta(minutes=55)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) + cls.ahead


async def test_a_leader_begins_above_what_its_service_has_said(
    owner: Owner, receiver: Receiver, forger: Forger
) -> None:
    await at_work(owner, receiver)
    await emitted(owner, uuid4())
    await equal(owner, receiver)
    await owner.stop()
    said = await said_by(receiver, owner)
    ahead = said.model_copy(update={"generation": int(time.time() * 1000) + 50_000, "counter": 7})
    forger.report(ahead)  # its clock was ahead by less than a minute, and the backup is older
    forger.flush()

    async def heard(generation: int) -> None:
        assert (await said_by(receiver, owner)).generation == generation

    await eventually(lambda: heard(ahead.generation))

    owner.relay()

    await eventually(lambda: heard(ahead.generation + 1))


@pytest.mark.parametrize("believed", [False, True], ids=["the owner's clock", "everybody's clock"])
async def test_a_county_whose_clock_was_ahead_is_heard_once_it_is_right(
    owner: Owner, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, believed: bool
) -> None:
    toys = await backed_up(owner, receiver)
    await owner.stop()
    with monkeypatch.context() as patch:
        patch.setattr(relay_module, "datetime", Clock)
        patch.setattr(reporter, "datetime", Clock)
        if believed:
            patch.setattr(judging_reports, "CLOCK_SKEW_SECONDS", 2 * Clock.ahead.total_seconds())
        relay = owner.relay()

        async def reported() -> None:
            read = owner.kafka.read(topic_name(owner.county, LINKS))
            said = [LinksReported.read(record.value) async for batch in read for record in batch]
            assert any(each.generation > (time.time() + 3000) * 1000 for each in said)
            assert not believed or (await said_by(receiver, owner)).as_of > datetime.now(UTC)

        await eventually(reported)
    assert relay.leader
    await emitted(owner, toys[1], version=2, name="the clock is right again")
    await equal(owner, receiver)  # by the same leader
    await owner.restore()
    await recover(owner, receiver)

    await at_work(owner, receiver)

    await equal(owner, receiver)
    assert (await receiver.toys())[toys[1]] == (2, "the clock is right again")
