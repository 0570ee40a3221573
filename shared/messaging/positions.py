"""Where an inbox reads each topic on: at its checkpoint, whatever Kafka's own offsets say (docs/protocol.md, C2)."""

import asyncio
import time
from collections.abc import Collection

import structlog

from shared.transport.kafka import KafkaCluster
from shared.transport.reading import Reading, Record

log = structlog.get_logger()

COMMIT_SECONDS = 60.0


class Positions:
    """The read positions of one consumer, by topic.

    ``lost`` are the topics to seek to their checkpoints: all, to begin with.
    """

    def __init__(self, reading: Reading, topics: Collection[str]) -> None:
        self.lost = set(topics)
        self._reading = reading
        self._sought: dict[str, int] = {}  # the offset of the last seek, until a batch from there is applied
        self._held: dict[str, float] = {}  # until when
        self._applied: dict[str, int] = {}  # up to which offset

    def seek(self, topic: str, offset: int) -> None:
        """Read the topic on at ``offset``."""
        self._reading.seek(topic, offset)
        self._sought[topic] = offset
        self.lost.discard(topic)

    def hold(self, topic: str, seconds: float) -> None:
        """Read the topic again from its checkpoint after so many seconds; the others go on."""
        self._reading.pause(topic)
        self._held[topic] = time.monotonic() + seconds
        self.lost.add(topic)

    def resume(self) -> None:
        """Read the topics again that have been held long enough."""
        over = [topic for topic, until in self._held.items() if time.monotonic() >= until]
        for topic in over:
            del self._held[topic]
        self._reading.resume(over)

    def is_next(self, first: Record, wanted: int) -> bool:
        """Whether ``first`` is the log's next record after the checkpoint, which wants ``wanted``; if not, seek there.

        The first record after such a seek is the next one, also at a higher offset: retention or a lost log has then
        left nothing between.
        """
        if wanted in (first.offset, self._sought.get(first.topic)):
            return True
        log.info("inbox.seeks", topic=first.topic, came=first.offset, wanted=wanted)
        self.seek(first.topic, wanted)
        return False

    def applied(self, topic: str, next_offset: int) -> None:
        """All of the topic before ``next_offset`` is applied."""
        self._sought.pop(topic, None)
        self._applied[topic] = next_offset

    async def keep_shown(self, kafka: KafkaCluster, group: str) -> None:
        """Commit what is applied for the consumer group, where Kafka's tools show it. Nothing depends on it."""
        while True:
            await asyncio.sleep(COMMIT_SECONDS)
            try:
                await kafka.commit(group, self._applied)
            except Exception as error:
                log.warning("inbox.offsets-not-shown", group=group, error=repr(error))
