"""An owner whose database is restored, and what is done with it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from shared.contracts.topics import LINKS, topic_name
from shared.links.heard import read_reports
from shared.recovery import recovering
from shared.recovery.copies import NeighbourCopy, make_copy, read_copy
from shared.recovery.recovering import RecoveryReport
from shared.transport.kafka import KafkaCluster
from tests.delivery.harness import Owner, Receiver
from tests.delivery.toy import PROJECTION
from tests.support.waiting import eventually


def lose_tail(owner: Owner, patch: pytest.MonkeyPatch) -> None:
    """The topic has its first three records alone: it has lost its tail together with the database."""
    read = KafkaCluster.read

    async def first_three(kafka: KafkaCluster, topic: str, last: int | None = None) -> object:
        seen = 0
        async for batch in read(kafka, topic, last):
            kept = batch[: max(0, 3 - seen)] if topic == owner.topic else batch
            seen += len(kept)
            if kept:
                yield kept

    patch.setattr(KafkaCluster, "read", first_three)


async def at_work(owner: Owner, receiver: Receiver) -> None:
    await owner.stop()
    await receiver.stop()
    owner.relay()
    owner.receive([], reports=[topic_name(receiver.county, LINKS)])
    receiver.relay([owner.topic])
    receiver.receive([owner.topic])


async def emitted(owner: Owner, *toys: UUID, version: int = 1, name: str = "before the backup") -> None:
    for toy in toys:
        await owner.emit(toy, version, name)


async def equal(owner: Owner, receiver: Receiver) -> None:
    """The receiver shows what the owner has, and proves that it is complete."""

    async def same() -> None:
        stream, row = await owner.stream(), await receiver.checkpoint(owner.topic)
        assert (row["epoch"], row["number"]) == (stream["epoch"], stream["numbered"])
        assert await receiver.toys(owner.county) == await owner.toys(owner.county)
        assert row["complete_until"] is not None
        assert await receiver.gaps(owner.topic) == []

    await eventually(same)


async def doubted(owner: Owner) -> str:
    async def said() -> None:
        assert await owner.doubt() is not None

    await eventually(said)
    return str(await owner.doubt())


async def recover(
    owner: Owner,
    *heard: Receiver,
    copies: Sequence[NeighbourCopy] = (),
    accept_loss: bool = False,
    anew: bool = False,
) -> RecoveryReport:
    place = (owner.conn, owner.kafka, owner.writer, owner.streams(), [PROJECTION])
    counties = [owner.county, *(each.county for each in heard)]
    return await recovering.recover(*place, counties, copies=copies, accept_loss=accept_loss, anew=anew)


async def backed_up(owner: Owner, receiver: Receiver) -> list[UUID]:
    """Three toys were in the backup; then one was changed, one made, one was left alone; all of it was published."""
    toys = [uuid4() for _ in range(4)]
    await at_work(owner, receiver)
    await emitted(owner, *toys[:3])
    await equal(owner, receiver)
    await owner.back_up()
    owner.relay()
    await emitted(owner, toys[0], version=2, name="after the backup")
    await emitted(owner, toys[3], name="after the backup")
    await equal(owner, receiver)
    await reported(owner, receiver)
    return toys


async def reported(owner: Owner, receiver: Receiver) -> None:
    """The receiver has told on links what it has applied."""

    async def told() -> None:
        heard = await read_reports(receiver.kafka, [receiver.county], datetime.now(UTC))
        stream, said = await owner.stream(), heard.furthest(owner.topic).get(receiver.county)
        assert said
        assert (said.epoch, said.number) == (stream["epoch"], stream["numbered"])

    await eventually(told)


async def copy_of(owner: Owner, receiver: Receiver) -> NeighbourCopy:
    """The copy that the receiver's operator sends to the owner's."""
    copy = await make_copy(receiver.conn, receiver.streams(), [PROJECTION], owner.county)
    return read_copy(copy.model_dump_json().encode(), owner.streams())
