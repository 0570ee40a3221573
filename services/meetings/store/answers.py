"""The answers of invited counties to meetings that all of them see."""

from collections.abc import Collection

from services.meetings.domain.answering import reference_of
from services.meetings.domain.ids import answer_id
from services.meetings.store.home import StoredMeeting
from services.meetings.store.meetings import MEETINGS_STREAM
from shared.contracts.asking import Reference, may_answer
from shared.contracts.invitations import InvitationAnswer
from shared.contracts.meetings import Meeting
from shared.runtime.db import Connection

_ANSWERS = f"""
    SELECT epoch, state FROM meetings WHERE kind = 'invitation' AND {MEETINGS_STREAM.visible_sql}
        AND (county, id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))
"""


async def answers_to(
    conn: Connection, meetings: Collection[StoredMeeting]
) -> dict[Reference, dict[str, InvitationAnswer]]:
    """The answers of the invited counties to these meetings, by meeting and county; none to one that stays here."""
    shared = {reference_of(each.state): each for each in meetings if isinstance(each.state, Meeting)}
    wanted = {
        (invitee.actor.county, answer_id(reference, invitee.actor.county))
        for reference, stored in shared.items()
        for invitee in stored.state.invitees
    }
    found: dict[Reference, dict[str, InvitationAnswer]] = {}
    for row in await conn.fetch(_ANSWERS, [county for county, _ in wanted], [identity for _, identity in wanted]):
        answer = InvitationAnswer.read(row["state"].encode())
        meeting = shared.get(answer.meeting)
        if meeting is not None and may_answer(answer, row["epoch"], answer.meeting, meeting.epoch):
            found.setdefault(answer.meeting, {})[answer.county] = answer
    return found
