"""Partner agencies: which signals they are shown, what they answer, and who is told that they have not."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.shipment_alerts.domain import letters, replies
from services.shipment_alerts.store import functions
from services.shipment_alerts.store import partners as store
from shared.contracts.partner_replies import SignalReply
from shared.contracts.shipment_codes import SignalStatus
from shared.contracts.shipment_signals import ShipmentSignal
from shared.contracts.topics import county_of, stream_name
from shared.messaging.outbox import Transaction
from shared.protocol.envelope import parse, topic_of_source
from shared.protocol.partner_envelope import agency_of, reply_id
from shared.rejected import Rejected
from shared.runtime import notices

AGAIN = timedelta(hours=1)


async def show(tx: Transaction, record: Any) -> None:
    """An agency was shown the state of a signal: the record lies on its own topic."""
    topic = topic_of_source(stream_name(record.topic), record.headers)
    envelope = parse(topic, record.headers)
    signal = ShipmentSignal.read(record.value or b"")
    holds = signal.status is SignalStatus.RELEASED
    shown_at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
    shown = replies.SignalAtPartner(
        agency_of(record.topic), county_of(topic), envelope.subject, envelope.version, holds, shown_at
    )
    await store.show(tx.conn, shown, (envelope.epoch, envelope.version))


async def answer(tx: Transaction, record: Any) -> None:
    """An agency has answered. Rejected, FalseEnvelope or ValidationError if it is no answer to what it was shown."""
    identity = reply_id(record.topic, record.headers, SignalReply.event_type)
    reply = SignalReply.read(record.value or b"")
    before = await store.lock(tx.conn, agency_of(record.topic), reply.signal.county, reply.signal.id)
    if before is None:
        raise Rejected("not-shown", f"it was shown no signal {reply.signal}")
    after = replies.answered(before, identity, reply, datetime.fromtimestamp(record.timestamp / 1000, UTC))
    if after is not None:
        await store.keep(tx.conn, after)


async def escalate(tx: Transaction, _: UUID) -> datetime:
    """Each hour the county's coordinators hear which agencies have not answered in time."""
    now, within = tx.context.now, tx.writer.partner_answer
    late = await store.escalate(tx.conn, now - within - replies.TOLD_WITHIN, now - within)
    if late:
        letter = letters.unanswered_letter(late, within // timedelta(hours=1))
        for recipient in await functions.mailboxes(tx.conn, tx.writer.county, letters.UNANSWERED):
            await notices.write(tx, recipient, recipient.id, letter)
    return now + AGAIN
