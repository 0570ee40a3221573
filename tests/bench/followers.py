"""Followers of `/events`: the price of many that wait for a quiet stream, and how soon an event is there."""

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial

import psutil
from aiokafka import AIOKafkaConsumer

from shared.contracts.topics import topic_name
from tests.bench.client import HOST, Client, Questions, clients
from tests.bench.events import ACTOR
from tests.bench.lines import Line, percentile
from tests.bench.stage import PATIENCE, Stage

COUNTY = "norrbotten"
IDLE, EVENTS, A_SECOND = 1_000, 500, 100
CLIENTS = 4
NAME = re.compile(rb'"name":"(Actor [0-9]+ [0-9]+)"')
SETTLE_SECONDS, WATCH_SECONDS = 3.0, 10.0
MEMORY_MB, CORES = 100, 0.1

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def measure(stage: Stage) -> list[Line]:
    lines: dict[str, list[float]] = defaultdict(list)
    with stage.serving(COUNTY) as process:
        async with followers(stage, "actors", 1) as ((first, _),):
            for _ in range(stage.rounds):
                before = process.memory_info().rss
                async with followers(stage, "trainings", stage.scaled(IDLE)):
                    await asyncio.sleep(SETTLE_SECONDS)
                    lines["memory"].append((process.memory_info().rss - before) / 1e6)
                    lines["quiet"].append(await cores(process, asyncio.sleep(WATCH_SECONDS * stage.scale)))
                    seen: tuple[list[float], list[float]] = ([], [])
                    lines["busy"].append(await cores(process, told(stage, first, seen)))
                for share in ("0.50", "0.99"):
                    for who, seconds in zip(("event", "record"), seen, strict=True):
                        lines[f"{who} {share}"].append(percentile(seconds, float(share)) * 1_000)
    each, rounds = f"{stage.scaled(IDLE):,} idle followers", stage.rounds
    return [
        Line(f"memory of {each}, in the first round", "MB", lines["memory"][:1], [MEMORY_MB], at_most=1),
        Line(f"a process with {each}", "cores", lines["quiet"], [CORES] * rounds, at_most=1),
        Line(f"with {A_SECOND} POST /actors a second and a follower", "cores", lines["busy"], [1.0] * rounds),
        Line("POST answered → event there, p50", "ms", lines["event 0.50"], lines["record 0.50"]),
        Line("POST answered → event there, p99", "ms", lines["event 0.99"], lines["record 0.99"]),
    ]


@asynccontextmanager
async def followers(stage: Stage, streams: str, count: int) -> AsyncIterator[list[Connection]]:
    """So many connections that follow the streams from now on."""
    opened: list[Connection] = []
    question = (
        f"GET /events?streams={streams} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {stage.token(COUNTY)}\r\n\r\n"
    )
    for _ in range(count):
        opened.append(await asyncio.open_connection(HOST, stage.port(COUNTY)))
        opened[-1][1].write(question.encode())
        await opened[-1][0].readuntil(b"id: ")
    yield opened
    for _, writer in opened:
        writer.close()


async def cores(process: psutil.Process, work: Awaitable[object]) -> float:
    """The process's cores while the work is done."""
    begun, used = time.perf_counter(), sum(process.cpu_times()[:2])
    await work
    return float(sum(process.cpu_times()[:2]) - used) / (time.perf_counter() - begun)


async def told(stage: Stage, follower: asyncio.StreamReader, seen: tuple[list[float], list[float]]) -> None:
    """Register actors at an even pace; ``seen`` gets the seconds from each answer to its event, and to its record."""
    answered: dict[str, float] = {}
    names = [f"Actor {time.time_ns()} {number}" for number in range(stage.scaled(EVENTS))]
    topic = topic_name(COUNTY, "actors")
    async with (
        AIOKafkaConsumer(topic, bootstrap_servers=stage.engine.kafka) as consumer,
        clients(stage.port(COUNTY), CLIENTS) as made,
        asyncio.timeout(PATIENCE),
        asyncio.TaskGroup() as tasks,
    ):
        await consumer.seek_to_end()
        events = tasks.create_task(arrivals(names, lambda: follower.readuntil(b"\n")))
        records = tasks.create_task(arrivals(names, partial(value_of_next, consumer)))
        ask, begun = Questions(stage.token(COUNTY)), time.perf_counter()
        free: asyncio.Queue[Client] = asyncio.Queue()
        for client in made:
            free.put_nowait(client)

        async def register(number: int) -> None:
            await asyncio.sleep(begun + number / A_SECOND - time.perf_counter())
            client = await free.get()
            (await client.ask(ask("POST", "/actors", {**ACTOR, "name": names[number]}))).json()
            answered[names[number]] = time.perf_counter()
            free.put_nowait(client)

        for number in range(len(names)):
            tasks.create_task(register(number))
    for seconds, there in zip(seen, (events.result(), records.result()), strict=True):
        seconds.extend(max(0.0, there[name] - answered[name]) for name in names)


async def arrivals(names: Sequence[str], take: Callable[[], Awaitable[bytes]]) -> dict[str, float]:
    """When each of the names came first."""
    there: dict[str, float] = {}
    while len(there) < len(names):
        found = NAME.search(await take())
        if found and found[1].decode() in names:
            there.setdefault(found[1].decode(), time.perf_counter())
    return there


async def value_of_next(consumer: AIOKafkaConsumer) -> bytes:
    """The value of the next record."""
    return (await consumer.getone()).value or b""
