"""Every step that an occasion, a seat and a request can take: its cause, who takes it, when the clock does, its event.

The decisions go by these tables, and `docs/enrolment.md` is drawn from them. A step that is not in a table is not
taken: nothing changes then, and a request is answered all the same.
"""

from datetime import timedelta
from enum import StrEnum

from shared.contracts.life import Life, Step
from shared.contracts.training_codes import OccasionStatus, SeatState, Wish

OFFER_LASTS = timedelta(hours=48)
OFFER_WORKING_DAYS = 1
SETTLES_AFTER = timedelta(days=30)
"""After the end of an occasion, held or not: from then on nothing about its seats changes."""


class Who(StrEnum):
    """Who takes a step."""

    ASKER = "asking county"
    HOST = "host"
    CLOCK = "host's clock"


class Cause(StrEnum):
    """The cause of a step."""

    REGISTERED = "registers an occasion"
    OPENS = "enrolment opens"
    CLOSES = "enrolment closes"
    TOO_FEW = "enrolment closes with fewer seats taken than the least number"
    REOPENED = "moves the closing to a later time"
    CALLED_OFF = "cancels the occasion"
    ENDS = "the occasion ends"

    ASKED = "asks for a seat"
    QUEUED = "joins the line"
    REFUSED = "cannot have a seat"
    SEATED = "finds a free seat on arrival"
    OFFERED = "is next in line when a seat becomes free"
    ACCEPTED = "accepts the offer"
    LAPSED = "does not accept the offer in time"
    BEGUN = "the occasion begins"
    CANCELLED = "cancels the participant"
    TURNED_AWAY = "cancels the seat"
    CAME = "records attendance"
    STAYED_AWAY = "records absence"


_PLANNED, _OPEN, _CLOSED = OccasionStatus.PLANNED, OccasionStatus.OPEN, OccasionStatus.CLOSED
_CANCELLED = OccasionStatus.CANCELLED

OCCASION = Life(
    Step((), Cause.REGISTERED, _PLANNED, Who.HOST, "OccasionRegistered"),
    Step((_PLANNED,), Cause.OPENS, _OPEN, Who.CLOCK, "EnrolmentOpened", "opens_at"),
    Step((_OPEN,), Cause.CLOSES, _CLOSED, Who.CLOCK, "EnrolmentClosed", "closes_at"),
    Step((_CLOSED,), Cause.TOO_FEW, _CANCELLED, Who.CLOCK, "OccasionCancelled", "closes_at"),
    Step((_CLOSED,), Cause.REOPENED, _OPEN, Who.HOST, "OccasionChanged"),
    Step((_PLANNED, _OPEN, _CLOSED), Cause.CALLED_OFF, _CANCELLED, Who.HOST, "OccasionCancelled"),
    Step((_CLOSED,), Cause.ENDS, OccasionStatus.HELD, Who.CLOCK, "OccasionHeld", "ends_at"),
)

_WAITING, _OFFERED, _CONFIRMED = SeatState.WAITING, SeatState.OFFERED, SeatState.CONFIRMED
_ATTENDED, _ABSENT = SeatState.ATTENDED, SeatState.ABSENT
_OFFER_ENDS = (
    f"{OFFER_LASTS // timedelta(hours=1)} hours and {OFFER_WORKING_DAYS} whole working day after the offer, "
    "or starts_at if that is sooner"
)

SEAT = Life(
    Step((), Cause.QUEUED, _WAITING, Who.HOST, "SeatsAnswered"),
    Step((), Cause.REFUSED, SeatState.REFUSED, Who.HOST, "SeatsAnswered"),
    Step((), Cause.CANCELLED, SeatState.CANCELLED, Who.ASKER, "SeatsAnswered"),
    Step((_WAITING,), Cause.SEATED, _CONFIRMED, Who.HOST, "SeatsAnswered"),
    Step((_WAITING,), Cause.OFFERED, _OFFERED, Who.HOST, "SeatsAnswered"),
    Step((_WAITING,), Cause.REFUSED, SeatState.REFUSED, Who.HOST, "SeatsAnswered"),
    Step((_OFFERED,), Cause.ACCEPTED, _CONFIRMED, Who.ASKER, "SeatsAnswered"),
    Step((_OFFERED,), Cause.LAPSED, SeatState.LAPSED, Who.CLOCK, "SeatsAnswered", _OFFER_ENDS),
    Step((_WAITING,), Cause.BEGUN, SeatState.REFUSED, Who.CLOCK, "SeatsAnswered", "starts_at"),
    Step((_WAITING, _OFFERED, _CONFIRMED), Cause.CANCELLED, SeatState.CANCELLED, Who.ASKER, "SeatsAnswered"),
    Step((_WAITING, _OFFERED, _CONFIRMED), Cause.TURNED_AWAY, SeatState.CANCELLED, Who.HOST, "SeatsAnswered"),
    Step((_WAITING, _OFFERED, _CONFIRMED), Cause.CALLED_OFF, SeatState.CANCELLED, Who.HOST, "SeatsAnswered"),
    Step((_CONFIRMED, _ABSENT), Cause.CAME, _ATTENDED, Who.HOST, "AttendanceRecorded"),
    Step((_CONFIRMED, _ATTENDED), Cause.STAYED_AWAY, _ABSENT, Who.HOST, "AttendanceRecorded"),
)

REQUEST = Life(
    Step((), Cause.ASKED, Wish.SEAT, Who.ASKER, "EnrolmentRequested"),
    Step((Wish.SEAT,), Cause.ACCEPTED, Wish.ACCEPTED, Who.ASKER, "OfferAccepted"),
    Step((Wish.SEAT, Wish.ACCEPTED), Cause.CANCELLED, Wish.CANCELLED, Who.ASKER, "EnrolmentCancelled"),
)

SEATED = frozenset({SeatState.CONFIRMED, SeatState.ATTENDED, SeatState.ABSENT})
"""Whoever is in one of these comes, came, or was to come."""
HELD = SEATED | {SeatState.OFFERED}
"""Whoever is in one of these has one of the seats."""
LIVING = frozenset({SeatState.WAITING, SeatState.OFFERED, SeatState.CONFIRMED})
"""States that may still change before the occasion begins."""
RECORDED = frozenset({SeatState.ATTENDED, SeatState.ABSENT})
"""The host has recorded whether the participant came."""
