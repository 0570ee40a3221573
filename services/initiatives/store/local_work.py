"""Readiness, cooperation processes and requests for support, of all counties.

A readiness is kept at home, whether it is shared or not; beside it is what all counties see of it.
"""

from datetime import date
from typing import Any

from services.initiatives.domain.readiness import HomeReadiness
from services.initiatives.store.home import HomeTable, Kept
from shared.contracts.cooperation_processes import CooperationProcess
from shared.contracts.event import READER
from shared.contracts.readiness import MunicipalReadiness, ReadinessState, ReadinessSums
from shared.contracts.reference import MUNICIPALITIES
from shared.contracts.support_requests import SupportRequest
from shared.messaging.outbox import Transaction
from shared.runtime.aggregates import LIST_START, AggregateTable, StreamTable
from shared.runtime.db import Connection
from shared.swedish import sort_key

MOST = 1_000
"""More municipalities than a county has."""


def _sort_key(state: Any) -> str:
    """Readiness by the municipality's name, processes by title, support with the newest first."""
    if isinstance(state, ReadinessState):
        return sort_key(MUNICIPALITIES[state.municipality].name if state.municipality in MUNICIPALITIES else "")
    if isinstance(state, SupportRequest):
        return f"{date.max.toordinal() - state.asked_on.toordinal():07}"
    return sort_key(state.title) if isinstance(state, CooperationProcess) else ""


def _search_text(state: Any) -> list[str]:
    if isinstance(state, SupportRequest):
        return [state.need, state.answer or ""]
    return [state.title] if isinstance(state, CooperationProcess) else []


LOCAL_WORK = StreamTable(
    "initiatives",
    "local_work",
    1,
    {
        "cooperation-process": CooperationProcess,
        "readiness": MunicipalReadiness,
        "readiness-sums": ReadinessSums,
        "support-request": SupportRequest,
    },
    _sort_key,
    _search_text,
)
PROCESSES = AggregateTable(LOCAL_WORK, CooperationProcess)
SHARED_READINESS = AggregateTable(LOCAL_WORK, MunicipalReadiness)
SUMS = AggregateTable(LOCAL_WORK, ReadinessSums)
SUPPORT_REQUESTS = AggregateTable(LOCAL_WORK, SupportRequest)
READINESS = HomeTable(HomeReadiness, SHARED_READINESS)

LOOK = "readiness"
"""The due kind of a readiness: a day passes that changes what is in place."""

_BEGIN = """
    INSERT INTO home (id, kind, version, sort_key, search, state) VALUES ($1, $2, 0, $3, '', $4)
    ON CONFLICT (id) DO NOTHING
"""


async def lock_readiness(tx: Transaction, empty: HomeReadiness) -> Kept[HomeReadiness]:
    """The readiness of that id, which nobody else changes before this transaction ends; ``empty`` if there is none."""
    row = (empty.id, SHARED_READINESS.kind, _sort_key(empty), empty.model_dump_json())
    await tx.conn.execute(_BEGIN, *row)
    found = await READINESS.find_home(tx.conn, empty.id, lock=True)
    assert found is not None, "it is there now"
    return found


async def all_readiness(conn: Connection) -> list[HomeReadiness]:
    """The readiness of every municipality of this county that has one."""
    return [each.state for each, _ in await READINESS.page(conn, [{}], "", LIST_START, MOST)]


async def processes_of(conn: Connection, county: str) -> list[CooperationProcess]:
    """The cooperation processes of the county."""
    rows = await PROCESSES.page(conn, county, [{}])
    return [CooperationProcess.model_validate(row.body, extra="ignore", context=READER) for row in rows]
