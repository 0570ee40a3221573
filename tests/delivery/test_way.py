"""The way of an event, as docs/architecture.md lists it: from a command in one county to a row in another."""

import asyncio
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from asyncpg import Record
from pydantic import BaseModel

from infra import topics
from infra.engine import Engine
from services.actors.service import service
from shared.protocol.judging import Judgement
from shared.protocol.received import Received
from shared.runtime.aggregates import Stored
from shared.runtime.app import build
from shared.runtime.settings import Settings
from tests.support.client import client_of
from tests.support.databases import fresh
from tests.support.tokens import Tokens
from tests.support.waiting import eventually

PROJECT = Path(__file__).parents[2]
PAGE = (PROJECT / "docs" / "architecture.md").read_text("utf-8")
ROW = re.compile(r"^\| \d+ \| `([a-z_/.]+)` \| `(\w+)` \|", re.MULTILINE)
FOLDERS = tuple(f"{PROJECT}/{folder}/" for folder in ("services", "shared"))
CONTRACTS = f"{PROJECT}/shared/contracts/"
NAME = "Ombud 7319"
ACTOR = {"type": "POST_AGENT", "level": "LOCAL", "municipality": "2584", "name": NAME}

Passed = dict[asyncio.Task[Any] | None, dict[str, str]]
"""For each task the files that it gave the event to, in order, with the first function of each."""


def carries(value: Any) -> bool:
    """Whether the value is or holds the event: as the command, a state, a row, a record, or bytes."""
    match value:
        case str():
            return NAME in value
        case bytes():
            return NAME.encode() in value
        case list() | tuple() | Record():
            return any(map(carries, value))
        case dict():
            return any(map(carries, value.values()))
        case BaseModel():
            return carries(vars(value))
        case Judgement() | Received() | Stored():
            return any(carries(getattr(value, field)) for field in type(value).__dataclass_fields__)
    return hasattr(value, "offset") and carries(getattr(value, "value", None))


@contextmanager
def followed() -> Iterator[Passed]:
    """The files whose functions are called with the event while the block runs."""
    passed: Passed = {}

    def look(frame: FrameType, what: str, _: object) -> None:
        code = frame.f_code
        file = code.co_filename
        if what != "call" or code.co_name == "<lambda>" or not file.startswith(FOLDERS) or file.startswith(CONTRACTS):
            return
        given = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        if any(carries(frame.f_locals.get(name)) for name in given):
            files = passed.setdefault(asyncio.current_task(), {})
            files.setdefault(file.removeprefix(f"{PROJECT}/"), code.co_name)

    sys.setprofile(look)
    try:
        yield passed
    finally:
        sys.setprofile(None)


async def test_an_event_passes_the_files_that_the_architecture_names(
    engine: Engine, settings: Settings, tokens: Tokens
) -> None:
    settings = settings.model_copy(update={"kafka": engine.kafka})
    here, there = settings.county("norrbotten"), settings.county("jamtland")
    topics.apply(engine.kafka, [each.name for each in settings.counties])
    connects = [await fresh(engine, settings, county, service) for county in (here, there)]
    neighbour = await connects[1]()

    async def is_there() -> bool:
        return bool(await neighbour.fetchval("SELECT true FROM aggregates WHERE state ->> 'name' = $1", NAME))

    async with client_of(build([service], settings, here)) as client, client_of(build([service], settings, there)):
        with followed() as passed:
            headers = tokens.headers(here.name, "COUNTY_COORDINATOR")
            assert (await client.post("/actors", json=ACTOR, headers=headers)).status_code == 201
            await eventually(is_there)
    await neighbour.close()

    by_task = [list(files.items()) for files in passed.values()]
    way = [step for files in by_task for step in files]
    once = [step for before, step in zip([None, *way], way, strict=False) if before is None or before[0] != step[0]]
    assert ROW.findall(PAGE.partition("## The way of an event")[2].partition("\n## ")[0]) == once
