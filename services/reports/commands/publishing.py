"""The public statistics are published, and revised, by the clock."""

from datetime import datetime, timedelta
from uuid import UUID

from services.reports.domain.statistics import public_quarters, tables
from services.reports.store import publications
from services.reports.store.completeness import completeness
from services.reports.store.publications import Publication
from services.reports.store.tables import SIGNALS
from shared.disclosure import protect, revise
from shared.messaging.outbox import Transaction
from shared.swedish import start_of

PUBLISH = "publish"
_SOON, _DAILY = timedelta(minutes=10), timedelta(days=1)


async def publish(tx: Transaction, _: UUID) -> datetime | None:
    """The due job of the service: publishes each quarter that may be public, once all its signals are known here.

    A quarter that was published before is revised as `shared.disclosure.revise` allows. One that ended before the
    county's first signal is not published: it would say of a time without a register that nothing happened.
    """
    context = tx.context
    complete = [
        each.complete_until for each in await completeness(tx.conn, tx.writer, [SIGNALS.stream], context.county.name)
    ]
    until, first = complete[0], await publications.first_day(tx.conn, context.county.name)
    for period in public_quarters(context.today):
        if until is None or until < start_of(period.end):
            return context.now + _SOON
        before = await publications.find(tx.conn, period)
        if before is None and (first is None or period.end.isoformat() <= first):
            continue
        now = tables(await publications.groups(tx.conn, context.county.name, period))
        shown = protect(now) if before is None else revise(before.counts, before.shown, now)
        if before is None or shown != before.shown:
            await publications.keep(tx.conn, period, Publication(now.counts, shown), context.now)
    return context.now + _DAILY
