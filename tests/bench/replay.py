"""A new county reads a long history at the inbox's speed, in memory that does not grow."""

import asyncio
from contextlib import suppress

import psutil

from tests.bench import raw
from tests.bench.events import changes, newest
from tests.bench.lines import Line
from tests.bench.stage import Stage

OWNER, READER, BARE = "norrbotten", "jamtland", "vasterbotten"
EVENTS, BARELY = 100_000, 20_000
SAMPLE_SECONDS = 0.05


async def measure(stage: Stage) -> list[Line]:
    rows = await changes(OWNER, stage.scaled(EVENTS))
    await stage.publish(OWNER, rows)
    few = rows[: stage.scaled(BARELY)]
    written, conn = newest(few), await stage.connect(BARE)
    rates, limits, late, early = [], [], [], []
    for _ in range(stage.rounds):
        await stage.forget(BARE)
        limits.append(await raw.upsert(conn, written, len(few)))
        await stage.forget(READER)
        with stage.serving(READER) as process:
            rate, memory = await _followed(stage, process)
        half = len(memory) // 2
        rates.append(rate)
        early.append(max(memory[:half]))
        late.append(max(memory[half:]))
    await conn.close()
    return [
        Line(f"{len(rows):,} events, against the upsert alone", "events/s", rates, limits, at_least=0.45),
        Line("memory in the second half, against the first", "MB", late, early, at_most=1.1),
    ]


async def _followed(stage: Stage, process: psutil.Process) -> tuple[float, list[float]]:
    """Events per second, and the megabytes of the process while it read them."""
    memory: list[float] = []

    async def watch() -> None:
        while True:
            memory.append(process.memory_info().rss / 1e6)
            await asyncio.sleep(SAMPLE_SECONDS)

    watching = asyncio.create_task(watch())
    rate = await stage.receive(READER, OWNER)
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    return rate, memory
