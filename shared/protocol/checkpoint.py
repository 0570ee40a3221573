"""A receiver's position in one topic, in the owner's numbers and in Kafka's offsets."""

from dataclasses import dataclass
from datetime import datetime

from shared.protocol.progress import Progress


@dataclass(slots=True)
class Checkpoint:
    """``progress`` is in the owner's numbers; ``next_offset`` is an offset of the Kafka cluster ``cluster_id``.

    ``stopped`` is the reason why the stream is stopped; None while it runs.
    """

    topic: str
    progress: Progress
    cluster_id: str
    next_offset: int
    stopped: str | None
    last_event_at: datetime | None
    last_record_at: datetime | None

    def note_time(self, time: datetime) -> None:
        """Raise ``last_event_at`` to ``time`` if it is later."""
        self.last_event_at = max(self.last_event_at or time, time)
