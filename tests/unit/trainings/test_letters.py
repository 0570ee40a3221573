"""Letters to participants: in Swedish, short, with one thing to do, and nobody's name."""

from itertools import product
from uuid import UUID

import pytest

from services.trainings.domain import letters
from services.trainings.domain.letters import OccasionWords
from shared.contracts.enrolments import Seat
from shared.contracts.training_codes import OccasionForm, SeatReason, SeatState
from tests.unit.trainings.given import registered as occasion

WORDS = OccasionWords("Grund", "torsdag 8 april 2027 kl. 13.00–16.00 (v. 14)", "Plats: Östersund")
UNTIL = "torsdag 11 mars 2027 kl. 00.00"
STATES = [state for state in SeatState if state is not SeatState.UNKNOWN]  # which nobody writes
CONFIRMED, WAITING, OFFERED = SeatState.CONFIRMED, SeatState.WAITING, SeatState.OFFERED


def seat(state: SeatState, reason: SeatReason | None = None) -> Seat:
    return Seat(participant=UUID(int=7, version=4), state=state, arrival=1, reason=reason)


def told(state: SeatState, before: str | None = None, reason: SeatReason | None = None) -> str | None:
    letter = letters.seat_letter(seat(state, reason), before, WORDS, 3, UNTIL)
    return letter.kind if letter else None


@pytest.mark.parametrize(
    ("state", "before", "reason", "kind"),
    [
        (CONFIRMED, None, None, "seat-confirmed"),
        (CONFIRMED, "OFFERED 0", None, "seat-confirmed"),
        (CONFIRMED, "CONFIRMED 0", None, "occasion-moved"),
        (WAITING, None, None, "seat-waiting"),
        (WAITING, "WAITING 0", None, "occasion-moved"),
        (OFFERED, "WAITING 0", None, "seat-offered"),
        (SeatState.LAPSED, "OFFERED 0", None, "seat-lapsed"),
        (SeatState.CANCELLED, "CONFIRMED 0", SeatReason.OCCASION_CANCELLED, "occasion-cancelled"),
        (SeatState.CANCELLED, "CONFIRMED 0", SeatReason.BY_ASKER, "seat-cancelled"),
        (SeatState.REFUSED, None, SeatReason.FULL, "seat-refused"),
        (SeatState.ATTENDED, "CONFIRMED 0", None, None),
        (SeatState.ABSENT, "CONFIRMED 0", None, None),
    ],
)
def test_each_step_has_its_letter(
    state: SeatState, before: str | None, reason: SeatReason | None, kind: str | None
) -> None:
    assert told(state, before, reason) == kind


def test_an_offer_says_until_when_and_how_to_accept() -> None:
    letter = letters.seat_letter(seat(OFFERED), "WAITING 0", WORDS, None, UNTIL)

    assert letter is not None
    assert letter.subject == f"Svara före {UNTIL}: en plats på Grund"
    assert f"Svara JA på det här mejlet före {UNTIL}." in letter.text


def test_a_seat_is_told_with_time_place_and_code() -> None:
    letter = letters.seat_letter(seat(CONFIRMED), None, WORDS, None, "")

    assert letter is not None
    assert f"Tid: {WORDS.when}\nPlats: Östersund\nDin kod vid dörren: " in letter.text


def test_letters_are_short() -> None:
    for state, before in product(STATES, (None, "CONFIRMED 0", "WAITING 0")):
        letter = letters.seat_letter(seat(state, SeatReason.FULL), before, WORDS, 3, UNTIL)
        if letter is not None:
            assert len(letter.text) < 400
            assert len(letter.subject) < 100
            assert "\n" not in letter.subject


def test_a_move_changes_what_is_known_only_while_it_matters() -> None:
    first, moved = occasion(), occasion().model_copy(update={"sequence": 1})

    for state in (CONFIRMED, WAITING, OFFERED):
        assert letters.standing(seat(state), first) != letters.standing(seat(state), moved)
    for state in (SeatState.CANCELLED, SeatState.LAPSED, SeatState.ATTENDED):
        assert letters.standing(seat(state), first) == letters.standing(seat(state), moved)


def test_place_and_link_are_told_if_there_are_any() -> None:
    online = occasion(form=OccasionForm.HYBRID, place="Östersund", url="https://moten.example/1")

    assert letters.where(online) == "Plats: Östersund\nLänk: https://moten.example/1"
    assert letters.where(occasion(place=None, url=None)) == ""


def test_who_loses_an_occasion_is_shown_others() -> None:
    called_off = seat(SeatState.CANCELLED, SeatReason.OCCASION_CANCELLED)
    others = OccasionWords(WORDS.title, WORDS.when, WORDS.where, ("fredag 9 april", "måndag 12 april"))

    with_others, without = (letters.seat_letter(called_off, None, words, None, "") for words in (others, WORDS))

    assert with_others is not None
    assert "Andra tillfällen:\nfredag 9 april\nmåndag 12 april\n\n" in with_others.text
    assert without is not None
    assert "Andra tillfällen" not in without.text
