"""The number of each projection, with the schemas of the events that it was given for (docs/protocol.md, C7).

A row keeps what the code that wrote it could read. Newer code knows more fields and codes, and shows them only in rows
that are made again, which a higher number does. So a number is on record with digests, and stays with them.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from infra.contracts.schemas import schemas
from infra.gateway import all_services
from shared.messaging.handlers import Projection

RECORD = Path("infra", "contracts", "projections.json")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A projection's number, and the digest of each of its events' schemas by type."""

    number: int
    events: Mapping[str, str]


Numbers = Mapping[str, Recorded]
"""By service and table: ``actors/aggregates``."""


@cache
def present() -> Numbers:
    """The projections of today's code, which stays the same while a process runs."""
    digests = {name: digest(schema) for name, schema in schemas().items()}
    return {
        f"{service.name}/{each.table}": Recorded(
            each.number, {event.event_type: digests[event.event_type] for event in each.events}
        )
        for service in all_services()
        for each in service.handlers
        if isinstance(each, Projection)
    }


def recorded(root: Path) -> Numbers:
    """The projections on record; none if there is no record."""
    text = (root / RECORD).read_text("utf-8") if (root / RECORD).is_file() else "{}"
    return {name: Recorded(**each) for name, each in json.loads(text).items()}


def document(before: Numbers, after: Numbers, released: Collection[str]) -> dict[str, Any]:
    """The record that belongs to ``after``. It keeps what is recorded for a number that has not changed.

    A type that is not ``released`` is new: older code keeps its events as dead letters, so no row lacks them.
    """
    return {name: asdict(_kept(before.get(name), each, released)) for name, each in after.items()}


def faults(before: Numbers, after: Numbers, released: Collection[str]) -> list[str]:
    """The numbers that must be raised before they can be recorded, each with what to do; empty if none must."""
    wrong = []
    for name, now in after.items():
        kept = _kept(before.get(name), now, released)
        changed = sorted(kind for kind, is_now in now.events.items() if kept.events.get(kind) != is_now)
        if kept.number > now.number:
            wrong.append(f"{name}: the projection has number {now.number}, but {kept.number} is on record. Raise it")
        elif changed:
            wrong.append(
                f"{name}: {', '.join(changed)} changed since projection number {now.number} was given, so rows that "
                f"older code wrote lack what is new. Give the table number {now.number + 1}, and run `make generated`"
            )
    return wrong


def digest(part: Mapping[str, Any]) -> str:
    """The digest of what a schema says to programs: without titles and descriptions."""
    return hashlib.sha256(json.dumps(_binding(part), sort_keys=True).encode()).hexdigest()


def _kept(before: Recorded | None, now: Recorded, released: Collection[str]) -> Recorded:
    if before is None or before.number < now.number:
        return now
    new = {kind: is_now for kind, is_now in now.events.items() if kind not in released}
    events = {kind: was for kind, was in (new | dict(before.events)).items() if kind in now.events}
    return Recorded(before.number, events)


def _binding(part: Any) -> Any:
    if isinstance(part, list):
        return [_binding(each) for each in part]
    if isinstance(part, dict):
        remarks = {word for word in ("title", "description") if isinstance(part.get(word), str)}
        return {word: _binding(value) for word, value in part.items() if word not in remarks}
    return part
