"""Who the participants of the own county are, and the codes of their certificates. None of it leaves."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from services.trainings.domain.asking import PersonKey, who
from services.trainings.domain.saga import HELD, LIVING
from services.trainings.store.enrolments import REQUESTS, answer_to
from shared.contracts.actors import Actor
from shared.contracts.asking import Reference
from shared.contracts.codes import ActorType
from shared.contracts.enrolments import EnrolmentRequest
from shared.contracts.training_codes import Wish
from shared.runtime import notices
from shared.runtime.aggregates import StreamTable
from shared.runtime.db import Connection

ACTORS = StreamTable("actors", "actors", 1, {"actor": Actor}, lambda _: "")

_SAVE = """
    INSERT INTO participants (id, request, county, occasion, mailbox, name) VALUES ($1, $2, $3, $4, $5, $6)
"""
_ENROLLED = """
    SELECT id, request, mailbox, name FROM participants WHERE (county, occasion) = ($1, $2) AND mailbox = ANY ($3)
"""
_ACTORS = f"""
    SELECT count(*) FROM actors
    WHERE county = $1 AND {ACTORS.visible_sql} AND state ->> 'municipality' = $2 AND state ->> 'type' = $3
        AND state ->> 'status' = 'ACTIVE'
"""
_COLLEAGUES = """
    SELECT other.id, other.request < this.request AS earlier
    FROM participants AS this JOIN participants AS other USING (county, occasion, mailbox)
    WHERE this.id = $1 AND other.id <> this.id
"""
_FORGET = """
    DELETE FROM participants WHERE request = $1 AND NOT id = ANY ($2) RETURNING id
"""
_SAVE_CODE = """
    INSERT INTO certificate_codes (certificate, code) VALUES ($1, $2)
    ON CONFLICT (certificate) DO UPDATE SET code = EXCLUDED.code, undone = false
"""


@dataclass(frozen=True, slots=True)
class Told:
    """The news that a participant was told last of the seat, and where; None if nothing yet."""

    mailbox: str
    told: str | None


@dataclass(frozen=True, slots=True)
class NamedParticipant:
    """A participant with the name behind it. The mailbox is kept as `asking.who` writes it."""

    participant: UUID
    name: str
    mailbox: str


async def save(conn: Connection, request: EnrolmentRequest, persons: Iterable[NamedParticipant]) -> None:
    """This county knows who the request's participants are."""
    place = (request.occasion.county, request.occasion.id)
    rows = [(each.participant, request.id, *place, each.mailbox, each.name) for each in persons]
    await conn.executemany(_SAVE, rows)


async def persons(conn: Connection, request: UUID) -> list[NamedParticipant]:
    """Who the request's participants are, as far as this county still knows."""
    rows = await conn.fetch("SELECT id, mailbox, name FROM participants WHERE request = $1 ORDER BY id", request)
    return [NamedParticipant(row["id"], row["name"], row["mailbox"]) for row in rows]


async def person(conn: Connection, participant: UUID) -> NamedParticipant | None:
    """Who the participant is, if this county still knows."""
    row = await conn.fetchrow("SELECT id, mailbox, name FROM participants WHERE id = $1", participant)
    return NamedParticipant(row["id"], row["name"], row["mailbox"]) if row else None


async def lock_told(conn: Connection, request: UUID) -> dict[UUID, Told]:
    """The last news of each of the request's participants, locked: nobody is told anything else meanwhile."""
    rows = await conn.fetch(
        "SELECT id, mailbox, told FROM participants WHERE request = $1 ORDER BY id FOR UPDATE", request
    )
    return {row["id"]: Told(row["mailbox"], row["told"]) for row in rows}


async def save_told(conn: Connection, participant: UUID, told: str) -> None:
    """The participant knows this of the seat from now on."""
    await conn.execute("UPDATE participants SET told = $2 WHERE id = $1", participant, told)


async def enrolled(
    conn: Connection, county: str, occasion: Reference, persons: Collection[PersonKey]
) -> dict[PersonKey, UUID]:
    """Those of the persons for whom a seat of the occasion is wanted and can still be had, each with its request."""
    mailboxes = [mailbox for mailbox, _ in persons]
    found = {}
    for row in await conn.fetch(_ENROLLED, occasion.county, occasion.id, mailboxes):
        person = who(row["name"], row["mailbox"])
        if person in persons and await _may_get_seat(conn, county, row["request"], row["id"]):
            found[person] = row["request"]
    return found


async def colleagues(conn: Connection, participant: UUID) -> dict[UUID, bool]:
    """The occasion's other participants at the same mailbox, and whether they were enrolled earlier.

    Requests' ids are in order of time.
    """
    return {row["id"]: row["earlier"] for row in await conn.fetch(_COLLEAGUES, participant)}


async def actors_in(conn: Connection, county: str, municipality: str, kind: ActorType) -> int:
    """How many actors of the type the municipality has."""
    return int(await conn.fetchval(_ACTORS, county, municipality, kind))


async def forget(conn: Connection, request: UUID, but: Collection[UUID] = ()) -> None:
    """Nobody knows any more who the request's participants were, but for these."""
    await notices.forget(conn, [row["id"] for row in await conn.fetch(_FORGET, request, list(but))])


async def forget_one(conn: Connection, participant: UUID) -> None:
    """Nobody knows any more who the participant was."""
    await conn.execute("DELETE FROM participants WHERE id = $1", participant)
    await notices.forget(conn, [participant])


async def save_code(conn: Connection, certificate: UUID, code: str) -> None:
    """The certificate has this code."""
    await conn.execute(_SAVE_CODE, certificate, code)


async def mark_undone(conn: Connection, certificate: UUID) -> None:
    """The certificate was taken back because the host's record said so."""
    await conn.execute("UPDATE certificate_codes SET undone = true WHERE certificate = $1", certificate)


async def is_undone(conn: Connection, certificate: UUID) -> bool:
    """Whether the certificate was taken back because the host's record said so."""
    return bool(await conn.fetchval("SELECT undone FROM certificate_codes WHERE certificate = $1", certificate))


async def code_of(conn: Connection, certificate: UUID) -> str | None:
    """The certificate's code, if this county still knows it."""
    found: str | None = await conn.fetchval("SELECT code FROM certificate_codes WHERE certificate = $1", certificate)
    return found


async def _may_get_seat(conn: Connection, county: str, request: UUID, participant: UUID) -> bool:
    """Whether the participant of an own request has a seat, or may get one."""
    stored = await REQUESTS.find(conn, county, request)
    if stored is None:
        return False
    wishes = {each.id: each.wish for each in stored.state.participants}
    if wishes.get(participant, Wish.CANCELLED) is Wish.CANCELLED:
        return False
    answer = await answer_to(conn, stored.state)
    seats = {seat.participant: seat.state for seat in answer.state.seats} if answer else {}
    return participant not in seats or seats[participant] in HELD | LIVING
