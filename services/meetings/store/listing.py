"""The calendar of this county: meetings of all counties as it knows them, and those that stay at home, in one order."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.meetings.domain.plan import AnyMeeting, HomeMeeting
from services.meetings.store.home import StoredMeeting
from services.meetings.store.meetings import MEETINGS_STREAM, sort_key_at
from shared.contracts.asking import Reference
from shared.contracts.event import READER
from shared.contracts.meeting_codes import MeetingKind
from shared.contracts.meetings import Meeting
from shared.runtime.aggregates import ListedRow, ListPosition
from shared.runtime.db import Connection
from shared.swedish import like_patterns

_HOSTED = "($2::text[] IS NULL OR {} = ANY ($2))"
_KIND = "coalesce(state ->> 'kind', 'COLLABORATION')"
_WANTED = """
    ($3::text IS NULL OR {county} = $3) AND ($4::text IS NULL OR {kind} = $4)
    AND ($5::text[] IS NULL OR state @> ANY ($5::text[]::jsonb[])) AND search LIKE ALL ($6::text[])
    AND sort_key >= $7 AND (sort_key, {county}, id) > ($7, $8, $9) AND sort_key < $10
"""
_PAGE = f"""
    SELECT county, id, version, epoch, sort_key, kind, at_home, state FROM (
        (SELECT county, id, version, epoch, sort_key, {_KIND} AS kind, false AS at_home, state
        FROM meetings
        WHERE kind <> 'invitation' AND kind <> 'counts' AND {MEETINGS_STREAM.visible_sql}
            AND NOT (kind = 'collaboration'
                AND county = $1 AND {_HOSTED.format("''")}
                AND EXISTS (SELECT FROM home_meetings AS home WHERE home.id = meetings.id))
            AND {_WANTED.format(county="county", kind=_KIND)}
        ORDER BY sort_key, county, id LIMIT $11)
        UNION ALL
        (SELECT $1, id, version, 0, sort_key, {_KIND}, true, state FROM home_meetings
        WHERE {_HOSTED.format("coalesce(state ->> 'municipality', '')")}
            AND {_WANTED.format(county="$1", kind=_KIND)}
        ORDER BY sort_key, id LIMIT $11)
    ) AS every
    ORDER BY sort_key, county, id LIMIT $11
"""
"""Each table gives its part in the order of its index: a page costs the same however many meetings there are."""
_OF_NETWORK = f"""
    SELECT state FROM meetings
    WHERE kind = 'meeting' AND {MEETINGS_STREAM.visible_sql} AND state -> 'network' = $1::jsonb
        AND state ->> 'status' IN ('HELD', 'CLOSED') AND sort_key >= $2 AND sort_key < $3
    ORDER BY sort_key
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which meetings are listed. ``until`` is a sort key.

    ``homes`` are those whose meetings that stay in this county are listed too: municipalities by their codes, the
    county by an empty one; None for all.
    """

    homes: Sequence[str] | None
    states: Sequence[Mapping[str, Any]]
    after: ListPosition
    until: str
    limit: int
    county: str | None = None
    kind: MeetingKind | None = None
    query: str = ""


@dataclass(frozen=True, slots=True)
class FoundMeeting:
    """A row of the calendar: its body for lists. A meeting of which only the time is known has no ``stored``."""

    row: ListedRow
    stored: StoredMeeting | None


async def page(conn: Connection, own: str, wanted: Wanted) -> list[FoundMeeting]:
    """The meetings wanted, in the order of their time."""
    states = [json.dumps(each) for each in wanted.states] if all(wanted.states) else None  # an empty one is in all
    rows = await conn.fetch(
        _PAGE,
        own,
        None if wanted.homes is None else list(wanted.homes),
        wanted.county,
        wanted.kind,
        states,
        like_patterns(wanted.query),
        *wanted.after,
        wanted.until,
        wanted.limit,
    )
    return [_found(row) for row in rows]


async def held_of(conn: Connection, network: Reference, first: datetime, last: datetime) -> list[Meeting]:
    """The meetings of a network that were held from ``first`` until before ``last``."""
    rows = await conn.fetch(_OF_NETWORK, network.model_dump_json(), sort_key_at(first), sort_key_at(last))
    return [Meeting.read(row["state"].encode()) for row in rows]


def _found(row: Any) -> FoundMeeting:
    state = json.loads(row["state"])
    body = {**state, "county": row["county"], "kind": row["kind"], "version": row["version"]}
    position = (row["sort_key"], row["county"], row["id"])
    known: AnyMeeting | None = None
    if row["at_home"]:
        known = HomeMeeting.read(row["state"])
    elif "invitees" in state:
        known = Meeting.model_validate(state, extra="ignore", context=READER)
    stored = None if known is None else StoredMeeting(known, row["version"], row["epoch"])
    return FoundMeeting(ListedRow(body, position), stored)
