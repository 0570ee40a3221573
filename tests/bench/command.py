"""Commands over HTTP to a county's process, beside pgbench with the same statements."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from shared.messaging.leading import lock_key
from tests.bench.client import Client, Questions, clients, throughput
from tests.bench.events import ACTOR
from tests.bench.lines import Line, alternate
from tests.bench.pgbench import Bare
from tests.bench.stage import Stage

COUNTY, BARE = "norrbotten", "vasterbotten"
CLIENTS = 16
SECONDS = 4.0


async def measure(stage: Stage) -> list[Line]:
    bare, seconds = await Bare.of(stage, BARE), SECONDS * stage.scale
    with stage.serving(COUNTY):
        posts, posts_limit = await alternate(
            stage.rounds, lambda: posted(stage, COUNTY, seconds), lambda: bare.post(seconds)
        )
        puts, puts_limit = await alternate(stage.rounds, lambda: put(stage, seconds), lambda: bare.put(seconds))
    async with relay_elsewhere(stage):
        with stage.serving(COUNTY):
            alone, alone_limit = await alternate(
                stage.rounds, lambda: posted(stage, COUNTY, seconds), lambda: bare.post(seconds)
            )
    return [
        Line("POST /actors", "commands/s", posts, posts_limit, at_least=0.20),
        Line("PUT /actors/…", "commands/s", puts, puts_limit, at_least=0.20),
        Line("POST /actors, the relay in another process", "commands/s", alone, alone_limit),
    ]


async def posted(stage: Stage, county: str, seconds: float) -> float:
    """Actors registered per second."""
    question = Questions(stage.token(county))("POST", "/actors", ACTOR)

    async def register(client: Client) -> AsyncIterator[None]:
        while True:
            (await client.ask(question)).json()
            yield

    async with clients(stage.port(county), CLIENTS) as found:
        return await throughput([partial(register, client) for client in found], seconds)


async def put(stage: Stage, seconds: float) -> float:
    """Actors changed per second; each client changes one of its own."""
    questions = Questions(stage.token(COUNTY))

    async def change(client: Client) -> AsyncIterator[None]:
        actor = (await client.ask(questions("POST", "/actors", ACTOR))).json()
        path, version = f"/actors/{COUNTY}/{actor['id']}", 1
        while True:
            question = questions("PUT", path, {**ACTOR, "name": f"Trygghet i by {version}"}, version)
            version = (await client.ask(question)).json()["version"]
            yield

    async with clients(stage.port(COUNTY), CLIENTS) as found:
        return await throughput([partial(change, client) for client in found], seconds)


@asynccontextmanager
async def relay_elsewhere(stage: Stage) -> AsyncIterator[None]:
    """Let another session lead, so that the county's process relays nothing."""
    conn = await stage.connect(COUNTY)
    await conn.execute("SELECT pg_advisory_lock($1)", lock_key("relay"))
    try:
        yield
    finally:
        await conn.close()
