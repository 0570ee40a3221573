"""The router that a subscriber includes in its own FastStream application."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, get_args, get_type_hints

from aiokafka import TopicPartition
from faststream import AckPolicy, BaseMiddleware, Context, ContextRepo
from faststream.exceptions import NackMessage
from faststream.kafka import KafkaMessage, KafkaRoute, KafkaRouter

from shared.contracts.event import Event
from shared.contracts.topics import LINKS, stream_name
from shared.protocol.envelope import Envelope
from shared.subscribing.delivery import Delivery, Withdrawn
from shared.subscribing.stores import Store

AGAIN_SECONDS = 5.0
"""After an outage the same record is tried again."""
REPORTS_SECONDS = 660.0
"""A report on `links` is repeated whole within ten minutes: older ones are not read."""
LAST_REPORTS = 100
"""Among so many is the newest of each service of a county."""

EventEnvelope = Annotated[Envelope, Context("envelope")]
"""The envelope of the event, as a parameter of a handler: its time, epoch, version, number. None if withdrawn."""

log = logging.getLogger("norrsam.subscribing")


def subscription(
    handler: Callable[..., Awaitable[None]], store: Store, *, group: str, topics: Sequence[str]
) -> KafkaRouter:
    """A router that hands on what is new on ``topics``: to ``handler``, in the transaction that moves the position.

    The first parameter of ``handler`` says by its type which events it takes, `Actor | Withdrawn` or more exactly. It
    has to take Withdrawn. ``group`` is the consumer group, and the name of the subscriber in ``store``. The topics
    ``<county>.shared.links.v1``, if they are among ``topics``, say until when each county's stream is complete.
    """
    first, *_ = get_type_hints(handler).values()
    classes = get_args(first) or (first,)
    if Withdrawn not in classes:
        raise ValueError(f"{handler.__name__} takes {first}; it has to take Withdrawn beside the events")
    delivery = Delivery(store, group, topics, classes)
    route = KafkaRoute(
        handler,
        *topics,
        group_id=group,
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.NACK_ON_ERROR,
        no_reply=True,
        parser=_parse,
        decoder=_decode,
    )
    return KafkaRouter(handlers=[route], middlewares=[partial(_Subscribing, delivery=delivery)])


async def _parse(record: Any, original: Callable[[Any], Awaitable[KafkaMessage]]) -> KafkaMessage:
    """FastStream reads each header as text: one that is none would be delivered for ever."""
    readable = [(name, value) for name, value in record.headers if _is_text(value)]
    message = await original(replace(record, headers=readable))
    message.raw_message = record
    return message


def _is_text(value: bytes | None) -> bool:
    try:
        return value is not None and value.decode() is not None
    except UnicodeDecodeError:
        return False


async def _decode(message: KafkaMessage) -> Any:
    return message.body


class _Subscribing(BaseMiddleware):
    """Puts the decision, the transaction and the position around the handler."""

    def __init__(self, msg: Any, /, *, context: ContextRepo, delivery: Delivery) -> None:
        super().__init__(msg, context=context)
        self._delivery = delivery

    async def consume_scope(self, call_next: Callable[[Any], Awaitable[Any]], msg: Any) -> None:
        """Apply the message; after an outage it is delivered again."""

        async def hand(body: Event | Withdrawn, conn: Any, envelope: Envelope | None) -> None:
            msg.body = body
            msg.clear_cache()
            with self.context.scope("transaction", conn), self.context.scope("envelope", envelope):
                await call_next(msg)

        record = msg.raw_message
        try:
            if stream_name(record.topic) == LINKS:
                await self._hear(record)
            elif (instead := await self._delivery.take(record, hand)) is not None:
                msg.consumer.seek(TopicPartition(record.topic, record.partition), instead)
        except Exception as error:
            log.warning("%s waits at %s: %s: %s", record.topic, record.offset, type(error).__name__, error)
            await asyncio.sleep(AGAIN_SECONDS)
            raise NackMessage from error

    async def _hear(self, record: Any) -> None:
        """Hear a report, unless it is old and newer ones follow. A late clock makes each old: the last are heard."""
        since = int((time.time() - REPORTS_SECONDS) * 1000)
        if record.timestamp < since:
            consumer = self.context.resolve("handler_.consumer")
            partition = TopicPartition(record.topic, record.partition)
            newer = (await consumer.offsets_for_times({partition: since}))[partition]
            needed = newer.offset if newer else (await consumer.end_offsets([partition]))[partition] - LAST_REPORTS
            if record.offset < needed:
                consumer.seek(partition, needed)
                return
        await self._delivery.hear(record)
