"""A receiver's place in one topic: how far it has applied it, and where in Kafka's log it goes on."""

from dataclasses import dataclass
from datetime import datetime

from shared.protocol.progress import Progress


@dataclass(slots=True)
class Checkpoint:
    """``progress`` counts in the owner's numbers, ``next_offset`` in the log of the cluster ``cluster_id``."""

    topic: str
    progress: Progress
    cluster_id: str
    next_offset: int
    stopped: str | None
    last_event_at: datetime | None
    last_record_at: datetime | None

    def note_time(self, time: datetime) -> None:
        """The newest event is at least as new as ``time``."""
        self.last_event_at = max(self.last_event_at or time, time)
