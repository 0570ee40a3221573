"""Forged records and reports, kind by kind: other streams go on, and afterwards everything heals."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

import pytest

from shared.contracts.topics import LINKS, topic_name
from shared.links import reporter, reports
from shared.links.identity import RestoredDatabase
from shared.messaging import inbox as inbox_module
from shared.recovery import dead_letters
from tests.delivery.forger import Forger
from tests.delivery.harness import Node, Owner, Receiver
from tests.delivery.restored import doubted, equal, recover
from tests.support import forger as forging
from tests.support.forgeries import EVENTS, MUTING, REPORTS, Forgery
from tests.support.waiting import eventually


@pytest.fixture(autouse=True)
def _all_comes_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporter, "WHOLE_SECONDS", 1.0)
    monkeypatch.setattr(reports, "OVERTAKES_AFTER", timedelta(seconds=1))
    monkeypatch.setattr(inbox_module, "LAST_WAIT_SECONDS", 0.5)


def at_work(owner: Owner, receiver: Receiver, other: Forger) -> None:
    """Owner and receiver speak and hear; the receiver reads another county's stream too."""
    owner.relay()
    owner.receive([], reports=[topic_name(receiver.county, LINKS)])
    receiver.relay([owner.topic, other.topic])
    receiver.receive([owner.topic, other.topic])


async def forge(forgery: Forgery, bootstrap: str, topic: str) -> None:
    """Forge such records on ``topic``."""
    truth = await asyncio.to_thread(forging.look, bootstrap, topic, Random(forgery.name))
    assert truth is not None
    await asyncio.to_thread(lambda: forging.send(bootstrap, forgery.make(truth)))


async def reported(owner: Owner, receiver: Receiver) -> None:
    """The receiver's newest report says that it has applied all that the owner has written."""
    topic = topic_name(receiver.county, LINKS)

    async def said() -> None:
        truth = await asyncio.to_thread(forging.look, receiver.kafka.bootstrap, topic, Random(0))
        stream = await owner.stream()
        assert truth is not None
        assert (owner.topic, stream["epoch"], stream["numbered"]) in [
            (each["topic"], each["epoch"], each["number"]) for each in truth.data["applied"]
        ]

    await eventually(said)


async def goes_on(receiver: Receiver, other: Forger, number: int) -> None:
    """The other county's next event, which has this number, arrives."""
    toy = other.good(number)
    other.flush()

    async def arrived() -> None:
        assert toy in await receiver.toys(other.county)

    await eventually(arrived)


async def healed(owner: Owner, receiver: Receiver, forgery: Forgery) -> None:
    """The owner's stream goes on by itself, or after a recovery if the forgery is believed."""
    if forgery.believed:
        with suppress(RestoredDatabase):
            await owner.emit(uuid4(), 1)
        await doubted(owner)

    async def takes_commands() -> bool:
        if await owner.doubt():
            await recover(owner, receiver, accept_loss=True)
        with suppress(RestoredDatabase):
            await owner.emit(uuid4(), 1)
            return True
        return False

    await eventually(takes_commands)
    await equal(owner, receiver)


async def discarded(nodes: Sequence[Node], reason: str | None) -> None:
    """A dead letter has come for this reason, if any, and all are discarded."""

    async def found() -> None:
        letters = [letter.reason for node in nodes for letter in await dead_letters.find(node.conn)]
        assert reason is None or reason in letters

    await eventually(found)
    for node in nodes:
        for letter in await dead_letters.find(node.conn):
            await dead_letters.discard(node.conn, letter.id)


async def heard_again(owner: Owner, receiver: Receiver) -> None:
    """The receiver hears reports that the owner has sent since now."""
    now = datetime.now(UTC)

    async def heard() -> None:
        until = (await receiver.checkpoint(owner.topic))["complete_until"]
        assert until is not None
        assert until > now

    await eventually(heard)


@pytest.mark.parametrize("kinds", [*EVENTS, *REPORTS])
async def test_a_forgery_holds_up_nothing_but_itself(
    owner: Owner, receiver: Receiver, other: Forger, kinds: str, subtests: pytest.Subtests
) -> None:
    at_work(owner, receiver, other)
    toy = uuid4()
    await owner.emit(toy, 1)
    await owner.emit(toy, 2)
    await equal(owner, receiver)

    for number, forgery in enumerate((EVENTS | REPORTS)[kinds], 1):
        with subtests.test(forgery.name):
            on = [owner.topic] if kinds in EVENTS else [topic_name(each.county, LINKS) for each in (owner, receiver)]
            if kinds in REPORTS:
                await reported(owner, receiver)
            for topic in on:
                await forge(forgery, receiver.kafka.bootstrap, topic)
            await goes_on(receiver, other, number)
            if forgery in MUTING:
                await heard_again(owner, receiver)
            await healed(owner, receiver, forgery)
            await discarded((owner, receiver), forgery.reason)
