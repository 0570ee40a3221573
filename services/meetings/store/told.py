"""What each own function was told last of each meeting: so nobody is told twice, and whoever is left out is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.meetings.store.meetings import sort_key_at
from shared.contracts.asking import Reference
from shared.contracts.meetings import Invitee
from shared.runtime.db import Connection

_SAVE = """
    INSERT INTO told_invitees (invitee, county, meeting, actor, contact_function, standing)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (invitee) DO UPDATE SET standing = EXCLUDED.standing
"""
_FORGET = """
    DELETE FROM {} AS old WHERE NOT EXISTS (
        SELECT FROM (
            SELECT state FROM meetings WHERE kind = 'meeting' AND sort_key >= $1
            UNION ALL SELECT state FROM home_meetings WHERE sort_key >= $1) AS every,
            jsonb_array_elements(every.state -> 'invitees') AS invited
        WHERE (invited ->> 'id')::uuid = old.invitee)
"""
_OF = "SELECT * FROM told_invitees WHERE (county, meeting) = ($1, $2) ORDER BY invitee"


@dataclass(frozen=True, slots=True)
class ToldInvitee:
    """An own function that was told of a meeting."""

    invitee: Invitee
    standing: str


async def told_of(conn: Connection, own: str, meeting: Reference) -> dict[UUID, ToldInvitee]:
    """The own functions that were told of the meeting, by the ids that they have at it."""
    rows = await conn.fetch(_OF, meeting.county, meeting.id)
    return {
        row["invitee"]: ToldInvitee(
            Invitee(
                id=row["invitee"],
                actor=Reference(county=own, id=row["actor"]),
                contact_function=row["contact_function"],
            ),
            row["standing"],
        )
        for row in rows
    }


async def save(conn: Connection, meeting: Reference, invitees: Sequence[ToldInvitee]) -> None:
    """These were told."""
    rows = [
        (
            each.invitee.id,
            meeting.county,
            meeting.id,
            each.invitee.actor.id,
            each.invitee.contact_function,
            each.standing,
        )
        for each in invitees
    ]
    await conn.executemany(_SAVE, rows)


async def forget_before(conn: Connection, before: datetime) -> None:
    """Of invitees of meetings that began before then, or of none, it is not kept what they were told and answered."""
    for table in ("told_invitees", "answered"):
        await conn.execute(_FORGET.format(table), sort_key_at(before))


async def county_of(conn: Connection, meeting: UUID) -> str | None:
    """The host of a meeting that an own function was told of."""
    found: str | None = await conn.fetchval("SELECT county FROM told_invitees WHERE meeting = $1 LIMIT 1", meeting)
    return found
