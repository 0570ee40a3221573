"""Newer code: types that were unknown, and projections that make other rows of the same events."""

from collections.abc import Sequence
from uuid import uuid4

import asyncpg
import pytest

from shared.contracts import registry
from shared.messaging.handlers import Projection
from shared.outages import Outage
from shared.protocol import progress
from shared.protocol.received import Received
from shared.recovery import dead_letters, rebuilding, recovering
from tests.delivery.forger import Forger
from tests.delivery.harness import Owner, Receiver
from tests.delivery.toy import PROJECTION, UPSERT, ToyChanged
from tests.support.waiting import eventually


async def in_capitals(conn: asyncpg.Connection, received: Sequence[Received]) -> None:
    """Project the events as newer code does: with names in capitals."""
    upsert = UPSERT.replace("$6, 1)", "$6, 2)")
    for each in received:
        assert isinstance(each.event, ToyChanged)
        await conn.execute(upsert, each.county, each.event.id, each.event.name.upper(), *each.recency)


NEWER = Projection("toys", 2, (ToyChanged,), in_capitals)


class ToyPainted(ToyChanged):
    """The same type in newer code, with a field more."""

    colour: str = ""


async def with_colours(conn: asyncpg.Connection, received: Sequence[Received]) -> None:
    upsert = UPSERT.replace("$6, 1)", "$6, 2)")
    for each in received:
        assert isinstance(each.event, ToyPainted)
        shown = f"{each.event.name}, {each.event.colour}"
        await conn.execute(upsert, each.county, each.event.id, shown, *each.recency)


async def applied(owner: Owner, receiver: Receiver, number: int) -> None:
    async def there() -> None:
        assert (await receiver.checkpoint(owner.topic))["number"] == number

    await eventually(there)


async def rebuild(receiver: Receiver, owner: Owner, projection: Projection = NEWER) -> list[str]:
    return await rebuilding.rebuild(receiver.connect, receiver.kafka, receiver.streams([owner.topic]), [projection])


async def test_a_rebuild_makes_every_row_anew_and_keeps_the_checkpoint(owner: Owner, receiver: Receiver) -> None:
    toys = [uuid4() for _ in range(3)]
    owner.relay()
    for toy in toys:
        await owner.emit(toy, 1, "lower case")
    await owner.emit(toys[0], 2, "newest")
    receiver.receive([owner.topic])
    await rebuild(receiver, owner, PROJECTION)
    await applied(owner, receiver, 4)
    await receiver.stop()

    before = await receiver.checkpoint(owner.topic)

    assert await rebuild(receiver, owner) == ["toys"]
    assert await receiver.toys() == {toys[0]: (2, "NEWEST"), toys[1]: (1, "LOWER CASE"), toys[2]: (1, "LOWER CASE")}
    assert await receiver.checkpoint(owner.topic) == before
    assert await rebuild(receiver, owner) == []


async def test_a_field_that_older_code_did_not_know_is_filled(
    receiver: Receiver, forger: Forger, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy = uuid4()
    painted = ToyPainted(id=toy, county=forger.county, name="a toy", colour="red")
    forger.send(forger.headers(1, toy), painted.write())
    forger.flush()
    receiver.receive([forger.topic])
    await rebuild(receiver, owner, PROJECTION)
    await applied(owner, receiver, 1)
    await receiver.stop()
    assert await receiver.toys() == {toy: (1, "a toy")}

    monkeypatch.setitem(registry.EVENTS, ToyPainted.event_type, ToyPainted)

    assert await rebuild(receiver, owner, Projection("toys", 1, (ToyPainted,), with_colours)) == []
    assert await receiver.toys() == {toy: (1, "a toy")}
    assert await rebuild(receiver, owner, Projection("toys", 2, (ToyPainted,), with_colours)) == ["toys"]
    assert await receiver.toys() == {toy: (1, "a toy, red")}


async def test_older_code_reads_no_more_once_newer_code_has_begun(owner: Owner, receiver: Receiver) -> None:
    owner.relay()
    first, second = uuid4(), uuid4()
    await owner.emit(first, 1, "first")
    receiver.receive([owner.topic])
    await applied(owner, receiver, 1)
    await rebuild(receiver, owner)
    await owner.emit(second, 1, "second")

    async def sent() -> None:
        assert (await owner.stream())["acknowledged"] == 2

    await eventually(sent)
    newer = receiver.replica()
    newer.receive([owner.topic], [NEWER])
    await receiver.stop()
    await applied(owner, receiver, 2)
    assert await receiver.toys() == {first: (1, "FIRST"), second: (1, "SECOND")}
    await newer.stop()


async def test_older_code_applies_no_dead_letter_after_newer_code(
    owner: Owner, receiver: Receiver, forger: Forger
) -> None:
    forger.send(forger.headers(1, uuid4(), ce_type=b"se.norrsam.actors.Unheard.v1"), b"{}")
    forger.flush()
    receiver.receive([forger.topic])

    async def put_aside() -> None:
        assert len(await receiver.letters()) == 1

    await eventually(put_aside)
    await rebuild(receiver, owner)

    (letter,) = await receiver.letters()

    with pytest.raises(Outage, match="newer version"):
        await dead_letters.retry(receiver.conn, receiver.writer, [PROJECTION], letter["id"])


async def test_withdrawn_rows_stay_withdrawn_after_a_rebuild(receiver: Receiver, forger: Forger, owner: Owner) -> None:
    gone, kept = forger.good(1), uuid4()
    marker = forger.marker(first=2, number=3)
    forger.good(2, kept)
    marker()
    forger.flush()
    receiver.receive([forger.topic])
    await applied(owner, receiver, 3)
    await rebuild(receiver, owner)
    assert await receiver.toys() == {kept: (1, "A TOY")}
    await receiver.conn.execute("DELETE FROM toys")
    await rebuilding.mark_for_rebuild(receiver.conn, receiver.streams([owner.topic]), [NEWER])

    await rebuild(receiver, owner)

    assert await receiver.toys() == {kept: (1, "A TOY")}
    assert await receiver.conn.fetchval("SELECT withdrawn FROM toys WHERE id = $1", gone)


async def test_a_damaged_row_is_as_its_topic_says_after_a_rebuild(owner: Owner, receiver: Receiver) -> None:
    owner.relay()
    toy = uuid4()
    await owner.emit(toy, 1, "whole")
    receiver.receive([owner.topic])
    await applied(owner, receiver, 1)
    await receiver.conn.execute("UPDATE toys SET name = 'damaged'")
    streams = receiver.streams([owner.topic])
    await rebuild(receiver, owner, PROJECTION)

    await rebuilding.mark_for_rebuild(receiver.conn, streams, [PROJECTION])

    assert await rebuild(receiver, owner, PROJECTION) == ["toys"]
    assert await receiver.toys() == {toy: (1, "whole")}


async def test_a_rebuild_shows_nothing_that_the_inbox_refused(receiver: Receiver, forger: Forger, owner: Owner) -> None:
    toy = forger.good(1, name="true")
    forger.good(2, toy, version=10**17, name="far above the present version")
    forger.good(1, toy, version=50, name="under a number that is given")
    last = forger.good(2, name="true")
    forger.flush()
    receiver.receive([forger.topic])
    await applied(owner, receiver, 2)

    await rebuild(receiver, owner)

    assert await receiver.toys() == {toy: (1, "TRUE"), last: (1, "TRUE")}
    assert [letter["reason"] for letter in await receiver.letters()] == ["false-envelope"]


async def test_a_number_that_was_too_high_when_it_came_stays_refused(
    receiver: Receiver, forger: Forger, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "MAX_NUMBER_JUMP", 5)
    owner.relay()
    receiver.receive([owner.topic])
    await owner.emit(uuid4(), 1)
    await applied(owner, receiver, 1)
    forged = forger.good(12)
    forger.flush()
    await eventually(receiver.letters)
    for _ in range(9):  # the stream grows, until that number is near
        await owner.emit(uuid4(), 1)
    await applied(owner, receiver, 10)

    async def reported() -> None:
        assert (await receiver.checkpoint(owner.topic))["heard_last"] == 10

    await eventually(reported)
    await receiver.stop()

    await rebuild(receiver, owner)

    assert forged not in await receiver.toys()
    await owner.stop()
    for _ in range(2):
        await owner.emit(uuid4(), 1)
    owner.relay()

    async def sent() -> None:
        assert (await owner.stream())["acknowledged"] == 12

    await eventually(sent)
    assert await owner.doubt() is None
    counties = [owner.county, receiver.county]
    place = (owner.conn, owner.kafka, owner.writer, owner.streams(), [PROJECTION], counties)
    await owner.stop()
    report = await recovering.recover(*place, anew=True)
    assert forged not in await owner.toys(owner.county)
    assert report.topics[owner.topic]["unpublished"] == 0


async def test_a_rebuild_puts_aside_the_events_at_fault_alone(receiver: Receiver, forger: Forger, owner: Owner) -> None:
    good = [forger.good(1, name="good")]
    forger.good(2, name="breaks newer code")
    good.append(forger.good(3, name="good"))
    forger.flush()
    receiver.receive([forger.topic])
    await applied(owner, receiver, 3)
    await receiver.stop()

    async def breaks(conn: asyncpg.Connection, received: Sequence[Received]) -> None:
        if any(isinstance(each.event, ToyChanged) and "breaks" in each.event.name for each in received):
            raise ZeroDivisionError
        await in_capitals(conn, received)

    await rebuild(receiver, owner, Projection("toys", 2, (ToyChanged,), breaks))

    toys = await receiver.toys()

    assert {toys[one] for one in good} == {(1, "GOOD")}
    (letter,) = await receiver.letters()
    assert (letter["reason"], letter["record_offset"]) == ("handler-error", 1)


async def test_the_leader_applies_dead_letters_of_a_type_known_now(
    receiver: Receiver, forger: Forger, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy, broken = uuid4(), uuid4()
    novelty = {"ce_type": b"se.norrsam.actors.Novelty.v1"}
    forger.send(forger.headers(1, toy, **novelty), forger.data(toy, "from the future"))
    forger.send(forger.headers(2, broken, **novelty), b"{}")
    forger.flush()
    receiver.receive([forger.topic])

    async def put_aside() -> None:
        assert [letter["reason"] for letter in await receiver.letters()] == ["unknown-type"] * 2

    await eventually(put_aside)
    assert await dead_letters.retry_known(receiver.conn, receiver.writer, [PROJECTION]) == 0
    assert await receiver.toys() == {}
    monkeypatch.setitem(registry.EVENTS, "se.norrsam.actors.Novelty.v1", ToyChanged)

    await dead_letters.retry_known(receiver.conn, receiver.writer, [PROJECTION])

    assert await receiver.toys() == {toy: (1, "from the future")}
    assert [(letter["reason"], letter["outcome"]) for letter in await receiver.letters()] == [
        ("unknown-type", "applied"),
        ("invalid-data", None),
    ]
