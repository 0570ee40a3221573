"""The last news of each own function, of meetings and items: nobody is told twice, and who is left out is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.meetings.store.meetings import sort_key_at
from shared.contracts.action_items import ItemOwner
from shared.contracts.asking import Reference
from shared.contracts.codes import FunctionCode
from shared.contracts.meetings import Invitee
from shared.runtime.db import Connection

_SAVE = """
    INSERT INTO told_invitees (invitee, county, meeting, actor, contact_function, standing, mailbox)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_FORGET = """
    DELETE FROM {} AS old WHERE NOT EXISTS (
        SELECT FROM (
            SELECT state FROM meetings WHERE kind = 'meeting' AND sort_key >= $1
            UNION ALL SELECT state FROM home_meetings WHERE sort_key >= $1) AS every,
            jsonb_array_elements(every.state -> 'invitees') AS invited
        WHERE (invited ->> 'id')::uuid = old.invitee)
"""
_OF = "SELECT * FROM told_invitees WHERE (county, meeting) = ($1, $2) ORDER BY invitee, contact_function"


@dataclass(frozen=True, slots=True)
class ToldInvitee:
    """An own function that was told of a meeting, at the mailbox that it had then.

    Of whoever comes instead of an invitee, ``invitee`` is that one with the contact function that comes.
    """

    invitee: Invitee
    standing: str
    mailbox: str


async def told_of(conn: Connection, own: str, meeting: Reference) -> list[ToldInvitee]:
    """The own functions that were told of the meeting."""
    rows = await conn.fetch(_OF, meeting.county, meeting.id)
    return [
        ToldInvitee(
            Invitee(
                id=row["invitee"],
                actor=Reference(county=own, id=row["actor"]),
                contact_function=row["contact_function"],
            ),
            row["standing"],
            row["mailbox"],
        )
        for row in rows
    ]


async def replace(conn: Connection, meeting: Reference, invitees: Sequence[ToldInvitee]) -> None:
    """These were told of the meeting, and no others are to be told more of it."""
    rows = [
        (
            each.invitee.id,
            meeting.county,
            meeting.id,
            each.invitee.actor.id,
            each.invitee.contact_function,
            each.standing,
            each.mailbox,
        )
        for each in invitees
    ]
    await conn.execute("DELETE FROM told_invitees WHERE (county, meeting) = ($1, $2)", meeting.county, meeting.id)
    await conn.executemany(_SAVE, rows)


async def forget_before(conn: Connection, before: datetime) -> None:
    """Of invitees of meetings that began before then, or of none, it is not kept what they were told and answered."""
    for table in ("told_invitees", "answered"):
        await conn.execute(_FORGET.format(table), sort_key_at(before))


async def counties_of(conn: Connection, meeting: UUID) -> list[str]:
    """The hosts of the meetings of that id that own functions were told of: a county may copy another's id."""
    rows = await conn.fetch("SELECT DISTINCT county FROM told_invitees WHERE meeting = $1 ORDER BY county", meeting)
    return [row["county"] for row in rows]


async def owner_of(conn: Connection, own: str, item: Reference) -> ItemOwner | None:
    """The function of this county, ``own``, that was told last that it is to do the item."""
    row = await conn.fetchrow(
        "SELECT actor, function FROM told_owners WHERE (county, item) = ($1, $2)", item.county, item.id
    )
    return None if row is None else ItemOwner(county=own, actor=row["actor"], function=FunctionCode(row["function"]))


async def save_owner(conn: Connection, item: Reference, owner: ItemOwner | None) -> None:
    """This function was told that it is to do the item; None: no function of this county is, any more."""
    await conn.execute("DELETE FROM told_owners WHERE (county, item) = ($1, $2)", item.county, item.id)
    if owner is not None:
        values = (item.county, item.id, owner.actor, owner.function)
        await conn.execute("INSERT INTO told_owners (county, item, actor, function) VALUES ($1, $2, $3, $4)", *values)
