"""From the commit of a command to the commit that shows it in another county, beside a bare event.

PostgreSQL records when a row was committed, so nothing polls and nothing is disturbed.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

import asyncpg
from aiokafka import AIOKafkaConsumer

from tests.bench import raw
from tests.bench.client import Client, Questions, clients
from tests.bench.events import ACTOR, changes
from tests.bench.lines import Line, percentile
from tests.bench.stage import Row, Stage
from tests.support.waiting import eventually

COUNTY, READER, BARE, TOPIC = "norrbotten", "jamtland", "vasterbotten", "bench.bare"
EVENTS, A_SECOND = 500, 100

_COMMITTED = """
    SELECT id, extract(epoch FROM pg_xact_commit_timestamp(xmin))::float AS moment
    FROM aggregates WHERE county = $1 AND id = ANY($2::uuid[])
"""


async def measure(stage: Stage) -> list[Line]:
    await remember_commits(stage)
    raw.make_topic(stage.engine.kafka, TOPIC)
    rows = await changes(BARE, (stage.rounds + 1) * stage.scaled(EVENTS))
    with stage.serving(COUNTY), stage.serving(READER):
        subjects, limits = [], []
        for number in range(stage.rounds + 1):  # the first is the warm-up
            subjects.append(await _shown(stage))
            limits.append(await bare(stage, rows[number :: stage.rounds + 1]))
    return [_line(0.50, 3, subjects[1:], limits[1:]), _line(0.99, 4, subjects[1:], limits[1:])]


async def remember_commits(stage: Stage) -> None:
    """PostgreSQL records from now on when each row was committed."""
    admin = await asyncpg.connect(stage.engine.postgres_admin_dsn)
    await admin.execute("ALTER SYSTEM SET track_commit_timestamp = on")
    await admin.close()
    stage.engine.restart_postgres()


def _line(share: float, most: float, subjects: list[list[float]], limits: list[list[float]]) -> Line:
    first, second = ([percentile(one, share) * 1000 for one in rounds] for rounds in (subjects, limits))
    return Line(f"commit → shown elsewhere, p{share * 100:.0f}", "ms", first, second, at_most=most)


async def _shown(stage: Stage) -> list[float]:
    """Seconds from commit to commit, for each event."""
    question = Questions(stage.token(COUNTY))("POST", "/actors", ACTOR)
    written, identities = await stage.connect(COUNTY), []
    read = await stage.connect(READER)

    async def register(client: Client, _: int) -> None:
        identities.append((await client.ask(question)).json()["id"])

    async with clients(stage.port(COUNTY), 1) as (client,):
        await paced(stage.scaled(EVENTS), A_SECOND, lambda number: register(client, number))

    async def all_shown() -> bool:
        return len(await read.fetch(_COMMITTED, COUNTY, identities)) == len(identities)

    await eventually(all_shown, 30)
    shown = {row["id"]: row["moment"] for row in await read.fetch(_COMMITTED, COUNTY, identities)}
    committed = await written.fetch(_COMMITTED, COUNTY, identities)
    await written.close()
    await read.close()
    return [shown[row["id"]] - row["moment"] for row in committed]


async def bare(stage: Stage, rows: list[Row]) -> list[float]:
    """Seconds from the start of a transaction that writes a row until its record is received."""
    conn, producer = await stage.connect(BARE), raw.producer(stage.engine.kafka)
    consumer = AIOKafkaConsumer(TOPIC, bootstrap_servers=stage.engine.kafka, auto_offset_reset="latest")
    await producer.start()
    await consumer.start()
    await consumer.seek_to_end()
    seconds: list[float] = []

    async def go(number: int) -> None:
        row, begun = rows[number], time.perf_counter()
        async with conn.transaction():
            await conn.execute(
                "INSERT INTO outbox (id, topic, key, headers, payload) VALUES ($1, $2, $3, $4, $5)", *row
            )
        received = asyncio.create_task(consumer.getone())
        await producer.send_and_wait(TOPIC, row[-1], row[2])
        await received
        seconds.append(time.perf_counter() - begun)

    await paced(len(rows), A_SECOND, go)
    await consumer.stop()
    await producer.stop()
    await conn.close()
    return seconds


async def paced(count: int, a_second: int, do: Callable[[int], Awaitable[None]]) -> None:
    """Start ``a_second`` calls per second, each on time or as soon as the previous one is done."""
    begun = time.perf_counter()
    for number in range(count):
        await asyncio.sleep(max(0.0, begun + number / a_second - time.perf_counter()))
        await do(number)
