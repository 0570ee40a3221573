"""Weekly pictures close by the clock, whoever looks at it first: the due job, or a command about the area."""

from datetime import datetime, timedelta
from uuid import UUID

from services.initiatives.domain import est_areas, est_weeks
from services.initiatives.store import est, est_home
from shared.contracts.est import EstArea
from shared.messaging.outbox import Transaction
from shared.runtime import due

TIDY_EVERY = timedelta(minutes=5)


async def close_weeks(tx: Transaction, area: EstArea) -> datetime | None:
    """The pictures of a locked area whose time has come are closed; gives when the next one closes, None if none."""
    last = await est.last_closed(tx.conn, area.county, area.id)
    for week in est_areas.weeks_to_close(area, last, tx.context):
        found = await est_home.counted(tx.conn, [area.id], *week)
        await est.PICTURES.write(tx, est_weeks.close(area, week, {category: n for _, category, n in found}))
        last = week
    return est_areas.next_close(area, last, tx.context.calendar)


async def plan_closing(tx: Transaction, area: EstArea) -> None:
    """The next picture of a locked area closes at its time, by its present days and times."""
    last = await est.last_closed(tx.conn, area.county, area.id)
    at = est_areas.next_close(area, last, tx.context.calendar)
    if at is not None:
        await due.plan(tx.conn, est.CLOSE, area.id, at)


async def close_area(tx: Transaction, identity: UUID) -> datetime | None:
    """The due job of an own area: closes what is due, and gives when the next picture closes."""
    found = await est.AREAS.find(tx.conn, tx.writer.county, identity, lock=True)
    return None if found is None else await close_weeks(tx, found.state)


async def tidy_est(tx: Transaction, _: UUID) -> datetime | None:
    """The due job of the service: plans closings that nobody has planned."""
    for identity in await est.unplanned_areas(tx.conn, tx.writer.county):
        await due.plan(tx.conn, est.CLOSE, identity, tx.context.now)
    return tx.context.now + TIDY_EVERY
