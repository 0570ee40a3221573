"""The tables of this service, in plain SQL."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from shared.contracts.actors import Actor, Cooperation, Member, Network
from shared.contracts.codes import Status
from shared.runtime.aggregates import AggregateTable, StreamTable
from shared.runtime.db import Connection
from shared.swedish import sort_key

_STATUSES = """
    SELECT county, id, state ->> 'status' AS status FROM aggregates
    WHERE kind = 'actor' AND NOT withdrawn AND (county, id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))
"""


def _search_text(state: Actor | Cooperation | Network) -> Sequence[str]:
    if isinstance(state, Actor):
        return [state.name, state.reference] if state.reference else [state.name]
    return [state.name, *state.purposes, *state.areas] if isinstance(state, Cooperation) else [state.name]


AGGREGATES = StreamTable(
    "actors",
    "aggregates",
    1,
    {"actor": Actor, "cooperation": Cooperation, "network": Network},
    lambda state: sort_key(state.name),
    _search_text,
)
ACTORS = AggregateTable(AGGREGATES, Actor)
COOPERATIONS = AggregateTable(AGGREGATES, Cooperation)
NETWORKS = AggregateTable(AGGREGATES, Network)


async def statuses(conn: Connection, county: str, members: Iterable[Member]) -> dict[Member, Status]:
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


async def name_person(conn: Connection, actor: UUID, contact: UUID, name: str | None) -> None:
    """The name behind the contact function is ``name``; None forgets it."""
    await conn.execute("DELETE FROM contact_persons WHERE actor = $1 AND contact = $2", actor, contact)
    if name is not None:
        await conn.execute(
            "INSERT INTO contact_persons (actor, contact, name) VALUES ($1, $2, $3)", actor, contact, name
        )


async def persons(conn: Connection, actor: UUID) -> dict[UUID, str]:
    """The names behind the actor's contact functions, where they are known."""
    rows = await conn.fetch("SELECT contact, name FROM contact_persons WHERE actor = $1 AND name IS NOT NULL", actor)
    return {row["contact"]: row["name"] for row in rows}


async def forget_persons(conn: Connection, actor: UUID, but: Iterable[UUID] = ()) -> None:
    """No name is kept for the actor's contact functions, but for these."""
    await conn.execute("DELETE FROM contact_persons WHERE actor = $1 AND contact <> ALL ($2)", actor, list(but))


def _status(text: str) -> Status:
    return Status(text) if text in Status.codes() else Status.UNKNOWN
