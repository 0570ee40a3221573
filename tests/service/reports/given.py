"""Events on record that have come in."""

import json
from pathlib import Path
from typing import Any

import asyncpg

from services.reports.store.tables import ACTORS, ENROLMENTS, GUIDANCE, INITIATIVES, MEETINGS, SIGNALS, TRAININGS
from shared.contracts.registry import EVENTS
from shared.runtime.aggregates import Stored, StreamTable

GOLDEN = Path("tests/contract/golden")
STREAMS: tuple[StreamTable, ...] = (ACTORS, TRAININGS, ENROLMENTS, MEETINGS, SIGNALS, GUIDANCE, INITIATIVES)


async def published(db: asyncpg.Connection, event: str, **changes: Any) -> None:
    """The event of that type on record, with ``changes``, has come in."""
    type_ = f"se.norrsam.{event}.v1"
    data = json.loads((GOLDEN / f"{type_}.json").read_text()) | changes
    table = next(each for each in STREAMS if each.stream == event.split(".")[0])
    await table.upsert(db, [Stored(EVENTS[type_].read(json.dumps(data).encode()), 1, 1, 1)])
