"""Lists and searches among 100,000 actors, beside the same among 1,000."""

import time
from functools import partial
from statistics import median
from uuid import UUID

from services.actors.store import AGGREGATES
from shared.contracts.actors import ActorRegistered
from shared.runtime.aggregates import Stored
from tests.bench.client import Questions, clients
from tests.bench.lines import Line, alternate
from tests.bench.stage import Stage

OWNER, SMALL, LARGE = "norrbotten", "vasterbotten", "jamtland"
FEW, MANY = 1_000, 100_000
RARE, STEP = 20, 5_000
"""Actors that a search or a filter finds in either; rows of one statement."""
ASKED = 100
LISTS = {
    "the first page": ("/actors", 1.5),
    "a page in the middle": ("", 1.5),
    "a search that finds some": ("/actors?q=ovanlig", None),
    "a search that finds none": ("/actors?q=saknas", None),
    "a filter that finds some": ("/actors?type=CUSTOMS", None),
}
"""Each list's address and gate. What looks for something rare goes through all rows: docs/performance.md says why."""


async def measure(stage: Stage) -> list[Line]:
    for county, count in ((SMALL, FEW), (LARGE, stage.scaled(MANY))):
        await _fill(stage, county, count)
    lines = []
    with stage.serving(SMALL), stage.serving(LARGE):
        for name, (path, gate) in LISTS.items():
            large, small = path or await _middle(stage, LARGE), path or await _middle(stage, SMALL)
            asked = partial(_asked, stage, LARGE, large), partial(_asked, stage, SMALL, small)
            many, few = await alternate(stage.rounds, *asked)
            lines.append(Line(f"{name} of 100,000, against 1,000", "ms", many, few, at_most=gate))
    return lines


async def _asked(stage: Stage, county: str, path: str) -> float:
    """Milliseconds of an answer, the median of many."""
    question, seconds = Questions(stage.token(county))("GET", path, None), []
    async with clients(stage.port(county), 1) as (client,):
        for _ in range(stage.scaled(ASKED)):
            begun = time.perf_counter()
            reply = await client.ask(question)
            seconds.append(time.perf_counter() - begun)
            assert reply.status == 200, reply.body[:300]
    return median(seconds) * 1000


async def _middle(stage: Stage, county: str) -> str:
    """The address of the page after half of the list."""
    make, path, seen = Questions(stage.token(county)), "/actors?limit=500", 0
    async with clients(stage.port(county), 1) as (client,):
        while seen < (FEW if county == SMALL else stage.scaled(MANY)) / 2:
            page = (await client.ask(make("GET", path, None))).json()
            path, seen = f"/actors?limit=500&cursor={page['next']}", seen + 500
    return path.replace("limit=500&", "")


async def _fill(stage: Stage, county: str, count: int) -> None:
    """The county's read model has so many actors of a neighbour."""
    conn = await stage.connect(county)
    await stage.forget(county)
    for begin in range(0, count, STEP):
        states = [_actor(number, number % (count // RARE) == 0) for number in range(begin, min(begin + STEP, count))]
        await AGGREGATES.upsert(conn, [Stored(each, 1, 1) for each in states])
    await conn.execute("ANALYZE aggregates")
    await conn.close()


def _actor(number: int, rare: bool) -> ActorRegistered:
    return ActorRegistered.model_validate(
        {
            "id": UUID(int=number + 1, version=4),
            "county": OWNER,
            "name": f"{'Ovanlig' if rare else 'Vanlig'} verksamhet {number * 7919 % 100_003}",
            "sector": "STATE" if rare else "CIVIL",
            "level": "REGIONAL" if rare else "LOCAL",
            "type": "CUSTOMS" if rare else "CIVIL_SOCIETY",
        }
    )
