"""The rows that calendars show: meetings with the time of their last change, and when answers were given."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.meetings.domain.plan import HomeMeeting
from services.meetings.store.home import StoredMeeting
from services.meetings.store.meetings import MEETINGS_STREAM, sort_key_at
from shared.contracts.asking import Reference
from shared.contracts.codes import FunctionCode
from shared.contracts.meeting_codes import Rsvp
from shared.contracts.meetings import CollaborationMeeting, Meeting
from shared.runtime.db import Connection

LIMIT = 1_000
"""So many entries a feed has: those that begin next, and then those that began last."""

_PUBLISHED = f"""
    SELECT kind, state, changed_at FROM meetings
    WHERE kind <> 'invitation' AND kind <> 'counts' AND {MEETINGS_STREAM.visible_sql} AND sort_key
"""
_TO_COME = f"{_PUBLISHED} >= $1 ORDER BY sort_key, county, id LIMIT $2"
_OVER = f"{_PUBLISHED} < $1 ORDER BY sort_key DESC, county DESC, id DESC LIMIT $2"
_OF_FUNCTION = f"""
    SELECT sort_key, county, id, state, version, epoch, changed_at, false AS at_home FROM meetings
    WHERE kind = 'meeting' AND {MEETINGS_STREAM.visible_sql} AND state -> 'invitees' @> $1::jsonb
    UNION
    SELECT sort_key, meetings.county, meetings.id, state, version, epoch, changed_at, false FROM meetings JOIN (
        SELECT state -> 'meeting' ->> 'county' AS county, (state -> 'meeting' ->> 'id')::uuid AS id FROM meetings
        WHERE kind = 'invitation' AND {MEETINGS_STREAM.visible_sql} AND county = $2 AND state -> 'invitees' @> $3::jsonb
    ) AS handed_on USING (county, id)
    WHERE kind = 'meeting' AND {MEETINGS_STREAM.visible_sql}
    UNION
    SELECT sort_key, '', id, state, version, 0, changed_at, true FROM home_meetings
    WHERE (state -> 'invitees' @> $1::jsonb OR state -> 'answers' @> $3::jsonb) AND state ->> 'status' <> 'DRAFT'
    ORDER BY sort_key, county, id
"""
_CHANGED_AT = """
    SELECT coalesce((SELECT changed_at FROM home_meetings WHERE $1 AND id = $3),
        (SELECT changed_at FROM meetings WHERE (county, id) = ($2, $3)))
"""
_ANSWERED = """
    INSERT INTO answered (county, invitee, sequence, at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (county, invitee) DO UPDATE SET sequence = EXCLUDED.sequence, at = EXCLUDED.at
        WHERE NOT $5 OR answered.sequence <> EXCLUDED.sequence OR answered.at <= EXCLUDED.at
    RETURNING true
"""


@dataclass(frozen=True, slots=True)
class DatedMeeting:
    """A meeting that somebody is invited to, and when it was last changed, as this county has learnt."""

    stored: StoredMeeting
    changed_at: datetime


async def published(conn: Connection, now: datetime) -> list[tuple[Meeting | CollaborationMeeting, datetime]]:
    """The meetings of all counties as their owners have published them, by time; `LIMIT` of them."""
    to_come = await conn.fetch(_TO_COME, sort_key_at(now), LIMIT)
    rows = (await conn.fetch(_OVER, sort_key_at(now), LIMIT - len(to_come)))[::-1] + to_come
    kinds: dict[str, type[Meeting | CollaborationMeeting]] = {"meeting": Meeting, "collaboration": CollaborationMeeting}
    return [(kinds[row["kind"]].read(row["state"].encode()), row["changed_at"].astimezone(UTC)) for row in rows]


async def of_function(
    conn: Connection, actor: Reference, function: UUID, now: datetime, named: FunctionCode | None = None
) -> list[DatedMeeting]:
    """The meetings to which a contact function of this county is or was asked, by time; `LIMIT` of them.

    With them those to which a function ``named`` so may come instead of another, of whatever actor.
    """
    invitee = {"actor": actor.model_dump(mode="json"), "contact_function": str(function)}
    handed_on = {"state": Rsvp.DELEGATED, "delegated_to": named}
    rows = await conn.fetch(_OF_FUNCTION, json.dumps([invitee]), actor.county, json.dumps([handed_on]))
    to_come = [row for row in rows if row["sort_key"] >= sort_key_at(now)][:LIMIT]
    over = [row for row in rows if row["sort_key"] < sort_key_at(now)][len(to_come) - LIMIT :]
    shown = [*(over if len(to_come) < LIMIT else []), *to_come]
    return [DatedMeeting(_stored(row), row["changed_at"].astimezone(UTC)) for row in shown]


async def dated(conn: Connection, stored: StoredMeeting) -> DatedMeeting:
    """The meeting with the time of its last change."""
    state = stored.state
    found = await conn.fetchval(_CHANGED_AT, isinstance(state, HomeMeeting), state.county, state.id)
    return DatedMeeting(stored, found.astimezone(UTC))


async def save_answered(
    conn: Connection, host: str, invitee: UUID, sequence: int, at: datetime, *, by_file: bool
) -> bool:
    """The answer for the host's invitee was given then; False if a later one to the same sequence is there.

    A calendar's file may have lain about. What somebody says here is always the newest, whatever clocks say.
    """
    return bool(await conn.fetchval(_ANSWERED, host, invitee, sequence, at, by_file))


def _stored(row: Any) -> StoredMeeting:
    state = HomeMeeting.read(row["state"]) if row["at_home"] else Meeting.read(row["state"].encode())
    return StoredMeeting(state, row["version"], row["epoch"])
