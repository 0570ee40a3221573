"""The host records who came."""

from collections.abc import Mapping
from uuid import UUID

from services.trainings.commands.certifying import issue_certificates
from services.trainings.commands.hosting import lock_seating
from services.trainings.domain import seats
from services.trainings.store.enrolments import ANSWERS
from shared.messaging.outbox import Transaction
from shared.rejected import Rejected


async def record_attendance(tx: Transaction, occasion: UUID, came: Mapping[UUID, bool]) -> None:
    """Each answer says who came; the certificates of own participants are issued at once.

    Rejected if one of them has no seat, before the occasion begins, and after it is settled.
    """
    before = await lock_seating(tx, occasion)
    known = {seat.participant for each in before.answers.values() for seat in each.state.seats}
    for participant in sorted(came.keys() - known):
        raise Rejected("not-seated", f"{participant} has no seat here", participant=str(participant))
    for answer in before.answers.values():
        marks = {seat.participant: came[seat.participant] for seat in answer.state.seats if seat.participant in came}
        event = seats.attend(answer.state, marks, before.occasion.state, tx.context) if marks else None
        if event is not None:
            await ANSWERS.write(tx, event, answer)
            if event.request.county == tx.writer.county:
                await issue_certificates(tx, event.request.id)
