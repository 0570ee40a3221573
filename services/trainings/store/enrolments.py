"""Requests, answers and certificates of all counties. Nobody is named in them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from services.trainings.domain.aggregate import answer_id, certificate_id
from services.trainings.domain.arrivals import Incoming
from services.trainings.domain.asking import age_of
from services.trainings.domain.certificates import counts
from shared.contracts.asking import Reference, RequestVersion, valid_answer
from shared.contracts.enrolments import Certificate, EnrolmentRequest, Participant, SeatAnswer
from shared.contracts.training_codes import SeatState
from shared.runtime import due
from shared.runtime.aggregates import Aggregates, Stored

SETTLE, EXPIRE, CERTIFY = "settle", "expire", "certify"
"""What is due of an own request, of an own certificate, and of a request whose certificates could not be issued."""

ENROLMENTS = Aggregates(
    "enrolments",
    "enrolments",
    1,
    {"request": EnrolmentRequest, "answer": SeatAnswer, "certificate": Certificate},
    lambda state: state.held_on.isoformat() if isinstance(state, Certificate) else "",
    ended="(state ->> 'status' IN ('REVOKED', 'EXPIRED') OR state @> '{\"settled\": true}')",
)

_OF_OCCASIONS = f"""
    kind = 'answer' AND {ENROLMENTS.there}
        AND (county, state ->> 'occasion') IN (SELECT * FROM unnest($1::text[], $2::text[]))
"""
_ANSWERS = f"SELECT epoch, version, state FROM enrolments WHERE {_OF_OCCASIONS} ORDER BY county, id"
_STATES = f"""
    SELECT county, state ->> 'occasion' AS occasion, seat ->> 'state' AS seat, count(*)
    FROM enrolments, jsonb_array_elements(state -> 'seats') AS seat WHERE {_OF_OCCASIONS} GROUP BY 1, 2, 3
"""
_REQUESTS = f"""
    SELECT state FROM enrolments WHERE kind = 'request' AND {ENROLMENTS.there}
        AND (county, id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))
"""
_GIVEN = f"""
    SELECT state FROM enrolments WHERE kind = 'answer' AND {ENROLMENTS.there}
        AND (county, id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))
"""
_BY_FINGERPRINT = f"""
    SELECT state FROM enrolments WHERE kind = 'certificate' AND {ENROLMENTS.there} AND state ->> 'fingerprint' = $1
"""
_KEEP_ASKED = """
    INSERT INTO asked (request, at) VALUES ($1, $2) ON CONFLICT (request) DO UPDATE SET at = EXCLUDED.at
"""
_WITHDRAWN = """
    SELECT state, epoch, version FROM enrolments AS request
    WHERE kind = 'request' AND withdrawn AND state @> $2::jsonb AND EXISTS (
        SELECT FROM enrolments AS answer, jsonb_array_elements(answer.state -> 'seats') AS seat
        WHERE answer.county = $1 AND answer.kind = 'answer' AND NOT answer.state @> '{"settled": true}'
            AND answer.state -> 'request' = jsonb_build_object('county', request.county, 'id', request.id::text)
            AND seat ->> 'state' IN ('WAITING', 'OFFERED', 'CONFIRMED'))
"""
_UNPLANNED = """
    SELECT id FROM enrolments
    WHERE county = $1 AND kind = $2 AND NOT withdrawn AND state @> $3::jsonb
        AND NOT EXISTS (SELECT FROM due WHERE due.kind = $4 AND due.id = enrolments.id)
"""
_EMPTY = """
    UPDATE enrolments SET state = '{}', withdrawn = true FROM trainings AS occasion
    WHERE enrolments.kind IN ('request', 'answer') AND enrolments.state @> '{"settled": true}'
        AND occasion.kind = 'occasion' AND (occasion.state ->> 'ends_at')::timestamptz < $1
        AND (occasion.county, occasion.id::text) = (
            coalesce(enrolments.state -> 'occasion' ->> 'county', enrolments.county),
            coalesce(enrolments.state -> 'occasion' ->> 'id', enrolments.state ->> 'occasion'))
"""


async def answers(conn: asyncpg.Connection, occasions: Collection[Reference]) -> dict[Reference, list[Stored]]:
    """The answers that the hosts of these occasions have given, by occasion."""
    found: dict[Reference, list[Stored]] = defaultdict(list)
    for row in await conn.fetch(_ANSWERS, *_columns(occasions)):
        state = SeatAnswer.read(row["state"].encode())
        found[Reference(county=state.county, id=state.occasion)].append(Stored(state, row["epoch"], row["version"]))
    return found


async def seats_by_state(
    conn: asyncpg.Connection, occasions: Collection[Reference]
) -> dict[Reference, Counter[SeatState]]:
    """How many seats of each of these occasions are in each state, as far as this county knows."""
    found: dict[Reference, Counter[SeatState]] = {each: Counter() for each in occasions}
    for row in await conn.fetch(_STATES, *_columns(occasions)):
        if row["seat"] in SeatState.codes():
            found[Reference(county=row["county"], id=row["occasion"])][SeatState(row["seat"])] = row["count"]
    return found


async def told(conn: asyncpg.Connection, requests: Collection[Reference]) -> dict[UUID, Participant]:
    """What is told of the participants of these requests, by their random ids."""
    counties, ids = [each.county for each in requests], [each.id for each in requests]
    states = [EnrolmentRequest.read(row["state"].encode()) for row in await conn.fetch(_REQUESTS, counties, ids)]
    return {each.id: each for state in states for each in state.participants}


async def answer_to(conn: asyncpg.Connection, request: EnrolmentRequest) -> Stored | None:
    """What its host has answered, if it has and has it still."""
    host = request.occasion.county
    stored = await ENROLMENTS.find(conn, "answer", host, answer_id(Reference(county=request.county, id=request.id)))
    return None if stored is None or valid_answer(stored.state, host) is None else stored


async def answers_to(conn: asyncpg.Connection, requests: Collection[EnrolmentRequest]) -> dict[Reference, SeatAnswer]:
    """What the hosts of these have answered, if they have and have it still, by request."""
    wanted = {Reference(county=each.county, id=each.id): each.occasion.county for each in requests}
    rows = await conn.fetch(_GIVEN, list(wanted.values()), [answer_id(each) for each in wanted])
    found = (SeatAnswer.read(row["state"].encode()) for row in rows)
    return {each.request: each for each in found if valid_answer(each, wanted[each.request]) is not None}


async def certificate_with(conn: asyncpg.Connection, fingerprint: str) -> Certificate | None:
    """The certificate of whatever county with the digest of a code."""
    state = await conn.fetchval(_BY_FINGERPRINT, fingerprint)
    return None if state is None else Certificate.read(state.encode())


async def certified(conn: asyncpg.Connection, county: str, request: EnrolmentRequest) -> list[UUID]:
    """Those of an own request's participants that have a certificate which counts."""
    ids = {certificate_id(request.occasion, each.id): each.id for each in request.participants}
    found = await ENROLMENTS.find_all(conn, "certificate", county, ids)
    return [ids[identity] for identity, stored in found.items() if counts(stored.state)]


async def keep_asked(conn: asyncpg.Connection, request: UUID, at: datetime) -> None:
    """The newest version of the request waits since then."""
    await conn.execute(_KEEP_ASKED, request, at)


async def asked(conn: asyncpg.Connection, requests: Iterable[UUID]) -> dict[UUID, datetime]:
    """Since when the newest version of each of these waits, or has waited."""
    rows = await conn.fetch("SELECT request, at FROM asked WHERE request = ANY($1)", list(requests))
    return {row["request"]: row["at"].astimezone(UTC) for row in rows}


async def withdrawn(conn: asyncpg.Connection, county: str) -> list[Incoming]:
    """Requests for seats of this county's that their counties have no more, and that still hold some."""
    rows = await conn.fetch(_WITHDRAWN, county, f'{{"occasion": {{"county": "{county}"}}}}')
    found = []
    for row in rows:
        request = EnrolmentRequest.read(row["state"].encode())
        epoch, version = age_of(request, row["epoch"], row["version"])
        found.append(Incoming(request, RequestVersion(epoch=epoch, version=version), withdrawn=True))
    return found


async def plan_unplanned(conn: asyncpg.Connection, county: str, now: datetime) -> None:
    """Own requests will be settled, and certificates expire: a recovered database may have taken them over."""
    for kind, state, job in (
        ("request", '{"settled": false}', SETTLE),
        ("certificate", '{"status": "VALID"}', EXPIRE),
    ):
        for row in await conn.fetch(_UNPLANNED, county, kind, state, job):
            await due.plan(conn, job, row["id"], now)


async def empty(conn: asyncpg.Connection, before: datetime) -> None:
    """Of what was asked and answered about occasions that ended before then, nothing is kept but id and version."""
    await conn.execute(_EMPTY, before)


def _columns(occasions: Collection[Reference]) -> tuple[list[str], list[str]]:
    return [each.county for each in occasions], [str(each.id) for each in occasions]
