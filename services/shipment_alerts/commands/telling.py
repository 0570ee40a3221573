"""Functions of the own county are told by e-mail of new routines."""

from datetime import datetime, time
from uuid import UUID

from services.shipment_alerts.domain import letters
from services.shipment_alerts.domain.aggregate import id_from
from services.shipment_alerts.store import functions
from shared import calendar
from shared.contracts.guidance import Routine
from shared.contracts.reference import county_name
from shared.messaging.outbox import Transaction
from shared.runtime import notices

MORNING = time(8)


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


def _about(routine: Routine, number: int) -> UUID:
    """What the letters of one version tell of."""
    return id_from("routine-letter", routine.county, routine.id, number)
