"""From a request in one county to the host's answer shown there: two crossings and a decision.

PostgreSQL records when request and answer were committed, both in the asking county's database.
"""

import asyncio
import itertools
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer

from shared.contracts.topics import SERVICES
from shared.runtime.settings import Settings
from tests.bench import raw
from tests.bench.client import Client, Questions, clients
from tests.bench.command import posted
from tests.bench.end_to_end import paced, remember_commits
from tests.bench.events import changes
from tests.bench.lines import Line, percentile
from tests.bench.stage import Row, Stage
from tests.support.databases import connector
from tests.support.waiting import eventually

HOST, ASKER, BARE, TOPIC = "norrbotten", "jamtland", "vasterbotten", "bench.seats"
CLIENTS, AT_ONCE, PACED, A_SECOND = 16, 400, 200, 20
SEATS = 100
"""Seats of an occasion: a decision reads all its answers, and few occasions have more."""
COMMANDS_SECONDS = 3.0
TRAINING = {
    "title": "Grundutbildning",
    "goal": "Personal vet vad de gör.",
    "mandate_area": "COMPETENCE",
    "level": "BASIC",
    "target_groups": ["POST_AGENT"],
    "trainers": ["TRAINER"],
}
PERSON = {"name": "Ombud", "actor_type": "POST_AGENT", "function": "POST_STAFF"}

_ANSWERED = """
    SELECT extract(epoch FROM pg_xact_commit_timestamp(answer.xmin) - pg_xact_commit_timestamp(request.xmin))::float
    FROM enrolments AS request JOIN enrolments AS answer
        ON answer.kind = 'answer' AND answer.state -> 'request' ->> 'id' = request.id::text
    WHERE request.kind = 'request' AND request.id = ANY ($1) AND answer.state -> 'seats' -> 0 ->> 'state' = 'CONFIRMED'
"""
_numbers = itertools.count()


async def measure(stage: Stage) -> list[Line]:
    await remember_commits(stage)
    raw.make_topic(stage.engine.kafka, TOPIC)
    paced = stage.scaled(PACED)
    rows = await changes(BARE, 2 * (stage.rounds + 1) * paced)
    rates, commands, subjects, limits = list[float](), list[float](), list[list[float]](), list[list[float]]()
    with stage.serving(HOST, SERVICES), stage.serving(ASKER, SERVICES):
        for number in range(stage.rounds + 1):  # the first is the warm-up
            rates.append(await _at_once(stage))
            commands.append(await posted(stage, ASKER, COMMANDS_SECONDS * stage.scale))
            subjects.append(await _paced(stage, paced))
            limits.append(await _two_crossings(stage, rows[number :: stage.rounds + 1]))
    return [
        Line("enrolments confirmed, against POST /actors alone", "/s", rates[1:], commands[1:]),
        _line(0.50, subjects[1:], limits[1:]),
        _line(0.99, subjects[1:], limits[1:]),
    ]


def _line(share: float, subjects: list[list[float]], limits: list[list[float]]) -> Line:
    first, second = ([percentile(one, share) * 1000 for one in rounds] for rounds in (subjects, limits))
    return Line(f"asked → confirmed by another county, p{share * 100:.0f}", "ms", first, second)


async def _at_once(stage: Stage) -> float:
    """Enrolments per second, from the first request of CLIENTS until all are confirmed at the asker."""
    questions = await _questions(stage, stage.scaled(AT_ONCE))
    begun, waiting, identities = time.perf_counter(), iter(questions), list[UUID]()

    async def ask(client: Client) -> None:
        for question in waiting:
            identities.append(UUID((await client.ask(question)).json()["id"]))

    async with clients(stage.port(ASKER), CLIENTS) as found:
        await asyncio.gather(*map(ask, found))
    await _confirmed(stage, identities)
    return len(identities) / (time.perf_counter() - begun)


async def _paced(stage: Stage, count: int) -> list[float]:
    """Seconds from the commit of each request to that of its answer, at A_SECOND requests per second."""
    questions, identities = await _questions(stage, count), list[UUID]()

    async with clients(stage.port(ASKER), 1) as (client,):

        async def ask(number: int) -> None:
            identities.append(UUID((await client.ask(questions[number])).json()["id"]))

        await paced(count, A_SECOND, ask)
    return await _confirmed(stage, identities)


async def _confirmed(stage: Stage, identities: list[UUID]) -> list[float]:
    """Wait until all are confirmed, and return the seconds that each took."""
    conn = await _connect(stage.settings, ASKER)

    async def seconds() -> list[float] | None:
        found = [row[0] for row in await conn.fetch(_ANSWERED, identities)]
        assert len(found) == len(identities)
        return found

    found = await eventually(seconds, 60)
    await conn.close()
    assert found is not None
    return found


async def _questions(stage: Stage, count: int) -> list[bytes]:
    """Build ``count`` requests, no more for an occasion than it has seats."""
    make = Questions(stage.token(ASKER))
    occasions = [await _occasion(stage) for _ in range((count - 1) // SEATS + 1)]
    bodies = [
        {
            "occasion": occasions[number // SEATS],
            "participants": [PERSON | {"mailbox": f"{next(_numbers)}@ombud.example"}],
        }
        for number in range(count)
    ]
    return [make("POST", "/enrolments", body) for body in bodies]


async def _occasion(stage: Stage) -> dict[str, Any]:
    """Register an occasion of the host, and wait until both counties know it."""
    make, now = Questions(stage.token(HOST)), datetime.now(UTC)
    times = {"opens_at": -1, "closes_at": 20, "starts_at": 30, "ends_at": 31}
    async with clients(stage.port(HOST), 1) as (client,):
        training = (await client.ask(make("POST", "/trainings", TRAINING))).json()
        details = {
            "training": training["id"],
            **{name: (now + timedelta(days=days)).isoformat() for name, days in times.items()},
            "form": "WEBINAR",
            "seats": SEATS,
            "open_for": [HOST, ASKER],
        }
        occasion = (await client.ask(make("POST", "/occasions", details))).json()
    conn = await _connect(stage.settings, ASKER)
    await eventually(
        lambda: conn.fetchval("SELECT EXISTS (SELECT FROM trainings WHERE id = $1)", UUID(occasion["id"])), 60
    )
    await conn.close()
    return {"county": HOST, "id": occasion["id"]}


async def _two_crossings(stage: Stage, rows: list[Row]) -> list[float]:
    """Seconds for two rounds of commit, send and receive."""
    conn, producer = await stage.connect(BARE), raw.producer(stage.engine.kafka)
    consumer = AIOKafkaConsumer(TOPIC, bootstrap_servers=stage.engine.kafka, auto_offset_reset="latest")
    await producer.start()
    await consumer.start()
    await consumer.seek_to_end()
    seconds: list[float] = []

    async def cross(row: Row) -> None:
        async with conn.transaction():
            await conn.execute(
                "INSERT INTO outbox (id, topic, key, headers, payload) VALUES ($1, $2, $3, $4, $5)", *row
            )
        received = asyncio.create_task(consumer.getone())
        await producer.send_and_wait(TOPIC, row[-1], row[2])
        await received

    async def there_and_back(number: int) -> None:
        begun = time.perf_counter()
        for row in rows[2 * number : 2 * number + 2]:
            await cross(row)
        seconds.append(time.perf_counter() - begun)

    await paced(len(rows) // 2, A_SECOND, there_and_back)
    await consumer.stop()
    await producer.stop()
    await conn.close()
    return seconds


async def _connect(settings: Settings, county: str) -> asyncpg.Connection:
    return await connector(settings, settings.county(county), "trainings")()
