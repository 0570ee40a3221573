"""Which events and which due kinds lead to which command. All other events become rows."""

from services.trainings.commands.certifying import expire_certificate, issue_certificates, retry_certificates
from services.trainings.commands.enrolling import settle_request
from services.trainings.commands.hosting import advance_occasion, answer_request
from services.trainings.commands.telling import retry_telling, tell_participants
from services.trainings.commands.upkeep import tidy
from services.trainings.domain.arrivals import Incoming
from services.trainings.domain.saga import RECORDED
from services.trainings.store.catalogue import CATALOGUE, DECIDE
from services.trainings.store.enrolments import CERTIFY, ENROLMENTS, EXPIRE, SETTLE, TELL
from services.trainings.store.participants import ACTORS
from shared.contracts import actors, trainings
from shared.contracts import enrolments as contract
from shared.messaging.handlers import Handler, Reaction
from shared.messaging.outbox import Transaction
from shared.protocol.received import Received

_REQUESTS = tuple(event for event in contract.EVENTS if issubclass(event, contract.EnrolmentRequest))
_ANSWERS = tuple(event for event in contract.EVENTS if issubclass(event, contract.SeatAnswer))


async def answer(tx: Transaction, received: Received) -> None:
    """A request for an own occasion is answered; those for others' are not ours to answer."""
    request = received.event
    assert isinstance(request, contract.EnrolmentRequest)
    if request.occasion.county == tx.writer.county:
        envelope = received.envelope
        await answer_request(tx, Incoming.version_of(request, envelope.epoch, envelope.version))


async def certify(tx: Transaction, received: Received) -> None:
    """A host's record of who came leads to the certificates of own participants."""
    record = received.event
    assert isinstance(record, contract.SeatAnswer)
    if record.request.county == tx.writer.county and any(seat.state in RECORDED for seat in record.seats):
        await issue_certificates(tx, record.request.id)


async def tell(tx: Transaction, received: Received) -> None:
    """A host's answer to an own request is told to whom it concerns."""
    given = received.event
    assert isinstance(given, contract.SeatAnswer)
    if given.request.county == tx.writer.county:
        await tell_participants(tx, given.request.id)


HANDLERS: tuple[Handler, ...] = (
    CATALOGUE.handler(trainings.EVENTS),
    ENROLMENTS.handler(contract.EVENTS),
    ACTORS.handler(actors.EVENTS),
    Reaction("answer", _REQUESTS, answer, answers=True),
    Reaction("certify", _ANSWERS, certify),
    Reaction("tell", _ANSWERS, tell),
)

JOBS = {
    DECIDE: advance_occasion,
    SETTLE: settle_request,
    EXPIRE: expire_certificate,
    CERTIFY: retry_certificates,
    TELL: retry_telling,
    "tidy": tidy,
}
