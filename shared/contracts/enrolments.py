"""The stream `enrolments`: what counties ask of each other's occasions, and what the hosts answer.

Three aggregates, each event with the aggregate's whole shared state: a request of the county that asks, the answer of
the county that hosts, and a certificate of the participant's home county. A participant is a random id that means one
person at one occasion and nothing else; names and addresses stay in the home county. Partners never read this.
"""

from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, ValidationInfo, model_validator

from shared.contracts.asking import Reference, RequestVersion
from shared.contracts.codes import ActorType, FunctionCode
from shared.contracts.event import READER, Event, Shared, events_in
from shared.contracts.fields import MunicipalityCode, Name, RandomId, as_list, matching, within
from shared.contracts.times import Day, Instant
from shared.contracts.training_codes import CertificateStatus, SeatReason, SeatState, TrainingLevel, Wish

MOST_PARTICIPANTS = 30
"""Of one request."""

Fingerprint = Annotated[str, matching(r"[0-9a-f]{64}", "a SHA-256 digest in hexadecimal", 64)]


class ParticipantDetails(Shared):
    """The shared facts of a participant: the municipality only where that does not point at one person."""

    actor_type: ActorType
    function: FunctionCode
    municipality: MunicipalityCode | None = None


class Participant(ParticipantDetails):
    """A participant, and what the asking county wants for it."""

    model_config = ConfigDict(revalidate_instances="always")  # what was read as UNKNOWN is not written on

    id: RandomId
    wish: Wish = Wish.SEAT


class EnrolmentRequest(Event, stream="enrolments"):
    """A county's request for seats at an occasion, for one participant or a group.

    ``together`` means all of them or none; else as many are seated as there are seats, in the order given. Once it
    is ``settled`` nobody asks anything any more.
    """

    occasion: Reference
    participants: Annotated[tuple[Participant, ...], as_list(MOST_PARTICIPANTS, "participants")]
    together: bool = False
    settled: bool = False

    @model_validator(mode="after")
    def _each_once(self, info: ValidationInfo) -> Self:
        ids = {each.id for each in self.participants}
        if info.context != READER and not 0 < len(ids) == len(self.participants):
            raise ValueError("a request names at least one participant, and each of them once")
        return self


class EnrolmentRequested(EnrolmentRequest, version=1):
    """A county has asked for seats."""


class OfferAccepted(EnrolmentRequest, version=1):
    """A county has accepted seats that were offered."""


class EnrolmentCancelled(EnrolmentRequest, version=1):
    """A county does not want seats any more, for some of the participants or all."""


class EnrolmentSettled(EnrolmentRequest, version=1, final=True):
    """The occasion is long over, and the county asks nothing any more."""


class Seat(Shared):
    """The host's decision on a participant.

    ``arrival`` counts the participants in the order in which they reached the host: the waiting list is in this order.
    """

    model_config = ConfigDict(revalidate_instances="always")

    participant: UUID
    state: SeatState
    arrival: Annotated[int, within(1, 999_999)]
    offered_until: Instant | None = None
    reason: SeatReason | None = None


class SeatAnswer(Event, stream="enrolments"):
    """A host's answer to one request. It has seen the version ``answers`` of it.

    There is one for every version of the request, even if no seat has changed. The seats are those of the occasion
    as it was in ``sequence``. Once it is ``settled`` no seat changes any more.
    """

    request: Reference
    occasion: UUID
    answers: RequestVersion
    sequence: Annotated[int, within(0, 9_999)]
    seats: tuple[Seat, ...]
    together: bool = False
    settled: bool = False


class SeatsAnswered(SeatAnswer, version=1):
    """A host has answered: a request has come, a seat is free, an offer has lapsed, or the occasion has changed."""


class AttendanceRecorded(SeatAnswer, version=1):
    """A host has recorded who came and who did not."""


class SeatsSettled(SeatAnswer, version=1, final=True):
    """The occasion is long over, and the host changes nothing any more."""


class Certificate(Event, stream="enrolments"):
    """That a participant has attended, without the name. Who has the code can check it in every county.

    ``fingerprint`` is the SHA-256 digest of the code, which the participant and the home county alone have.
    """

    occasion: Reference
    participant: UUID
    fingerprint: Fingerprint
    title: Name
    level: TrainingLevel
    routine_version: Annotated[int, within(1, 999)] | None = None
    held_on: Day
    minutes: Annotated[int, within(1, 100_000)]
    issued_by: FunctionCode
    valid_until: Day
    status: CertificateStatus = CertificateStatus.VALID


class CertificateIssued(Certificate, version=1):
    """A home county has issued a certificate."""


class CertificateRevoked(Certificate, version=1, final=True):
    """A home county has taken a certificate back."""


class CertificateExpired(Certificate, version=1, final=True):
    """A certificate is too old to count."""


EVENTS = events_in(globals())
