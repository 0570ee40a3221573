"""Dead letters that are tried again by themselves."""

import base64
import json
from uuid import uuid4

import pytest

from shared.messaging.handlers import Reaction
from shared.messaging.outbox import Transaction
from shared.protocol.received import Received
from shared.recovery import dead_letters
from shared.rejected import Rejected
from tests.delivery.forger import Forger
from tests.delivery.harness import Receiver
from tests.delivery.toy import PROJECTION, ToyChanged


async def refuse(_: Transaction, __: Received) -> None:
    raise Rejected("too-late", "The domain says no to this toy.")


HANDLERS = [Reaction("refuses", (ToyChanged,), refuse)]


async def put_aside(receiver: Receiver, forger: Forger) -> None:
    """There is a dead letter whose type was not known."""
    toy = uuid4()
    headers = [[name, base64.b64encode(value or b"").decode()] for name, value in forger.headers(1, toy).items()]
    await receiver.conn.execute(
        """INSERT INTO dead_letters (topic, fingerprint, reason, detail, event_type, record_offset, headers, value)
        VALUES ($1, '\\x00', 'unknown-type', 'not known then', $2, 0, $3, $4)""",
        forger.topic,
        ToyChanged.event_type,
        json.dumps(headers),
        forger.data(toy),
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
