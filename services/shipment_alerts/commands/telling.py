"""Functions of the own county are told by e-mail of new routines and, once a week, of new signals."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from services.shipment_alerts.domain import letters
from services.shipment_alerts.domain.aggregate import id_from
from services.shipment_alerts.domain.signals import labels
from services.shipment_alerts.store import functions, signals
from shared import calendar
from shared.contracts.codes import FunctionCode
from shared.contracts.guidance import Routine
from shared.contracts.reference import county_name
from shared.letter import Letter
from shared.messaging.outbox import Transaction
from shared.runtime import notices
from shared.runtime.notices import wishes

MORNING = time(8)
WEEK = timedelta(weeks=1)
_OF_BOARDS = frozenset({FunctionCode.COUNTY_COORDINATOR, FunctionCode.COUNTY_ANDT_COORDINATOR})


async def tell_of_routine(tx: Transaction, routine: Routine) -> None:
    """Whoever must see to acknowledgements is told of the newest version, in the morning of its first day."""
    newest = routine.versions[-1]
    letter = letters.routine_letter(
        routine, county_name(routine.county, tx.writer.counties), calendar.written_day(newest.valid_from)
    )
    begins = datetime.combine(newest.valid_from, MORNING, calendar.ZONE)
    types = letters.readers(routine)
    if types:
        for recipient in await functions.mailboxes(tx.conn, tx.writer.county, letters.ACKNOWLEDGE, types):
            await notices.write(tx, recipient, _about(routine, newest.number), letter, max(begins, tx.context.now))


async def tell_of_withdrawal(tx: Transaction, routine: Routine) -> None:
    """Nobody is asked any more to read a routine that is withdrawn."""
    for version in routine.versions:
        await notices.take_back(tx, _about(routine, version.number))


async def send_digests(tx: Transaction, _: UUID) -> datetime:
    """The due job of the service: on Monday morning each function hears how many signals the week has brought."""
    today = tx.context.today
    if today.weekday() != calendar.MONDAY:  # the first run, or one that was missed
        return calendar.next_monday(today)
    found = {inside: await _digest(tx, today - WEEK, inside) for inside in (True, False)}
    unwanted = await wishes.without_digest(tx.conn)
    for recipient, function in (await functions.mailboxes(tx.conn, tx.writer.county, letters.DIGEST)).items():
        letter = found[function in _OF_BOARDS]
        if letter is not None and recipient.id not in unwanted:
            await notices.write(tx, recipient, recipient.id, letter)
    return calendar.next_monday(today)


async def _digest(tx: Transaction, day: date, inside: bool) -> Letter | None:
    """The letter about the week of this day, with what those ``inside`` the county boards may see, or the others."""
    year, week, _ = day.isocalendar()
    seen = [{"tlp": label, "iso_week_year": year, "iso_week": week} for label in labels(inside)]
    rows = await signals.week_counts(tx.conn, None, seen)
    return letters.digest_letter(week, {county_name(row["county"], tx.writer.counties): row["signals"] for row in rows})


def _about(routine: Routine, number: int) -> UUID:
    """The subject of the letters of one version."""
    return id_from("routine-letter", routine.county, routine.id, number)
