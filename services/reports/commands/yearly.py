"""The yearly report to Brå: counted while it is a draft, frozen once, and its writers reminded in time."""

from datetime import date, datetime, time
from uuid import UUID, uuid5

from services.reports.domain.catalogue import REPORTS, CountRow, Period
from services.reports.domain.yearly import HEADINGS, NOTICE, YearlyReport, due_day, letter, participants
from services.reports.store import yearly
from services.reports.store.counting import rows_of
from shared.calendar import written_day
from shared.messaging.outbox import Transaction
from shared.runtime import notices
from shared.runtime.db import Connection

REMIND = "remind"
_COUNTED = ("meetings", "trainings", "method-coverage", "measures", "support", "readiness")
_ABOUT = UUID("4f9a3c5e-7b21-4a0d-9d55-2c1e8f6b7a90")
_MORNING = time(8)


async def content(conn: Connection, county: str, report: YearlyReport, today: date) -> dict[str, object]:
    """All that the report says, as it is counted now. Of persons it has numbers only, none of them small.

    Readiness, and the status of the method in a municipality, are as they are on the day in ``counted_on``.
    """
    period = Period(report.year)
    tables: dict[str, list[CountRow]] = {name: await rows_of(conn, REPORTS[name], period, county) for name in _COUNTED}
    for row in tables["trainings"]:
        assert isinstance(row, dict)
        del row["attended"], row["absent"]  # few may have come to one training
    counted = await rows_of(conn, REPORTS["participants"], period, county)
    texts = [{"heading": heading, "text": getattr(report.texts, name)} for name, (_, heading) in HEADINGS.items()]
    about = {"year": report.year, "county": county, "counted_on": today.isoformat(), "texts": texts}
    return {**about, **tables, "participants": participants(counted)}


async def remind(tx: Transaction, _: UUID) -> datetime:
    """The due job of the report: two weeks before its day the county board's coordinators are told, if it is open."""
    context = tx.context
    year = context.today.year - 1
    due = due_day(year, context.calendar)
    if context.today == due - NOTICE:
        report = await yearly.find(tx.conn, year)
        if report is None or report.content is None:
            for recipient in await yearly.coordinators(tx.conn, tx.writer.county):
                about = uuid5(_ABOUT, f"{year} {recipient.id}")
                await notices.write(tx, recipient, about, letter(year, written_day(due)))
    if context.today >= due - NOTICE:
        due = due_day(year + 1, context.calendar)
    return context.calendar.moment_of(due - NOTICE, _MORNING)
