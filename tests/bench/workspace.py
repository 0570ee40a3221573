"""Pages of the workspace: the start page, a page made once its answers are there, and how soon a change is shown."""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from functools import partial
from statistics import median
from typing import Any
from unittest.mock import patch

import httpx
import psutil

from infra.engine.pages import LOGIN, WORKSPACE, PagesProcess
from infra.engine.ports import free_ports
from services.workspace import render
from services.workspace.guard import RENEWED
from services.workspace.pages import municipalities
from shared.contracts.topics import SERVICES
from tests.bench.client import HOST
from tests.bench.events import ACTOR
from tests.bench.lines import Line, percentile
from tests.bench.stage import PATIENCE, Stage
from tests.support.workspace import Visitor, given_occasion
from tests.support.workspace_alone import EMPTY, MadeUpCounty

HERE, THERE = "jamtland", "norrbotten"
PERSON = "COUNTY_COORDINATOR"
OCCASIONS, ASKED, MADE, CHANGES = 10, 100, 200, 20
START_MS, RENDER_MS, HERE_MS, THERE_MS, MEMORY_MB = 200, 5, 1_000, 5_000, 90


async def measure(stage: Stage) -> list[Line]:
    start, made, here, there, memory = list[float](), list[float](), list[float](), list[float](), list[float]()
    with stage.serving(HERE, SERVICES), stage.serving(THERE, SERVICES), pages(stage, HERE, THERE) as process:
        async with AsyncExitStack() as people:
            near, far = [await people.enter_async_context(logged_in(stage, county)) for county in (HERE, THERE)]
            async with client(stage) as county:
                for number in range(OCCASIONS):
                    await given_occasion(county, {"title": f"Grund {number}"})
                for _ in range(stage.rounds):
                    start.append(percentile(await asked(near, "/", stage.scaled(ASKED)), 0.95))
                    made.append(await rendered(stage.scaled(MADE)))
                    here.append(percentile(await shown(county, near, stage.scaled(CHANGES)), 0.95))
                    there.append(percentile(await shown(county, far, stage.scaled(CHANGES)), 0.95))
                    memory.append(process.memory_full_info().pss / 1e6)
    told = partial(allowed, stage.rounds)
    return [
        told("start page of a coordinator, p95, of what is allowed", start, START_MS),
        told("CPU to make the page of all municipalities with their map, of what is allowed", made, RENDER_MS),
        told("changed → shown on an open page here, p95, of what is allowed", here, HERE_MS),
        told("changed → shown on an open page of another county, p95, of what is allowed", there, THERE_MS),
        told("memory of the workspace, of what is allowed", memory, MEMORY_MB, "MB"),
    ]


def allowed(rounds: int, what: str, found: list[float], most: float, unit: str = "ms") -> Line:
    """The figures of each round, beside what they may be at the most."""
    return Line(what, unit, found, [most] * rounds, at_most=1)


@contextmanager
def pages(stage: Stage, *counties: str) -> Iterator[psutil.Process]:
    """The workspaces of these counties and their log-in run; the process of the first."""
    engine = stage.engine
    engine.config = replace(engine.config, login_port=free_ports(1)[0])
    engine.migrate(counties, (WORKSPACE,))
    names = {f"{WORKSPACE}-{county}" for county in counties} | {LOGIN}
    wanted: list[PagesProcess] = [each for each in engine.pages() if each.part.name in names]
    try:
        for each in wanted:
            each.launch()
            each.wait_until_ready()
        process = engine.workspace(counties[0]).part.process()
        assert process is not None
        yield process
    finally:
        for each in wanted:
            each.part.stop(PATIENCE)


@asynccontextmanager
async def logged_in(stage: Stage, county: str) -> AsyncIterator[Visitor]:
    """A coordinator of the county on its pages."""
    visitor = Visitor(stage.engine.workspace(county).url)
    await visitor.log_in(PERSON)
    yield visitor
    await visitor.client.aclose()


def client(stage: Stage) -> httpx.AsyncClient:
    """A client of the first county's services."""
    headers = {"Authorization": f"Bearer {stage.token(HERE)}"}
    return httpx.AsyncClient(base_url=f"http://{HOST}:{stage.port(HERE)}", headers=headers)


async def asked(visitor: Visitor, path: str, count: int) -> list[float]:
    """Milliseconds of each answer, one after the other."""
    found = []
    for _ in range(count):
        begun = time.perf_counter()
        answer = await visitor.get(path)
        found.append((time.perf_counter() - begun) * 1_000)
        assert answer.status_code == 200
        assert "kan inte visas just nu" not in answer.text
    return found


async def rendered(count: int) -> float:
    """Milliseconds of CPU to make the page from what the county has answered, the median of many."""
    with patch("services.workspace.render.markup", wraps=render.markup) as markup:
        await MadeUpCounty({"/guidance/implementations": EMPTY}).open(municipalities.show_list, "/kommuner")
    found = []
    for _ in range(count):
        begun = time.process_time()
        render.markup(*markup.call_args.args)
        found.append((time.process_time() - begun) * 1_000)
    return median(found)


async def shown(county: httpx.AsyncClient, visitor: Visitor, count: int) -> list[float]:
    """Milliseconds from each answer to a new actor until an open page, told by a hint, has it."""
    found: list[float] = []
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    async with visitor.client.stream("GET", f"{visitor.origin}/nytt", headers={"Cookie": cookies}) as hints:
        lines = hints.aiter_lines()
        for number in range(count):
            name = f"Verksamhet-{time.time_ns()}-{number}"
            body: dict[str, Any] = {**ACTOR, "name": name}
            assert (await county.post("/actors", json=body)).status_code == 201
            begun = time.perf_counter()
            text = ""
            while f">{name}</a>" not in text:
                while "actors" not in await anext(lines):
                    pass
                text = (await visitor.get(f"/aktorer?sok={name}", {RENEWED: "1"})).text
            found.append((time.perf_counter() - begun) * 1_000)
    return found
