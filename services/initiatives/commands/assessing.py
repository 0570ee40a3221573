"""A municipality's readiness is kept, shown to all counties as far as it is shared, and summed over the county."""

from datetime import datetime, timedelta
from uuid import UUID

from services.initiatives.domain import readiness
from services.initiatives.domain.processes import agreed
from services.initiatives.domain.readiness import HomeReadiness, looks_again_at, pass_days, published
from services.initiatives.domain.readiness_sums import summed, sums_id
from services.initiatives.store.home import Kept
from services.initiatives.store.local_work import (
    LOOK,
    READINESS,
    SHARED_READINESS,
    SUMS,
    all_readiness,
    lock_readiness,
    processes_of,
)
from shared.contracts.readiness import MunicipalReadiness, ReadinessRequirementOverdue
from shared.messaging.outbox import Transaction
from shared.runtime import due
from shared.swedish import start_of


async def lock(tx: Transaction, municipality: str) -> Kept[HomeReadiness]:
    """The readiness of a municipality of this county: of version 0 where nothing was said yet."""
    return await lock_readiness(tx, readiness.begin(municipality, tx.context))


async def save(
    tx: Transaction, before: Kept[HomeReadiness], after: HomeReadiness | None, event: type[MunicipalReadiness]
) -> Kept[HomeReadiness]:
    """The readiness as decided, told by ``event`` to all counties if it is shared; ``before`` without a decision."""
    if after is None:
        return before
    kept = await _keep(tx, before, after, event)
    again = _looks_again(tx, after)
    if again is not None:
        await due.plan(tx.conn, LOOK, after.id, again)
    await sum_up(tx)
    return kept


async def look(tx: Transaction, identity: UUID) -> datetime | None:
    """The due job of a readiness: what has become overdue is told, once, and the county is summed up anew."""
    before = await READINESS.find_home(tx.conn, identity, lock=True)
    if before is None:
        return None
    after = pass_days(before.state, tx.context)
    if after is not None:
        await _keep(tx, before, after, ReadinessRequirementOverdue)
    await sum_up(tx)
    return _looks_again(tx, before.state)


async def sum_up(tx: Transaction) -> None:
    """The sums of this county are as its municipalities are now.

    They are locked before the municipalities are read: so the last of two that change at once sums up both.
    """
    county = tx.writer.county
    for _ in range(2):
        before = await SUMS.find(tx.conn, county, sums_id(county), lock=True)
        known = agreed(await processes_of(tx.conn, county), tx.context)
        event = summed(await all_readiness(tx.conn), known, before.state if before else None, tx.context)
        if event is None or await SUMS.write(tx, event, before):
            return
    raise AssertionError("another transaction has just written the first sums, so that the second turn finds them")


async def _keep(
    tx: Transaction, before: Kept[HomeReadiness], after: HomeReadiness, event: type[MunicipalReadiness]
) -> Kept[HomeReadiness]:
    kept = await READINESS.write(tx, before, after)
    seen = await SHARED_READINESS.find(tx.conn, after.county, after.id, lock=True)
    told = published(after, seen.state if seen else None, event)
    if told is not None:
        await SHARED_READINESS.update(tx, seen, told)
    return Kept(after, kept.version)


def _looks_again(tx: Transaction, state: HomeReadiness) -> datetime | None:
    last = looks_again_at(state, tx.context)
    return None if last is None else start_of(last + timedelta(days=1))
