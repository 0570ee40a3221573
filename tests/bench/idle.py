"""Four idle counties with all their services: the memory and processor time that they use."""

import asyncio
from contextlib import ExitStack

from infra.engine.status import status
from shared.contracts.topics import SERVICES
from tests.bench.lines import Line
from tests.bench.stage import Stage

SETTLE_SECONDS, WATCH_SECONDS = 10.0, 20.0
MEMORY_MB, CORES = 1_500, 0.3


async def measure(stage: Stage) -> list[Line]:
    with ExitStack() as running:
        for county in stage.engine.config.counties:
            running.enter_context(stage.serving(county.name, SERVICES))
        await asyncio.sleep(SETTLE_SECONDS)
        found = status(stage.engine, WATCH_SECONDS)
    python = sum(row.memory or 0 for row in found.rows if row.part not in ("kafka", "postgres"))
    return [
        Line("memory in all, of what is allowed", "MB", [found.memory / 1e6], [MEMORY_MB], at_most=1),
        Line("memory of the counties' Python, of that", "MB", [python / 1e6], [MEMORY_MB]),
        Line("the counties' Python, of what is allowed", "cores", [found.python_cores], [CORES], at_most=1),
    ]
