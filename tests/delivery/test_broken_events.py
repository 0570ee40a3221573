"""One broken event of each kind, at each place of a batch: the stream goes on, and the dead letter says why."""

import json
from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs

from shared.contracts import registry
from shared.protocol.progress import MAX_NUMBER_JUMP
from shared.recovery import dead_letters
from shared.rejected import Rejected
from tests.delivery.forger import Forger
from tests.delivery.harness import Receiver
from tests.delivery.toy import PROJECTION, ToyChanged
from tests.support.waiting import eventually

PLACES = ("first", "middle", "last")

# kind → (changed headers, whether the number counts, reason of the dead letter, a word of its detail)
KINDS: dict[str, tuple[dict[str, bytes | None], bool, str, str]] = {
    "missing-header": ({"ce_source": None}, False, "false-envelope", "ce_source"),
    "null-header": ({"ce_id": None}, False, "false-envelope", "null"),
    "not-utf-8": ({"ce_type": b"\xff\xfe"}, False, "false-envelope", "UTF-8"),
    "another-county": ({"ce_source": b"/counties/elsewhere/actors"}, False, "false-envelope", "elsewhere"),
    "absurd-number": ({"ce_sequence": b"%d" % (10 * MAX_NUMBER_JUMP)}, False, "false-envelope", "above the checkpoint"),
    "unknown-type": ({"ce_type": b"se.norrsam.actors.Novelty.v9"}, True, "unknown-type", "Novelty"),
    "schema-violation": ({}, True, "invalid-data", "name"),
    "nul": ({}, True, "invalid-data", "name: unstorable"),
}


def send_broken(forger: Forger, kind: str, number: int, toy: UUID) -> None:
    changed, _, _, _ = KINDS[kind]
    headers = forger.headers(number, toy, **changed)
    if kind == "missing-header":
        del headers["ce_source"]
    said = {"schema-violation": {}, "nul": {"name": "a\0toy"}}.get(kind, {"name": "a toy"})
    forger.send(headers, json.dumps({"id": str(toy), "county": forger.county, **said}).encode())


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", KINDS)
async def test_a_broken_event_does_not_hold_up_its_batch(
    receiver: Receiver, forger: Forger, kind: str, place: str
) -> None:
    _, counts, reason, word = KINDS[kind]
    first = forger.good(1)  # so that an absurd number has something to be held against
    broken, number, good = uuid4(), 1, []
    for position in PLACES:
        if position == place:
            send_broken(forger, kind, number + 1, broken)
            number += 1 if counts else 0
        number += 1
        good.append(forger.good(number))
    forger.flush()

    receiver.receive([forger.topic])

    await receiver.shows({first, *good})
    checkpoint = await receiver.checkpoint(forger.topic)
    assert (checkpoint["number"], checkpoint["next_offset"]) == (number, 5)
    assert await receiver.gaps(forger.topic) == []
    (letter,) = await receiver.letters()
    assert letter["reason"] == reason
    assert word in letter["detail"]


@pytest.mark.parametrize("place", PLACES)
async def test_random_bytes_do_not_hold_up_their_batch(receiver: Receiver, forger: Forger, place: str) -> None:
    good = []
    for number, position in enumerate(PLACES, 1):
        if position == place:
            forger.send({"x": b"\x00\xff"}, b"\x00\x01\xfe\xff", key=b"\xff")
        good.append(forger.good(number))
    forger.flush()

    receiver.receive([forger.topic])

    await receiver.shows(set(good))
    (letter,) = await receiver.letters()
    assert letter["reason"] == "false-envelope"
    assert letter["value"] == b"\x00\x01\xfe\xff"
    assert (await receiver.checkpoint(forger.topic))["number"] == 3


async def test_a_foreign_reply_to_is_applied_and_answered_by_nothing(receiver: Receiver, forger: Forger) -> None:
    toy = uuid4()
    forger.send(forger.headers(1, toy, reply_to=forger.topic.encode(), correlation_id=b"\xff"), forger.data(toy))
    forger.flush()

    receiver.receive([forger.topic])

    await receiver.shows({toy})
    assert await receiver.letters() == []
    assert await receiver.kafka.ends([forger.topic]) == {forger.topic: 1}


async def test_an_event_that_breaks_the_handler_alone_is_a_dead_letter(receiver: Receiver, forger: Forger) -> None:
    good = [forger.good(1)]
    bad = forger.good(2, name="broken toy")
    good.append(forger.good(3))
    forger.flush()

    receiver.receive([forger.topic])

    await receiver.shows(set(good))
    (letter,) = await receiver.letters()
    assert (letter["reason"], bad in await receiver.toys()) == ("handler-error", False)
    assert (await receiver.checkpoint(forger.topic))["number"] == 3


async def test_the_log_of_a_dead_letter_names_its_correlation_id(receiver: Receiver, forger: Forger) -> None:
    unread, failing = str(uuid4()), str(uuid4())
    forger.send(forger.headers(1, uuid4(), ce_correlationid=unread.encode()), b"{}")
    toy = uuid4()
    forger.send(forger.headers(2, toy, ce_correlationid=failing.encode()), forger.data(toy, "broken toy"))
    forger.flush()

    async def both_dead() -> None:
        assert len(await receiver.letters()) == 2

    with capture_logs() as logs:
        receiver.receive([forger.topic])
        await eventually(both_dead)

    named = {(line["event"], line["correlation_id"]) for line in logs if line["log_level"] == "error"}
    assert named == {
        ("inbox.dead-letter", unread),
        ("inbox.handler-failed", failing),
        ("inbox.dead-letter", failing),
    }


async def test_after_a_fix_dead_letters_can_be_applied(
    receiver: Receiver, forger: Forger, monkeypatch: pytest.MonkeyPatch
) -> None:
    novel, incomplete = uuid4(), uuid4()
    send_broken(forger, "unknown-type", 1, novel)
    send_broken(forger, "schema-violation", 2, incomplete)
    forger.flush()
    receiver.receive([forger.topic])

    async def both_dead() -> None:
        assert [letter["reason"] for letter in await receiver.letters()] == ["unknown-type", "invalid-data"]

    await eventually(both_dead)

    class Mended(ToyChanged):
        name: str = "a toy without a name"

    for letter in await receiver.letters():
        with pytest.raises(Rejected):
            await dead_letters.retry(receiver.conn, receiver.writer, [PROJECTION], letter["id"])
    monkeypatch.setitem(registry.EVENTS, "se.norrsam.actors.Novelty.v9", Mended)
    monkeypatch.setitem(registry.EVENTS, ToyChanged.event_type, Mended)

    for letter in await receiver.letters():
        async with receiver.conn.transaction():
            await dead_letters.retry(receiver.conn, receiver.writer, [PROJECTION], letter["id"])

    assert set(await receiver.toys()) == {novel, incomplete}
    assert await dead_letters.find(receiver.conn) == []


async def test_a_false_envelope_can_only_be_discarded(receiver: Receiver, forger: Forger) -> None:
    forger.good(1)
    send_broken(forger, "absurd-number", 2, uuid4())
    forger.flush()
    receiver.receive([forger.topic])

    async def dead() -> None:
        assert len(await receiver.letters()) == 1

    await eventually(dead)
    (letter,) = await receiver.letters()
    with pytest.raises(Rejected, match="discard"):
        await dead_letters.retry(receiver.conn, receiver.writer, [PROJECTION], letter["id"])

    await dead_letters.discard(receiver.conn, letter["id"])

    assert await dead_letters.find(receiver.conn) == []


async def test_what_a_newer_version_of_its_batch_replaces_is_not_read(receiver: Receiver, forger: Forger) -> None:
    renewed = uuid4()
    send_broken(forger, "schema-violation", 1, renewed)
    forger.good(2, renewed, version=2)
    forger.flush()

    receiver.receive([forger.topic])

    await receiver.shows({renewed})
    assert await receiver.letters() == []


async def test_a_dead_letter_is_superseded_by_a_newer_version_alone(receiver: Receiver, forger: Forger) -> None:
    renewed, forsaken = uuid4(), uuid4()
    send_broken(forger, "schema-violation", 1, renewed)
    send_broken(forger, "schema-violation", 2, forsaken)
    forger.flush()
    receiver.receive([forger.topic])

    async def both_dead() -> None:
        assert len(await receiver.letters()) == 2

    await eventually(both_dead)

    forger.good(3, renewed, version=2)
    forger.flush()

    await receiver.shows({renewed})
    letters = await dead_letters.find(receiver.conn)
    assert [await dead_letters.superseded(receiver.conn, each, [PROJECTION]) for each in letters] == [True, False]
