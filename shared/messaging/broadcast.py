"""Hands the events of a county's topics on to all who follow them at `/events`, with one reader of Kafka for all.

A record is judged as the inbox judges it, by what its owner has said on `links`. Nobody waits for a follower: one that
takes too little is ended, and resumes later.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from uuid import UUID

import structlog

from shared.messaging.positions import Positions
from shared.protocol.followed_topic import RECENT, FollowedTopic
from shared.protocol.following import FollowedEvent, FollowerPosition, keep_newest
from shared.protocol.progress import OwnerHead
from shared.transport.kafka import KafkaCluster
from shared.transport.reading import Record

log = structlog.get_logger()

QUEUED = 500
"""So many events wait for a follower at the most."""
READERS = 4
"""So many followers at once are given what is older."""
POLL_MS = 1_000
WAIT_SECONDS, LOOK_SECONDS, LAST_WAIT_SECONDS = 1.0, 0.5, 30.0

AskHeads = Callable[[], Awaitable[Mapping[str, OwnerHead]]]


class Follower:
    """Somebody who follows ``topics``. ``over`` is done once nothing more comes."""

    def __init__(self, topics: Collection[str]) -> None:
        self.topics = topics
        self.over: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.events: asyncio.Queue[FollowedEvent] = asyncio.Queue()

    def put(self, event: FollowedEvent) -> None:
        """The event waits for the follower; one for whom too many wait is ended."""
        if self.events.qsize() >= QUEUED:
            self.end()
        elif not self.over.done():
            self.events.put_nowait(event)

    def end(self) -> None:
        """Nothing more comes."""
        if not self.over.done():
            self.over.set_result(b"")
            self.events = asyncio.Queue()


class Broadcast:
    """The events of ``topics``. It reads from the first follower on, until the process is ``stopping``.

    ``heads`` asks what the owner of each topic has said of it. ``readers`` is held by whoever is given what is older.
    """

    def __init__(
        self, topics: Collection[str], kafka: KafkaCluster, client: str, heads: AskHeads, stopping: Callable[[], bool]
    ) -> None:
        self.topics = topics
        self.readers = asyncio.Semaphore(READERS)
        self._kafka, self._client, self._heads, self._stopping = kafka, client, heads, stopping
        self._followers: dict[str, set[Follower]] = {topic: set() for topic in topics}
        self._known: dict[str, FollowedTopic] = {}
        self._ready = asyncio.Event()
        self._work: asyncio.Task[None] | None = None

    async def join(self, follower: Follower) -> dict[str, int]:
        """From now on the follower gets what comes; by topic the offset from which on it does."""
        if self._work is None:
            self._work = asyncio.create_task(self._run())
        for topic in follower.topics:
            self._followers[topic].add(follower)
        await self._ready.wait()
        return {topic: self._known[topic].checkpoint.next_offset for topic in follower.topics}

    def leave(self, follower: Follower) -> None:
        """The follower gets nothing more."""
        for topic in follower.topics:
            self._followers[topic].discard(follower)

    def recent(self, topic: str, position: FollowerPosition) -> list[FollowedEvent] | None:
        """See FollowedTopic.since."""
        return self._known[topic].since(position)

    async def older(
        self, topic: str, position: FollowerPosition, until: int
    ) -> tuple[FollowerPosition, list[FollowedEvent]]:
        """(the position, the newest events from there to the offset ``until``), read from Kafka.

        The position is the topic's beginning if the topic was made anew. What Kafka keeps no more is passed over.
        """
        if not await self._has(topic, position):
            position = FollowerPosition()
        reading = FollowedTopic.begun(topic, self._known[topic].checkpoint.progress.owner_head)
        newest: dict[UUID, FollowedEvent] = {}
        async with aclosing(self._kafka.read(topic, offset=position.next_offset)) as batches:
            async for batch in batches:
                for record in (each for each in batch if each.offset < until):
                    while not (taken := reading.take(record, datetime.now(UTC)))[0]:
                        await asyncio.sleep(WAIT_SECONDS)
                        reading.hear((await self._heads()).get(topic), datetime.now(UTC))
                    if taken[1]:
                        keep_newest(newest, taken[1])
        return position, sorted(newest.values(), key=lambda event: event.offset)

    async def _has(self, topic: str, position: FollowerPosition) -> bool:
        """Whether the topic has the event before the position, or retention has removed it."""
        if position.number and (found := await self._kafka.first_record(topic, position.next_offset - 1)):
            return found.offset >= position.next_offset or position.is_after(found)
        return (await self._kafka.ends([topic]))[topic] >= position.next_offset

    async def stop(self) -> None:
        """Stop reading; every follower is ended."""
        if self._work:
            self._work.cancel()
            await asyncio.wait({self._work})

    # --- read

    async def _run(self) -> None:
        reading = asyncio.create_task(self._keep_reading())
        try:
            while not self._stopping():  # noqa: ASYNC110 - the server tells it in no other way
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            for topic in self.topics:
                self._end(topic)
            reading.cancel()
            await asyncio.wait({reading})

    async def _keep_reading(self) -> None:
        wait = WAIT_SECONDS
        while True:
            try:
                if not self._known:
                    await self._begin()
                async with self._kafka.reading(list(self.topics), self._client) as reading:
                    positions, wait = Positions(reading, self.topics), WAIT_SECONDS
                    while True:
                        positions.resume()
                        heads = await self._heads() if positions.lost else {}
                        for topic in list(positions.lost):
                            self._known[topic].hear(heads.get(topic), datetime.now(UTC))
                            positions.seek(topic, self._known[topic].checkpoint.next_offset)
                        self._hand_on(await reading.poll(POLL_MS), positions)
            except Exception as error:
                log.warning("events.waits", error=repr(error), retry_seconds=wait)
            await asyncio.sleep(wait)
            wait = min(wait * 2, LAST_WAIT_SECONDS)

    async def _begin(self) -> None:
        heads, ends = await self._heads(), await self._kafka.ends(list(self.topics))
        tails = await asyncio.gather(*(self._tail(topic, ends[topic], heads.get(topic)) for topic in self.topics))
        self._known = dict(zip(self.topics, tails, strict=True))
        self._ready.set()

    async def _tail(self, topic: str, end: int, head: OwnerHead | None) -> FollowedTopic:
        """The topic with its last events, up to one that cannot be judged yet."""
        records = [record async for batch in self._kafka.read(topic, RECENT) for record in batch]
        known = FollowedTopic.begun(topic, head)
        known.floor = known.checkpoint.next_offset = records[0].offset if records else end
        if all(known.take(record, datetime.now(UTC))[0] for record in records):
            known.checkpoint.next_offset = max(end, known.checkpoint.next_offset)
        return known

    def _hand_on(self, records: tuple[Record, ...], positions: Positions) -> None:
        for record in records:
            topic = str(record.topic)
            known = self._known[topic]
            if record.offset < known.checkpoint.next_offset:  # it was made anew, which whoever resumes will see
                known = self._known[topic] = FollowedTopic.begun(topic, known.checkpoint.progress.owner_head)
                self._end(topic)
            can_be_judged, event = known.take(record, datetime.now(UTC))
            if not can_be_judged:
                positions.hold(topic, WAIT_SECONDS)
                return
            if event:
                for follower in self._followers[topic]:
                    follower.put(event)

    def _end(self, topic: str) -> None:
        for follower in self._followers[topic]:
            follower.end()
