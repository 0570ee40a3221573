"""Decisions of the asking county: it asks for seats, accepts offers and cancels. Only the host's answers give a seat.

Who the participants are is known here alone. What leaves the county is a random id for each, new for each occasion.
"""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from services.trainings.domain.occasion import settles_at
from services.trainings.domain.saga import REQUEST, Cause
from shared.contracts import enrolments as events
from shared.contracts.asking import Recency, Reference, awaits_answer
from shared.contracts.context import DecisionContext
from shared.contracts.enrolments import MOST_PARTICIPANTS, EnrolmentRequest, Participant, ParticipantDetails, SeatAnswer
from shared.contracts.event import Shared
from shared.contracts.fields import SMALLEST_GROUP, as_list
from shared.contracts.training_codes import OccasionStatus, SeatReason, SeatState
from shared.contracts.trainings import Occasion, OccasionDetails
from shared.rejected import Rejected

PersonKey = tuple[str, str]
"""A person of this county: mailbox and name, in one form."""


class EnrolDetails(Shared):
    """For whom a county asks seats of an occasion, and whether they want to sit together."""

    occasion: Reference
    participants: Annotated[tuple[ParticipantDetails, ...], as_list(MOST_PARTICIPANTS, "participants")]
    together: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A participant as the asking county shows it: without a state while it ``waits`` ("väntar på svar")."""

    participant: UUID
    waits: bool
    state: SeatState | None = None
    reason: SeatReason | None = None
    offered_until: datetime | None = None
    place: int | None = None


def ask(
    details: EnrolDetails, occasion: Occasion, identity: UUID, participants: Sequence[UUID], context: DecisionContext
) -> events.EnrolmentRequested:
    """Seats are asked for. ``participants`` are their ids: random, and used for this request alone."""
    _check_open(occasion, context)
    named = tuple(
        Participant(id=each, **dict(facts)) for each, facts in zip(participants, details.participants, strict=True)
    )
    return events.EnrolmentRequested(
        id=identity,
        county=context.county.name,
        occasion=details.occasion,
        participants=named,
        together=details.together,
    )


def who(name: str, mailbox: str) -> PersonKey:
    """Who somebody is. Colleagues may share a mailbox; one person may write both in other capitals or code points."""
    return _plain(mailbox), _plain(name)


def check_own_staff(named: Collection[str | None], municipality: str) -> None:
    """Rejected if a participant works in another municipality than the one whose coordinator asks, or in none."""
    if not municipality:
        raise Rejected("forbidden", "Your token names no municipality; it needs the claim municipality.")
    if any(each != municipality for each in named):
        raise Rejected("forbidden", f"You enrol staff of {municipality} alone: name it as the municipality of each.")


def asked_before(persons: Collection[PersonKey], enrolled: Mapping[PersonKey, UUID]) -> UUID | None:
    """The request that already asks for these persons; None if there is none. Rejected if only some of them ask.

    ``enrolled`` are the persons of this county that have a living request for the occasion.
    """
    requests = {enrolled.get(person) for person in persons}
    if len(requests) > 1:
        raise Rejected("already-enrolled", "Some of these persons are enrolled already; leave them out.")
    return next(iter(requests), None)


def published_municipality(municipality: str, actors: int) -> str | None:
    """The municipality if it may leave the county: ``actors`` of the participant's type are there."""
    return municipality if actors >= SMALLEST_GROUP else None


def accept(
    request: EnrolmentRequest, participants: Collection[UUID], answer: SeatAnswer | None, context: DecisionContext
) -> events.OfferAccepted:
    """The offers to these participants are accepted; Rejected if one has no offer, or if it has lapsed."""
    seats = {} if answer is None else {seat.participant: seat for seat in answer.seats}
    for participant in sorted(participants, key=str):
        seat = seats.get(participant)
        if seat is None or seat.state is not SeatState.OFFERED:
            raise Rejected("no-offer", f"{participant} has no offer to accept", participant=str(participant))
        if seat.offered_until is not None and context.now >= seat.offered_until:
            raise Rejected("lapsed", f"The offer was to be accepted before {seat.offered_until}; it has lapsed.")
    return events.OfferAccepted(**_wished(request, participants, Cause.ACCEPTED))


def cancel(request: EnrolmentRequest, participants: Collection[UUID] = ()) -> events.EnrolmentCancelled | None:
    """These participants, or all if none is named, want no seat any more; None if they did not before."""
    state = _wished(request, participants or [each.id for each in request.participants], Cause.CANCELLED)
    return None if state["participants"] == request.participants else events.EnrolmentCancelled(**state)


def settle(request: EnrolmentRequest, occasion: OccasionDetails, now: datetime) -> events.EnrolmentSettled | None:
    """Nothing is asked any more, and no answer waited for; None if it is too early, or if it was so before."""
    if request.settled or now < settles_at(occasion):
        return None
    return events.EnrolmentSettled(**dict(request) | {"settled": True})


def age_of(request: EnrolmentRequest, epoch: int, version: int) -> Recency:
    """The age by which this version is answered.

    A request for an occasion of the own county is decided on in the same database, so no epoch tells the two apart:
    else nobody would answer it after a restore, for a county does not receive what it has published itself.
    """
    return (0 if request.county == request.occasion.county else epoch), version


def is_waiting(request: EnrolmentRequest, age: Recency, answer: SeatAnswer | None) -> bool:
    """Whether the county waits for the host. ``answer`` is one that counts (`shared.contracts.asking.valid_answer`)."""
    return not request.settled and awaits_answer(age, answer)


def shown(
    request: EnrolmentRequest, age: Recency, answer: SeatAnswer | None, places: Mapping[UUID, int]
) -> tuple[Shown, ...]:
    """Each participant with the host's answer to this very version of the request, if there is one."""
    seats = (
        {} if answer is None or is_waiting(request, age, answer) else {seat.participant: seat for seat in answer.seats}
    )
    return tuple(
        Shown(each.id, False, seat.state, seat.reason, seat.offered_until, places.get(each.id))
        if (seat := seats.get(each.id))
        else Shown(each.id, waits=not request.settled)
        for each in request.participants
    )


def _check_open(occasion: Occasion, context: DecisionContext) -> None:
    """Rejected if this county knows already that the host would refuse."""
    if occasion.status in (OccasionStatus.CANCELLED, OccasionStatus.HELD):
        raise Rejected("over", f"The occasion is {occasion.status.lower()}; choose another one.")
    if context.county.name not in occasion.open_for:
        raise Rejected("not-invited", f"The occasion is open for {', '.join(occasion.open_for)}")
    if context.now < occasion.opens_at:
        raise Rejected("not-open", f"Enrolment opens at {occasion.opens_at}", opens_at=str(occasion.opens_at))
    if context.now >= occasion.closes_at:
        raise Rejected("closed", f"Enrolment closed at {occasion.closes_at}; choose another occasion.")


def _wished(request: EnrolmentRequest, participants: Collection[UUID], cause: Cause) -> dict[str, object]:
    """The request after ``cause`` has come to these participants."""
    if request.settled:
        raise Rejected("settled", "The occasion is long over; nothing changes any more.")
    unknown = sorted(set(participants) - {each.id for each in request.participants}, key=str)
    if unknown:
        raise Rejected("not-found", f"{unknown[0]} is no participant of this request", participant=str(unknown[0]))
    chosen = set(participants)
    after = tuple(
        each.model_copy(update={"wish": REQUEST.after(each.wish, cause)}) if each.id in chosen else each
        for each in request.participants
    )
    return dict(request) | {"participants": after}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(unicodedata.normalize("NFC", text).casefold().split()))
