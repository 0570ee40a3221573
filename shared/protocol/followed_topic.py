"""A topic as those follow it who read `/events`: which of its events are handed on, and the last ones of them."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.protocol.checkpoint import Checkpoint
from shared.protocol.following import FollowedEvent, FollowerPosition, followed_event, newest_events
from shared.protocol.judging import RecordOutcome, judge
from shared.protocol.progress import OwnerHead, Progress

RECENT = 100
"""So many last events stay in memory, so that most who resume need no reader of their own."""


@dataclass(slots=True)
class FollowedTopic:
    """A topic up to its checkpoint. All that is to be sent from the offset ``floor`` on lies in ``recent``."""

    checkpoint: Checkpoint
    floor: int = 0
    recent: deque[FollowedEvent] = field(default_factory=deque)
    newest: dict[UUID, tuple[int, int, int]] = field(default_factory=dict)

    @classmethod
    def begun(cls, topic: str, head: OwnerHead | None) -> "FollowedTopic":
        """The topic at its beginning; ``head`` is what its owner has said of it on `links`."""
        return cls(Checkpoint(topic, Progress(owner_head=head), "", 0, None, None, None))

    def hear(self, head: OwnerHead | None, now: datetime) -> None:
        """Take what the owner says of it by now."""
        if head:
            self.checkpoint.progress.hear(head, now)

    def take(self, record: Any, now: datetime) -> tuple[bool, FollowedEvent | None]:
        """(whether the record can be judged by now, the event to hand on): see `judge`."""
        judgement = judge(self.checkpoint, record, now)
        if judgement.outcome is RecordOutcome.WAITS:
            self.checkpoint.waits_since = self.checkpoint.waits_since or now
            return False, None
        self.checkpoint.waits_since = None
        event = followed_event(judgement)
        if event is None or event.recency < self.newest.get(event.subject, event.recency):
            return True, None
        self.newest[event.subject] = event.recency
        self.recent.append(event)
        if len(self.recent) > RECENT:
            self.floor = self.recent.popleft().offset + 1
        return True, event

    def since(self, position: FollowerPosition) -> list[FollowedEvent] | None:
        """The newest events from there on; None if not all of them, or not the event before it, lie in memory."""
        known = not position.number or position in [each.after for each in self.recent]
        if not known or not self.floor <= position.next_offset <= self.checkpoint.next_offset:
            return None
        return newest_events(each for each in self.recent if each.offset >= position.next_offset)
