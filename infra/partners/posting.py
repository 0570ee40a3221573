"""Posts to each partner that has a webhook what it may read (`norrsam partners run`), in the order of each topic.

An event is sent again until the receiver has taken it, so at least once. One that it refuses is parked with the reason
on a topic that only the county reads, and `norrsam partners retry` sends it again; the others go on.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import structlog
from confluent_kafka import KafkaException

from infra.mirror.rights import Look
from infra.partners.agreement import Agreement
from infra.partners.receiver import Webhook, WebhookReply, webhook
from infra.partners.table import parked_topic
from infra.partners.webhook import WebhookAnswer, message
from shared.contracts.topics import county_of, stream_name
from shared.transport.clients import stop
from shared.transport.kafka import KafkaCluster, is_from_kafka
from shared.transport.reading import Record
from shared.transport.sending import Producer, send_batch

AGAIN_SECONDS = 10.0
POLL_MS = 1_000
COMMIT_EVERY = 100

log = structlog.get_logger()


async def keep_posting(
    kafka: KafkaCluster, county: str, agreed: Agreement, counties: Sequence[str], origin: str, password: Path
) -> None:
    """Post to one partner until cancelled. After a failure of Kafka it goes on where the receiver has taken all."""
    failed = False
    while True:
        try:
            async with webhook(county, agreed, origin, password) as to:
                await post(kafka, counties, to)
        except Exception as error:
            if not (isinstance(error, KafkaException) or is_from_kafka(error)):
                raise
            if not failed:
                log.warning("partners.post-waits", partner=agreed.agency, error=f"{type(error).__name__}: {error}")
            failed = True
        await asyncio.sleep(AGAIN_SECONDS)


async def post(kafka: KafkaCluster, counties: Sequence[str], to: Webhook) -> None:
    """Post all that the receiver has not taken yet, and then what comes.

    UnknownTopicOrPartitionError if one of the topics is not there.
    """
    group, topics = f"{to.agreed.groups}post", to.agreed.topics(to.county, counties)
    taken = await kafka.committed(group)
    producer = await kafka.producer()
    try:
        async with kafka.reading(topics, f"{to.county}-webhook-{to.agreed.agency}") as reading:
            for topic in topics:
                reading.seek(topic, taken.get(topic, 0))
            while True:
                records = await reading.poll(POLL_MS, COMMIT_EVERY)
                for record in records:
                    sent = message(record, to.county)
                    reply = await to.deliver(sent) if sent else None
                    if reply and reply.meaning is WebhookAnswer.REFUSED:
                        await park(producer, to, record, reply)
                if records:
                    await kafka.commit(group, {records[-1].topic: records[-1].offset + 1})
    finally:
        await stop(producer)


async def park(producer: Producer, to: Webhook, record: Record, reply: WebhookReply) -> None:
    """Put a record that was refused aside, with the topic that it was read from, and the reason."""
    added = {"parked_topic": record.topic.encode(), "parked_reason": reply.said.encode()}
    headers = [*{**dict(record.headers), **added}.items()]
    topic = parked_topic(to.county, to.agreed.agency)
    await send_batch(producer, topic, [(record.key or b"", record.value or b"", headers)])
    log.warning("partners.webhook-refused", topic=record.topic, offset=record.offset, reason=reply.said)


async def retry(
    kafka: KafkaCluster, county: str, agreed: Agreement, origin: str, password: Path
) -> AsyncGenerator[Look, None]:
    """Send once more what is parked. What is refused again is parked again; once nothing is taken, the rest stays."""
    group, topic = f"{agreed.groups}parked", parked_topic(county, agreed.agency)
    offset = (await kafka.committed(group)).get(topic, 0)
    producer = await kafka.producer()
    try:
        async with webhook(county, agreed, origin, password) as to, aclosing(kafka.read(topic, offset=offset)) as read:
            async for parked in (each async for batch in read for each in batch):
                record = replace(parked, topic=dict(parked.headers)["parked_topic"].decode())
                sent = message(record, county)
                assert sent
                reply = await to.send(sent)
                yield Look(
                    f"{county_of(record.topic)} {stream_name(record.topic)}", f"{sent.id}: {reply.said}", reply.do
                )
                if reply.meaning is WebhookAnswer.AGAIN:
                    return
                if reply.meaning is WebhookAnswer.REFUSED:
                    await park(producer, to, record, reply)
                await kafka.commit(group, {topic: parked.offset + 1})
    finally:
        await stop(producer)
