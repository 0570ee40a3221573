"""The asking county's side of a request: seats are requested, and the request is settled in the end.

Invariant: a name is written to its own table only. It is in no state, no event and no log.
"""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import Field
from uuid_utils.compat import uuid7

from services.trainings.commands.hosting import answer_own_request
from services.trainings.domain import asking
from services.trainings.domain.asking import EnrolDetails, asked_before, published_municipality, who
from services.trainings.domain.occasion import settles_at
from services.trainings.store import enrolments, municipal, participants
from services.trainings.store.catalogue import OCCASIONS
from services.trainings.store.enrolments import REQUESTS, SETTLE
from services.trainings.store.participants import NamedParticipant
from shared.contracts.asking import Reference
from shared.contracts.codes import ActorType, FunctionCode
from shared.contracts.enrolments import MOST_PARTICIPANTS, EnrolmentRequest, ParticipantDetails
from shared.contracts.fields import MunicipalityCode, Name
from shared.messaging.outbox import Transaction
from shared.rejected import Rejected
from shared.runtime import due
from shared.runtime.aggregates import Stored
from shared.runtime.models import Printable, RequestModel

PersonMailbox = Annotated[Printable, Field(pattern=r"^[^\s@]+@[^\s@]+$", max_length=254)]


class EnrolParticipant(RequestModel):
    """Somebody to be enrolled. Name and mailbox stay in this county; the two together say who it is."""

    name: Name
    mailbox: PersonMailbox
    actor_type: ActorType
    function: FunctionCode
    municipality: MunicipalityCode | None = None


class Enrol(RequestModel):
    """Seats to ask for. ``together``: all of them or none; else as many as there are, in the order given."""

    occasion: Reference
    participants: Annotated[list[EnrolParticipant], Field(min_length=1, max_length=MOST_PARTICIPANTS)]
    together: bool = False


async def enrol(
    tx: Transaction, command: Enrol, municipality: str | None = None
) -> tuple[Stored[EnrolmentRequest], bool]:
    """The request for these seats, and whether it is new: persons enrolled before are not asked for twice.

    With a ``municipality`` its coordinator asks: Rejected if somebody works in another one, or is enrolled by others.
    """
    county, reference = tx.writer.county, command.occasion
    if municipality is not None:
        asking.check_own_staff([each.municipality for each in command.participants], municipality)
    occasion = await OCCASIONS.find(tx.conn, reference.county, reference.id, lock=True)
    if occasion is None:
        raise OCCASIONS.not_found()
    people = [who(each.name, each.mailbox) for each in command.participants]
    if len(set(people)) < len(people):
        raise Rejected("invalid-participants", "Somebody is named twice; name each person once.")
    known = asked_before(people, await participants.enrolled(tx.conn, county, reference, people))
    if known is not None:
        before = await REQUESTS.find(tx.conn, county, known)
        assert before is not None
        if municipality is not None and not await municipal.is_of(tx.conn, known, municipality):
            raise Rejected("already-enrolled", "Others have enrolled these persons already; ask your county board.")
        return before, False

    details = EnrolDetails(
        occasion=reference,
        participants=tuple([await _published(tx, each) for each in command.participants]),
        together=command.together,
    )
    ids = [uuid4() for _ in people]
    stored = await REQUESTS.write(tx, asking.ask(details, occasion.state, uuid7(), ids, tx.context))
    assert stored is not None
    named = zip(ids, people, command.participants, strict=True)
    persons = [NamedParticipant(identity, each.name, mailbox) for identity, (mailbox, _), each in named]
    await participants.save(tx.conn, stored.state, persons)
    if municipality is not None:
        await municipal.save(tx.conn, stored.state.id, municipality)
    await due.plan(tx.conn, SETTLE, stored.state.id, settles_at(occasion.state))
    await submit_request(tx, stored)
    return stored, True


async def submit_request(tx: Transaction, stored: Stored[EnrolmentRequest]) -> None:
    """The new version waits from now on; if this county is the host itself, it is answered at once."""
    await enrolments.save_waiting_since(tx.conn, stored.state.id, tx.context.now)
    await answer_own_request(tx, stored)


async def settle_request(tx: Transaction, request: UUID) -> datetime | None:
    """The due job of an own request: settles it long after the occasion, and forgets who has no certificate."""
    county = tx.writer.county
    await enrolments.lock_own_occasion(tx.conn, county, request)
    stored = await REQUESTS.find(tx.conn, county, request, lock=True)
    if stored is None or stored.state.settled:
        return None
    occasion = await OCCASIONS.find(tx.conn, stored.state.occasion.county, stored.state.occasion.id)
    if occasion is None:
        return tx.context.now + timedelta(days=1)
    event = asking.settle(stored.state, occasion.state, tx.context.now)
    if event is None:
        return settles_at(occasion.state)
    after = await REQUESTS.update(tx, stored, event)
    await answer_own_request(tx, after)
    await participants.forget(tx.conn, request, but=await enrolments.certified(tx.conn, county, event))
    return None


async def _published(tx: Transaction, each: EnrolParticipant) -> ParticipantDetails:
    """The facts about a participant that the host gets: the municipality only where it points at nobody."""
    municipality = None
    if each.municipality is not None:
        actors = await participants.actors_in(tx.conn, tx.writer.county, each.municipality, each.actor_type)
        municipality = published_municipality(each.municipality, actors)
    return ParticipantDetails(actor_type=each.actor_type, function=each.function, municipality=municipality)
