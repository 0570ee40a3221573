"""A receiver's position in one topic, in the owner's numbers and in Kafka's offsets."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.contracts.links import Applied
from shared.protocol.envelope import Envelope
from shared.protocol.progress import OwnerHead, Progress


@dataclass(slots=True)
class Checkpoint:
    """``progress`` is in the owner's numbers; ``next_offset`` is an offset of the Kafka cluster ``cluster_id``.

    ``stopped`` is the reason why the stream is stopped; None while it runs. ``versions`` has the versions that bound
    the next ones, by aggregate: those looked up for a batch, and those that it brought. ``waits_since`` is when its
    reader began to wait for the name of an epoch; None while it does not. ``named`` are the epochs of its own topic
    that an owner has found on links; a receiver has none.
    """

    topic: str
    progress: Progress
    cluster_id: str
    next_offset: int
    stopped: str | None
    last_event_at: datetime | None
    last_record_at: datetime | None
    versions: dict[UUID, int] = field(default_factory=dict)
    waits_since: datetime | None = None
    named: frozenset[int] = frozenset()

    def hear(self, said: Iterable[Applied], now: datetime) -> None:
        """Let what links tells of the topic name its epochs, and its furthest position bound the numbers."""
        positions = {(each.epoch, each.number) for each in said}
        self.named = frozenset(epoch for epoch, _ in positions)
        if positions:
            epoch, number = max(positions)
            self.progress.owner_head = OwnerHead(epoch, 1, number, now)

    def note(self, envelope: Envelope, now: datetime) -> None:
        """Raise ``last_event_at`` and the aggregate's version to those of an accepted event, if they are later."""
        time = min(envelope.time, now)  # another clock may be ahead
        self.last_event_at = max(self.last_event_at or time, time)
        self.versions[envelope.subject] = max(self.versions.get(envelope.subject, 0), envelope.version)
