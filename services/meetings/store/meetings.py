"""Meetings and answers of all counties."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from services.meetings.domain.ids import answer_id
from shared.contracts.asking import Reference
from shared.contracts.invitations import InvitationAnswer
from shared.contracts.meetings import CollaborationMeeting, Meeting
from shared.runtime.aggregates import AggregateTable, StreamTable
from shared.runtime.db import Connection


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
    {"meeting": Meeting, "collaboration": CollaborationMeeting, "invitation": InvitationAnswer},
    lambda state: "" if isinstance(state, InvitationAnswer) else sort_key_at(state.starts_at),
    _search_text,
)
MEETINGS = AggregateTable(MEETINGS_STREAM, Meeting)
COLLABORATIONS = AggregateTable(MEETINGS_STREAM, CollaborationMeeting)
ANSWERS = AggregateTable(MEETINGS_STREAM, InvitationAnswer)

_ANSWERS = f"""
    SELECT state FROM meetings WHERE kind = 'invitation' AND {MEETINGS_STREAM.visible_sql}
        AND (county, id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))
"""


async def answers_to(conn: Connection, meetings: Collection[Meeting]) -> dict[Reference, dict[str, InvitationAnswer]]:
    """The answers of the invited counties to these meetings, by meeting and county."""
    wanted = {
        (invitee.actor.county, answer_id(reference, invitee.actor.county))
        for meeting in meetings
        for reference in [Reference(county=meeting.county, id=meeting.id)]
        for invitee in meeting.invitees
    }
    found: dict[Reference, dict[str, InvitationAnswer]] = {}
    for row in await conn.fetch(_ANSWERS, [county for county, _ in wanted], [identity for _, identity in wanted]):
        answer = InvitationAnswer.read(row["state"].encode())
        found.setdefault(answer.meeting, {})[answer.county] = answer
    return found
