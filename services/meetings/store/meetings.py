"""Meetings and answers of all counties."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from shared.contracts.invitations import InvitationAnswer
from shared.contracts.meeting_counts import MeetingCounts
from shared.contracts.meetings import CollaborationMeeting, Meeting, MeetingTime
from shared.runtime.aggregates import AggregateTable, StreamTable


def sort_key_at(moment: datetime) -> str:
    """The key of a meeting that begins then."""
    return moment.astimezone(UTC).isoformat()


def _search_text(state: Any) -> Sequence[str]:
    if isinstance(state, Meeting):
        return [text for text in (state.title, state.purpose, state.place) if text]
    return [state.title] if isinstance(state, CollaborationMeeting) else []


MEETINGS_STREAM = StreamTable(
    "meetings",
    "meetings",
    1,
    {
        "meeting": Meeting,
        "collaboration": CollaborationMeeting,
        "invitation": InvitationAnswer,
        "counts": MeetingCounts,
    },
    lambda state: sort_key_at(state.starts_at) if isinstance(state, MeetingTime) else "",
    _search_text,
)
MEETINGS = AggregateTable(MEETINGS_STREAM, Meeting)
COLLABORATIONS = AggregateTable(MEETINGS_STREAM, CollaborationMeeting)
ANSWERS = AggregateTable(MEETINGS_STREAM, InvitationAnswer)
COUNTS = AggregateTable(MEETINGS_STREAM, MeetingCounts)
