"""Dead letters that are tried again by themselves."""

import base64
import json
from uuid import uuid4

from shared.messaging.handlers import Reaction
from shared.messaging.outbox import Transaction
from shared.protocol.received import Received
from shared.recovery import dead_letters
from shared.rejected import Rejected
from tests.delivery.harness import Forger, Receiver, ToyChanged


async def refuse(_: Transaction, __: Received) -> None:
    raise Rejected("too-late", "The domain says no to this toy.")


async def test_a_dead_letter_that_the_domain_refuses_stays_dead(receiver: Receiver, forger: Forger) -> None:
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

    handlers = [Reaction("refuses", (ToyChanged,), refuse)]

    assert await dead_letters.retry_known(receiver.conn, receiver.writer, handlers) == 0
    (letter,) = await receiver.letters()
    assert (letter["reason"], letter["settled_at"]) == ("handler-error", None)
    assert "The domain says no" in letter["detail"]
