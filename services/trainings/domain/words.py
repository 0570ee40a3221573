"""A seat in Swedish, as a person reads it."""

from services.trainings.domain.asking import Shown
from shared.contracts.enrolments import Seat
from shared.contracts.reference.trainings import TERMS

WAITS = "väntar på svar"


def in_swedish(seat: Shown) -> str:
    """The state of a participant's seat: never more than the host has answered."""
    if seat.state is None:
        return WAITS if seat.waits else ""
    word = _word("SeatState", seat.state)
    if seat.place is not None:
        return f"{word} {seat.place}"
    return f"{word}: {_word('SeatReason', seat.reason)}" if seat.reason else word


def reason_in_swedish(seat: Seat) -> str:
    """Why a seat is refused or cancelled."""
    return _word("SeatReason", seat.reason) if seat.reason else ""


def _word(codes: str, code: str) -> str:
    terms = TERMS[codes]
    return terms[code].swedish if code in terms else code
