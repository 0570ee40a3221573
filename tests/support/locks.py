"""Notes what each transaction locks, and whether it keeps to the order of docs/architecture.md."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.actors import store as actors
from services.shipment_alerts.store import sites
from services.trainings.store import enrolments
from shared.runtime.aggregates import AggregateTable
from shared.runtime.db import Connection

PAGE = Path(__file__).parents[2] / "docs" / "architecture.md"
_ROW = re.compile(r"^\| `[a-z-]+` \| ([a-z-]+(?: → [a-z-]+)+) \|$", re.MULTILINE)
ORDER = {kind: place for row in _ROW.findall(PAGE.read_text("utf-8")) for place, kind in enumerate(row.split(" → "))}
_TRANSACTION = "SELECT current_database() || pg_current_xact_id()::text"
_OCCASION = """
    SELECT (state -> 'occasion' ->> 'id')::uuid FROM enrolments
    WHERE (county, id) = ($1, $2) AND state -> 'occasion' ->> 'county' = $1
"""


class Locks:
    """The locks held, by transaction. ``wrong`` has each lock that came after one that the page names later."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self._held: dict[str, set[tuple[str, UUID]]] = defaultdict(set)

    async def note(self, conn: Connection, kind: str, identities: Collection[UUID]) -> None:
        """The transaction has locked these."""
        held = self._held[await conn.fetchval(_TRANSACTION)]
        new = {(kind, identity) for identity in identities} - held
        later = sorted({other for other, _ in held if ORDER[other] > ORDER[kind]})
        self.wrong += [f"{kind} after {', '.join(later)}"] if new and later else []
        held |= new


def watched(monkeypatch: pytest.MonkeyPatch) -> Locks:
    """Notes every lock on an aggregate from now on."""
    locks = Locks()

    def after(place: Any, name: str, note: Callable[..., Any]) -> None:
        real = getattr(place, name)

        async def noting(*given: Any, **options: Any) -> Any:
            result = await real(*given, **options)
            await note(result, *given, **options)
            return result

        monkeypatch.setattr(place, name, noting)

    async def found(result: Any, table: Any, conn: Any, *_: Any, lock: bool = False) -> None:
        if lock:
            await locks.note(conn, table.kind, result)

    async def shared(result: Any, conn: Any, county: str, _: Any) -> None:
        await locks.note(conn, "actor", [member.id for member in result if member.county == county])

    async def occasion(_: Any, conn: Any, county: str, request: UUID) -> None:
        rows = await conn.fetch(_OCCASION, county, request)
        await locks.note(conn, "occasion", [row[0] for row in rows])

    async def site(result: Any, conn: Any, identity: UUID, lock: bool = False) -> None:
        if lock and result:
            await locks.note(conn, "site", [identity])

    async def counted(_: Any, conn: Any, *__: Any) -> None:
        rows = await conn.fetch("SELECT id FROM sites WHERE active")
        await locks.note(conn, "site", [row["id"] for row in rows])

    after(AggregateTable, "find_all", found)
    after(actors, "statuses", shared)
    after(enrolments, "lock_own_occasion", occasion)
    after(sites, "site", site)
    after(sites, "site_counts", counted)
    return locks
