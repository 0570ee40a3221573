"""Meetings that stay in this county: drafts, and those of a kind that is not shared."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.meetings.domain.plan import AnyMeeting, HomeMeeting
from services.meetings.store.meetings import MEETINGS_STREAM, sort_key_at
from shared.contracts.meetings import Meeting
from shared.protocol.received import Received
from shared.runtime.db import Connection
from shared.swedish import folded

_INSERT = """
    INSERT INTO home_meetings (id, version, sort_key, search, state) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (id) DO NOTHING RETURNING true
"""
_SAVE = "UPDATE home_meetings SET (version, sort_key, search, state) = ($2, $3, $4, $5) WHERE id = $1"
_LEAVE = """
    DELETE FROM home_meetings AS home USING unnest($1::text[], $2::uuid[]) AS shared (county, id)
    WHERE home.id = shared.id AND home.state ->> 'county' = shared.county
"""


@dataclass(frozen=True, slots=True)
class StoredMeeting:
    """A meeting of whatever kind in its version. ``epoch`` is that of its owner's stream, 0 for one of this county."""

    state: AnyMeeting
    version: int
    epoch: int = 0


async def project(conn: Connection, received: Sequence[Received]) -> None:
    """Keeps meetings and answers that were published. Such a meeting is not at home, though a backup has its draft."""
    await MEETINGS_STREAM.project(conn, received)
    shared = [each.event for each in received if isinstance(each.event, Meeting)]
    if shared:
        await conn.execute(_LEAVE, [each.county for each in shared], [each.id for each in shared])


async def find(conn: Connection, identity: UUID, *, lock: bool = False) -> StoredMeeting | None:
    """The meeting if it is at home; with ``lock`` nobody else changes it before this transaction ends."""
    sql = "SELECT version, state FROM home_meetings WHERE id = $1" + (" FOR UPDATE" if lock else "")
    row = await conn.fetchrow(sql, identity)
    return None if row is None else StoredMeeting(HomeMeeting.read(row["state"]), row["version"])


async def insert(conn: Connection, meeting: HomeMeeting) -> bool:
    """The new meeting is kept, in its first version; False if its id is taken here."""
    return bool(await conn.fetchval(_INSERT, *_row(meeting, 1)))


async def save(conn: Connection, meeting: HomeMeeting, version: int) -> None:
    """The meeting is kept, in this version. The caller has locked the one before."""
    await conn.execute(_SAVE, *_row(meeting, version))


async def forget(conn: Connection, identity: UUID) -> None:
    """The meeting is not at home any more: all counties see it."""
    await conn.execute("DELETE FROM home_meetings WHERE id = $1", identity)


def _row(meeting: HomeMeeting, version: int) -> tuple[object, ...]:
    search = folded(" ".join(text for text in (meeting.title, meeting.purpose, meeting.place) if text))
    return meeting.id, version, sort_key_at(meeting.starts_at), search, meeting.model_dump_json()
