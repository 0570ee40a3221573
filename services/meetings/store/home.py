"""Meetings that stay in this county: drafts, and those of a kind that is not shared."""

from dataclasses import dataclass
from uuid import UUID

from services.meetings.domain.plan import AnyMeeting, HomeMeeting
from services.meetings.store.meetings import sort_key_at
from shared.runtime.db import Connection
from shared.swedish import folded

_SAVE = """
    INSERT INTO home_meetings (id, version, sort_key, search, state) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (id) DO UPDATE SET version = EXCLUDED.version, sort_key = EXCLUDED.sort_key,
        search = EXCLUDED.search, state = EXCLUDED.state
"""


@dataclass(frozen=True, slots=True)
class StoredMeeting:
    """A meeting of whatever kind in its version. ``epoch`` is that of its owner's stream, 0 for one of this county."""

    state: AnyMeeting
    version: int
    epoch: int = 0


async def find(conn: Connection, identity: UUID, *, lock: bool = False) -> StoredMeeting | None:
    """The meeting if it is at home; with ``lock`` nobody else changes it before this transaction ends."""
    sql = "SELECT version, state FROM home_meetings WHERE id = $1" + (" FOR UPDATE" if lock else "")
    row = await conn.fetchrow(sql, identity)
    return None if row is None else StoredMeeting(HomeMeeting.read(row["state"]), row["version"])


async def save(conn: Connection, meeting: HomeMeeting, version: int) -> None:
    """The meeting is kept, in this version. The caller has locked the one before."""
    search = folded(" ".join(text for text in (meeting.title, meeting.purpose, meeting.place) if text))
    await conn.execute(_SAVE, meeting.id, version, sort_key_at(meeting.starts_at), search, meeting.model_dump_json())


async def forget(conn: Connection, identity: UUID) -> None:
    """The meeting is not at home any more: all counties see it."""
    await conn.execute("DELETE FROM home_meetings WHERE id = $1", identity)
