"""The tables of this service, in plain SQL.

Invariant: (county, id) has one row, which only gets newer. Whoever changes an own row has locked it, so that its
versions enter the outbox in order; what a neighbour publishes never touches an own row.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from shared.contracts.actors import Actor, Cooperation, Member, Network
from shared.contracts.codes import Status
from shared.contracts.event import Event
from shared.messaging.handlers import Received, guard, still_withdrawn
from shared.swedish import folded, like_patterns, sort_key

KINDS: Mapping[str, type[Actor | Cooperation | Network]] = {
    "actor": Actor,
    "cooperation": Cooperation,
    "network": Network,
}
FIRST: tuple[str, str, UUID] = ("", "", UUID(int=0))
"""The place before every row of a list."""
PROJECTION = 1
"""Goes up when the same events make other rows."""

_SAVE = f"""
    INSERT INTO aggregates AS stored
        (county, id, kind, epoch, version, number, projection, sort_key, search, state)
    SELECT county, id, kind, epoch, version, number, {PROJECTION}, sort_key, search, state::jsonb
    FROM unnest($1::text[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $8::text[],
            $9::text[])
        AS new (county, id, kind, epoch, version, number, sort_key, search, state)
    ON CONFLICT (county, id) DO UPDATE SET kind = EXCLUDED.kind, epoch = EXCLUDED.epoch,
        version = EXCLUDED.version, number = EXCLUDED.number, projection = EXCLUDED.projection,
        withdrawn = {still_withdrawn("stored")},
        sort_key = EXCLUDED.sort_key, search = EXCLUDED.search, state = EXCLUDED.state
    WHERE {guard("stored")}
"""
_FIND = """
    SELECT kind, epoch, version, state FROM aggregates
    WHERE county = $1 AND id = ANY($2) AND NOT withdrawn ORDER BY id
"""
_STATUSES = """
    SELECT county, id, state ->> 'status' AS status FROM aggregates
    WHERE kind = 'actor' AND NOT withdrawn AND (county, id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))
"""
_PAGE = """
    SELECT county, id, version, sort_key, state FROM aggregates
    WHERE kind = $1 AND NOT withdrawn AND ($2::text IS NULL OR county = $2) AND state @> $3::text::jsonb
        AND search LIKE ALL ($4::text[])
        AND (sort_key, county, id) > ($5, $6, $7)
    ORDER BY sort_key, county, id LIMIT $8
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """An aggregate as it is kept, in its version."""

    state: Any  # an Actor, a Cooperation or a Network
    epoch: int
    version: int
    number: int = 0  # of the event on its topic; 0 for an own one


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of a list: what is shown, and its place in the order."""

    body: dict[str, Any]
    place: tuple[str, str, UUID]


async def save(conn: asyncpg.Connection, aggregates: Sequence[Stored]) -> int:
    """Each aggregate is kept if it is newer than what was there; how many were."""
    ordered = sorted(aggregates, key=lambda each: (each.state.county, each.state.id))  # locks in one order
    columns = zip(*(_row(each) for each in ordered), strict=True) if ordered else [[]] * 9
    status = await conn.execute(_SAVE, *(list(column) for column in columns))
    return int(status.split()[-1])


async def project(conn: asyncpg.Connection, received: Sequence[Received]) -> None:
    """The read model shows what the other counties have published, each aggregate in its newest version."""
    await save(conn, [Stored(each.event, *each.age) for each in received])


async def find(conn: asyncpg.Connection, kind: str, county: str, identity: UUID, lock: bool = False) -> Stored | None:
    """The aggregate if it is known; with ``lock`` nobody else changes it before this transaction ends."""
    found = await find_all(conn, kind, county, [identity], lock)
    return found.get(identity)


async def find_all(
    conn: asyncpg.Connection, kind: str, county: str, identities: Iterable[UUID], lock: bool = False
) -> dict[UUID, Stored]:
    """Those of a county's aggregates that are known, by their ids."""
    rows = await conn.fetch(_FIND + (" FOR UPDATE" if lock else ""), county, list(identities))
    stored = (
        Stored(KINDS[kind].read(row["state"].encode()), row["epoch"], row["version"])
        for row in rows
        if row["kind"] == kind
    )
    return {each.state.id: each for each in stored}


async def statuses(conn: asyncpg.Connection, county: str, members: Iterable[Member]) -> dict[Member, Status]:
    """Those of the actors that are known. Own ones cannot retire before this transaction ends."""
    known: dict[Member, Status] = {}
    named = list(members)
    own = [member for member in named if member.county == county]
    foreign = [member for member in named if member.county != county]
    for group, lock in ((own, " ORDER BY id FOR SHARE"), (foreign, "")):
        if group:
            rows = await conn.fetch(_STATUSES + lock, [each.county for each in group], [each.id for each in group])
            known |= {Member(county=row["county"], id=row["id"]): _status(row["status"]) for row in rows}
    return known


async def page(
    conn: asyncpg.Connection,
    kind: str,
    county: str | None,
    holds: Mapping[str, object],
    query: str,
    after: tuple[str, str, UUID],
    limit: int,
) -> list[Listed]:
    """At most ``limit`` aggregates in Swedish order whose state holds these values and whose text has these words."""
    rows = await conn.fetch(_PAGE, kind, county, json.dumps(holds), like_patterns(query), *after, limit)
    return [
        Listed({"version": row["version"], **json.loads(row["state"])}, (row["sort_key"], row["county"], row["id"]))
        for row in rows
    ]


async def name_person(conn: asyncpg.Connection, actor: UUID, contact: UUID, name: str | None) -> None:
    """The name behind the contact function is ``name``; None forgets it."""
    await conn.execute("DELETE FROM contact_persons WHERE actor = $1 AND contact = $2", actor, contact)
    if name is not None:
        await conn.execute(
            "INSERT INTO contact_persons (actor, contact, name) VALUES ($1, $2, $3)", actor, contact, name
        )


async def persons(conn: asyncpg.Connection, actor: UUID) -> dict[UUID, str]:
    """The names behind the actor's contact functions, where they are known."""
    rows = await conn.fetch("SELECT contact, name FROM contact_persons WHERE actor = $1 AND name IS NOT NULL", actor)
    return {row["contact"]: row["name"] for row in rows}


async def forget_persons(conn: asyncpg.Connection, actor: UUID, but: Iterable[UUID] = ()) -> None:
    """No name is kept for the actor's contact functions, but for these."""
    await conn.execute("DELETE FROM contact_persons WHERE actor = $1 AND contact <> ALL ($2)", actor, list(but))


def _status(text: str) -> Status:
    return Status(text) if text in Status.codes() else Status.UNKNOWN


def _row(stored: Stored) -> tuple[object, ...]:
    state: Event = stored.state
    kind = next(name for name, aggregate in KINDS.items() if isinstance(state, aggregate))
    words = [stored.state.name, *_more_words(state)]
    return (
        state.county,
        state.id,
        kind,
        stored.epoch,
        stored.version,
        stored.number,
        sort_key(stored.state.name),
        folded(" ".join(words)),
        state.write().decode(),
    )


def _more_words(state: Event) -> Sequence[str]:
    """What a search finds besides the name."""
    if isinstance(state, Actor):
        return [state.reference] if state.reference else []
    return [*state.purposes, *state.areas] if isinstance(state, Cooperation) else []
