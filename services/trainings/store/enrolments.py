"""Requests, answers and certificates of all counties. Nobody is named in them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from uuid import UUID

from services.trainings.domain.certificates import counts
from services.trainings.domain.ids import answer_id, certificate_id
from shared.contracts.asking import Reference, valid_answer
from shared.contracts.enrolments import Certificate, EnrolmentRequest, Participant, SeatAnswer
from shared.contracts.training_codes import SeatState
from shared.runtime.aggregates import AggregateTable, Stored, StreamTable
from shared.runtime.db import Connection

SETTLE, EXPIRE, CERTIFY, TELL = "settle", "expire", "certify", "tell"
"""The due kinds of an own request, of an own certificate, and of a request that lacks certificates or news of seats."""

ENROLMENTS = StreamTable(
    "enrolments",
    "enrolments",
    1,
    {"request": EnrolmentRequest, "answer": SeatAnswer, "certificate": Certificate},
    lambda state: state.held_on.isoformat() if isinstance(state, Certificate) else "",
    ended_sql="(state ->> 'status' IN ('REVOKED', 'EXPIRED') OR state @> '{\"settled\": true}')",
)
REQUESTS = AggregateTable(ENROLMENTS, EnrolmentRequest)
ANSWERS = AggregateTable(ENROLMENTS, SeatAnswer)
CERTIFICATES = AggregateTable(ENROLMENTS, Certificate)

_OF_OCCASIONS = f"""
    kind = 'answer' AND {ENROLMENTS.visible_sql}
        AND (county, state ->> 'occasion') IN (SELECT * FROM unnest($1::text[], $2::text[]))
"""
_ANSWERS = f"SELECT epoch, version, state FROM enrolments WHERE {_OF_OCCASIONS} ORDER BY county, id"
_STATES = f"""
    SELECT county, state ->> 'occasion' AS occasion, seat ->> 'state' AS seat, count(*)
    FROM enrolments, jsonb_array_elements(state -> 'seats') AS seat WHERE {_OF_OCCASIONS} GROUP BY 1, 2, 3
"""
_OF_KIND = f"""
    SELECT state FROM enrolments WHERE kind = $3 AND {ENROLMENTS.visible_sql}
        AND (county, id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))
"""
_BY_FINGERPRINT = f"""
    SELECT state FROM enrolments
    WHERE kind = 'certificate' AND {ENROLMENTS.visible_sql} AND state ->> 'fingerprint' = $1
"""
_SAVE_WAITING = """
    INSERT INTO asked (request, at) VALUES ($1, $2) ON CONFLICT (request) DO UPDATE SET at = EXCLUDED.at
"""
_WITHDRAWN = """
    SELECT state, epoch, version FROM enrolments AS request
    WHERE kind = 'request' AND withdrawn AND state @> $2::jsonb AND EXISTS (
        SELECT FROM enrolments AS answer, jsonb_array_elements(answer.state -> 'seats') AS seat
        WHERE answer.county = $1 AND answer.kind = 'answer' AND NOT answer.state @> '{"settled": true}'
            AND answer.state -> 'request' = jsonb_build_object('county', request.county, 'id', request.id::text)
            AND seat ->> 'state' IN ('WAITING', 'OFFERED', 'CONFIRMED'))
    ORDER BY state -> 'occasion' ->> 'id'
"""
_LOCK_OCCASION = """
    SELECT FROM trainings AS occasion
    JOIN enrolments AS request ON occasion.id = (request.state -> 'occasion' ->> 'id')::uuid
    WHERE (request.county, request.id) = ($1, $2) AND request.kind = 'request'
        AND occasion.county = $1 AND request.state -> 'occasion' ->> 'county' = $1
    FOR UPDATE OF occasion
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


async def answers_by_occasion(
    conn: Connection, occasions: Collection[Reference]
) -> dict[Reference, list[Stored[SeatAnswer]]]:
    """The answers that the hosts of these occasions have given, by occasion."""
    found: dict[Reference, list[Stored[SeatAnswer]]] = defaultdict(list)
    for row in await conn.fetch(_ANSWERS, *_columns(occasions)):
        state = SeatAnswer.read(row["state"].encode())
        found[Reference(county=state.county, id=state.occasion)].append(Stored(state, row["epoch"], row["version"]))
    return found


async def seats_by_state(conn: Connection, occasions: Collection[Reference]) -> dict[Reference, Counter[SeatState]]:
    """How many seats of each of these occasions are in each state, as far as this county knows."""
    found: dict[Reference, Counter[SeatState]] = {each: Counter() for each in occasions}
    for row in await conn.fetch(_STATES, *_columns(occasions)):
        if row["seat"] in SeatState.codes():
            found[Reference(county=row["county"], id=row["occasion"])][SeatState(row["seat"])] = row["count"]
    return found


async def participants_of(conn: Connection, requests: Collection[Reference]) -> dict[UUID, Participant]:
    """The participants of these requests, by their random ids."""
    rows = await conn.fetch(_OF_KIND, [each.county for each in requests], [each.id for each in requests], REQUESTS.kind)
    states = [EnrolmentRequest.read(row["state"].encode()) for row in rows]
    return {each.id: each for state in states for each in state.participants}


async def answer_to(conn: Connection, request: EnrolmentRequest) -> Stored[SeatAnswer] | None:
    """The host's answer to the request; None if there is none, or none any more."""
    host = request.occasion.county
    stored = await ANSWERS.find(conn, host, answer_id(Reference(county=request.county, id=request.id)))
    return None if stored is None or valid_answer(stored.state, host) is None else stored


async def answers_to(conn: Connection, requests: Collection[EnrolmentRequest]) -> dict[Reference, SeatAnswer]:
    """The hosts' answers to these requests, by request, where there still are any."""
    wanted = {Reference(county=each.county, id=each.id): each.occasion.county for each in requests}
    rows = await conn.fetch(_OF_KIND, list(wanted.values()), [answer_id(each) for each in wanted], ANSWERS.kind)
    found = (SeatAnswer.read(row["state"].encode()) for row in rows)
    return {each.request: each for each in found if valid_answer(each, wanted[each.request]) is not None}


async def certificate_with(conn: Connection, fingerprint: str) -> Certificate | None:
    """The certificate of whatever county with the digest of a code."""
    state = await conn.fetchval(_BY_FINGERPRINT, fingerprint)
    return None if state is None else Certificate.read(state.encode())


async def certified(conn: Connection, county: str, request: EnrolmentRequest) -> list[UUID]:
    """Those of an own request's participants that have a certificate which counts."""
    ids = {certificate_id(request.occasion, each.id): each.id for each in request.participants}
    found = await CERTIFICATES.find_all(conn, county, ids)
    return [ids[identity] for identity, stored in found.items() if counts(stored.state)]


async def save_waiting_since(conn: Connection, request: UUID, at: datetime) -> None:
    """The newest version of the request waits since then."""
    await conn.execute(_SAVE_WAITING, request, at)


async def waiting_since(conn: Connection, requests: Iterable[UUID]) -> dict[UUID, datetime]:
    """Since when the newest version of each of these waits, or has waited."""
    rows = await conn.fetch("SELECT request, at FROM asked WHERE request = ANY($1)", list(requests))
    return {row["request"]: row["at"].astimezone(UTC) for row in rows}


async def withdrawn(conn: Connection, county: str) -> list[Stored[EnrolmentRequest]]:
    """Requests for seats of this county's that their counties have no more, and that still hold some."""
    rows = await conn.fetch(_WITHDRAWN, county, f'{{"occasion": {{"county": "{county}"}}}}')
    return [Stored(EnrolmentRequest.read(row["state"].encode()), row["epoch"], row["version"]) for row in rows]


async def lock_own_occasion(conn: Connection, county: str, request: UUID) -> None:
    """Locks the occasion that an own request is about, if it is an own one: it is locked before the request."""
    await conn.execute(_LOCK_OCCASION, county, request)


async def unplanned_requests(conn: Connection, county: str) -> list[UUID]:
    """Own requests that are not settled, and will not be: nothing is planned."""
    rows = await conn.fetch(_UNPLANNED, county, "request", '{"settled": false}', SETTLE)
    return [row["id"] for row in rows]


async def unplanned_certificates(conn: Connection, county: str) -> list[UUID]:
    """Own certificates that count, and would for ever: nothing is planned."""
    rows = await conn.fetch(_UNPLANNED, county, "certificate", '{"status": "VALID"}', EXPIRE)
    return [row["id"] for row in rows]


async def empty_settled(conn: Connection, before: datetime) -> None:
    """Of what was asked and answered about occasions that ended before then, nothing is kept but id and version."""
    await conn.execute(_EMPTY, before)


def _columns(occasions: Collection[Reference]) -> tuple[list[str], list[str]]:
    return [each.county for each in occasions], [str(each.id) for each in occasions]
