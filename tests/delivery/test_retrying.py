"""Dead letters that are tried again by themselves, or settled while more come."""

import asyncio
import base64
import json
from uuid import uuid4

import pytest

from shared.links import checkpoints
from shared.messaging.handlers import Reaction
from shared.messaging.outbox import Transaction
from shared.protocol.received import Received
from shared.recovery import dead_letters
from shared.rejected import Rejected
from tests.delivery.forger import Forger
from tests.delivery.harness import Receiver
from tests.delivery.toy import PROJECTION, ToyChanged
from tests.support.waiting import eventually


async def refuse(_: Transaction, __: Received) -> None:
    raise Rejected("too-late", "The domain says no to this toy.")


_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
_SEEN_AGAIN = "UPDATE dead_letters SET detail = 'seen again' WHERE fingerprint = $1"

HANDLERS = [Reaction("refuses", (ToyChanged,), refuse)]


async def put_aside(receiver: Receiver, forger: Forger, fingerprint: bytes = b"\0") -> None:
    """There is a dead letter whose type was not known."""
    toy = uuid4()
    headers = [[name, base64.b64encode(value or b"").decode()] for name, value in forger.headers(1, toy).items()]
    await receiver.conn.execute(
        """INSERT INTO dead_letters (topic, fingerprint, reason, detail, event_type, record_offset, headers, value)
        VALUES ($1, $5, 'unknown-type', 'not known then', $2, 0, $3, $4)""",
        forger.topic,
        ToyChanged.event_type,
        json.dumps(headers),
        forger.data(toy),
        fingerprint,
    )


async def test_a_dead_letter_that_the_domain_refuses_stays_dead(receiver: Receiver, forger: Forger) -> None:
    await put_aside(receiver, forger)

    assert await dead_letters.retry_known(receiver.conn, receiver.writer, HANDLERS) == 0

    (letter,) = await receiver.letters()
    assert (letter["reason"], letter["settled_at"]) == ("handler-error", None)
    assert "The domain says no" in letter["detail"]


async def test_each_attempt_at_a_dead_letter_is_counted(receiver: Receiver, forger: Forger) -> None:
    await put_aside(receiver, forger)
    (letter,) = await dead_letters.find(receiver.conn)
    assert letter.attempts == 0

    await dead_letters.retry_known(receiver.conn, receiver.writer, HANDLERS)
    with pytest.raises(Rejected):
        await dead_letters.retry(receiver.conn, receiver.writer, HANDLERS, letter.id)
    await dead_letters.retry(receiver.conn, receiver.writer, [PROJECTION], letter.id)

    (letter,) = await dead_letters.find(receiver.conn, settled=True)
    assert (letter.attempts, letter.outcome) == (3, "applied")


@pytest.mark.parametrize("how", ["retry", "discard"])
async def test_letters_are_settled_while_a_batch_stores_them_again(
    receiver: Receiver, forger: Forger, how: str
) -> None:
    letters = [bytes([1]), bytes([2])]
    for each in letters:
        await put_aside(receiver, forger, each)
    await checkpoints.lock(receiver.conn, forger.topic, None)  # what was stored was read
    first = min(letter.id for letter in await dead_letters.find(receiver.conn))
    batch = await receiver.connect()
    try:
        async with batch.transaction():
            await checkpoints.lock(batch, forger.topic, None)
            await batch.execute(_SEEN_AGAIN, letters[1])
            settling = asyncio.create_task(
                dead_letters.retry(receiver.conn, receiver.writer, [PROJECTION], first)
                if how == "retry"
                else dead_letters.discard_all(receiver.conn, forger.topic, None)
            )
            await eventually(lambda: batch.fetchval(_WAITING))

            await batch.execute(_SEEN_AGAIN, letters[0])

        await settling
    finally:
        await batch.close()
    settled = [letter for letter in await dead_letters.find(receiver.conn, settled=True) if letter.outcome]
    assert len(settled) == (1 if how == "retry" else 2)
