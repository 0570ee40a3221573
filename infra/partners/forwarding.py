"""Reads the counties' signals, and writes to each partner's own topic what it may see (`norrsam partners run`)."""

import asyncio
from collections.abc import Sequence

import structlog
from confluent_kafka import KafkaException

from infra.partners.agreement import Agreement
from infra.partners.own_topic import STREAM, OwnTopic
from shared.contracts.topics import topic_name
from shared.transport.clients import stop
from shared.transport.kafka import KafkaCluster, is_from_kafka
from shared.transport.sending import send_batch

AGAIN_SECONDS = 10.0
POLL_MS = 1_000

log = structlog.get_logger()


async def keep_forwarding(kafka: KafkaCluster, county: str, agreed: Agreement, counties: Sequence[str]) -> None:
    """Forward to one partner until cancelled. After a failure of Kafka all is read again: what is there is skipped."""
    failed = False
    while True:
        try:
            await forward(kafka, county, agreed, counties)
        except Exception as error:
            if not (isinstance(error, KafkaException) or is_from_kafka(error)):
                raise
            if not failed:
                log.warning("partners.forward-waits", partner=agreed.agency, error=f"{type(error).__name__}: {error}")
            failed = True
        await asyncio.sleep(AGAIN_SECONDS)


async def forward(kafka: KafkaCluster, county: str, agreed: Agreement, counties: Sequence[str]) -> None:
    """Forward all that lies on the counties' topics, and then what comes. What may be shown is never twice in it.

    UnknownTopicOrPartitionError if the partner's topic, or one of the counties', is not there.
    """
    own, to = OwnTopic(agreed.label), agreed.own_topic(county)
    assert to
    async for batch in kafka.read(to):
        for record in batch:
            own.has(record.headers, record.value)
    sources = [topic_name(each, STREAM) for each in counties]
    producer = await kafka.producer()
    try:
        async with kafka.reading(sources, f"{county}-partner-{agreed.agency}") as reading:
            for topic in sources:
                reading.seek(topic, 0)
            while True:
                records = await reading.poll(POLL_MS)
                decided = (own.decide(each.topic, each.headers, each.key or b"", each.value or b"") for each in records)
                shown = [each for each in decided if each]
                while shown:
                    count, _ = await send_batch(producer, to, shown)
                    shown = shown[count:]
    finally:
        await stop(producer)
