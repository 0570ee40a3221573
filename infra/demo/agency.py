"""A partner agency's side: it reads the signals that it is shown on its own topic, and answers them."""

import json
from collections.abc import Sequence
from uuid import UUID, uuid5

from infra.partners.own_topic import STREAM, OwnTopic, is_own_topic, own_topic
from infra.partners.table import replies_topic
from shared.contracts.partner_replies import ReplyCode, SignalReply
from shared.contracts.shipment_codes import SignalStatus, Tlp
from shared.contracts.shipment_fields import VersionReference
from shared.contracts.topics import county_of, topic_name
from shared.protocol.envelope import parse, topic_of_source
from shared.protocol.partner_envelope import partner_source
from shared.transport.clients import stop
from shared.transport.kafka import KafkaCluster
from shared.transport.sending import OutgoingRecord, send_batch

SAME = UUID("5f6e1a7c-3a51-4f64-9d0c-2f6d0c1b7a11")


async def show(kafka: KafkaCluster, county: str, agency: str, counties: Sequence[str]) -> None:
    """Show the agency all signals up to AMBER once, as `norrsam partners run` does; for a Kafka that knows no users."""
    own, to = OwnTopic(Tlp.AMBER), own_topic(county, agency, Tlp.AMBER)
    async for batch in kafka.read(to):
        for record in batch:
            own.has(record.headers, record.value or b"")
    sources = [topic_name(each, STREAM) for each in counties]
    records = [record for source in sources async for batch in kafka.read(source) for record in batch]
    decided = (own.decide(each.topic, each.headers, each.key or b"", each.value or b"") for each in records)
    await _send(kafka, to, [each for each in decided if each])


async def answer(
    kafka: KafkaCluster, county: str, agency: str, code: ReplyCode, only: UUID | None = None
) -> list[VersionReference]:
    """Answer each signal that holds, or one; which they are. The same answer twice is one, for it has one id."""
    newest: dict[tuple[str, UUID], tuple[tuple[int, int], bool]] = {}
    for own in [each for each in await kafka.ends_of(f"{county}.partners.{agency}.") if is_own_topic(each, county)]:
        async for batch in kafka.read(own):
            for record in batch:
                topic = topic_of_source(STREAM, record.headers)
                envelope = parse(topic, record.headers)
                signal, age = (county_of(topic), envelope.subject), (envelope.epoch, envelope.version)
                if age > newest.get(signal, ((0, 0), False))[0]:
                    newest[signal] = age, json.loads(record.value or b"{}").get("status") == SignalStatus.RELEASED
    answered = [
        VersionReference(county=owner, id=identity, version=version)
        for (owner, identity), ((_, version), holds) in newest.items()
        if holds and only in (None, identity)
    ]
    records = [_record(agency, SignalReply(signal=each, code=code)) for each in answered]
    await _send(kafka, replies_topic(county, agency), records)
    return answered


def _record(agency: str, reply: SignalReply) -> OutgoingRecord:
    headers = {
        "ce_specversion": "1.0",
        "ce_id": str(uuid5(SAME, reply.model_dump_json())),
        "ce_source": partner_source(agency),
        "ce_type": reply.event_type,
        "ce_subject": str(reply.signal.id),
        "content-type": "application/json",
    }
    value = reply.model_dump_json().encode()
    return str(reply.signal.id).encode(), value, [(name, text.encode()) for name, text in headers.items()]


async def _send(kafka: KafkaCluster, topic: str, records: Sequence[OutgoingRecord]) -> None:
    producer = await kafka.producer()
    try:
        while records:
            count, _ = await send_batch(producer, topic, records)
            records = records[count:]
    finally:
        await stop(producer)
