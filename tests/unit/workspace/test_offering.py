"""Pages offer nothing that their user has given back for good."""

import pytest

from services.workspace import render
from services.workspace.pages.enrolments import is_living
from services.workspace.shown_trainings import ShownEnrolment, ShownPlace, ShownReference, ShownWish
from services.workspace.words import Wording
from tests.unit.workspace.test_words import WORK


def enrolment(*seats: tuple[str, str | None], settled: bool = False) -> ShownEnrolment:
    """An enrolment of participants with these wishes and states."""
    return ShownEnrolment(
        id="1",
        county="jamtland",
        version=2,
        occasion=ShownReference(county="norrbotten", id="2"),
        overdue=False,
        settled=settled,
        participants=[ShownWish(id=str(place), wish=wish) for place, (wish, _) in enumerate(seats)],
        seats=[ShownPlace(participant=str(place), swedish="", state=state) for place, (_, state) in enumerate(seats)],
    )


@pytest.mark.parametrize(
    ("seats", "settled", "living"),
    [
        ([("SEAT", None)], False, True),
        ([("SEAT", "CONFIRMED")], False, True),
        ([("ACCEPTED", None)], False, True),
        ([("CANCELLED", None)], False, False),  # another county has not answered yet
        ([("CANCELLED", "CANCELLED")], False, False),
        ([("CANCELLED", None), ("SEAT", None)], False, True),
        ([("CANCELLED", None), ("SEAT", "LAPSED")], False, False),
        ([("SEAT", "ATTENDED")], False, False),
        ([("SEAT", "CONFIRMED")], True, False),
    ],
)
def test_only_a_seat_that_is_still_wanted_is_cancelled(
    seats: list[tuple[str, str | None]], settled: bool, living: bool
) -> None:
    assert is_living(enrolment(*seats, settled=settled)) is living


def test_what_cannot_be_undone_is_never_the_main_button() -> None:
    ways_on = render._ENVIRONMENT.get_template("parts.html").module.ways_on  # type: ignore[attr-defined]
    forms = [each for of_kind, _ in WORK for each in of_kind]
    shown = {
        (kind, word): 'class="button"' in ways_on(kind, [word], "/path", Wording().text, lambda *_: "")
        for kind, word in (
            *((each.kind, each.word) for each in forms if each.grave),
            *(("measure", word) for word in ("avbryt", "slapp")),
            ("picture", "arkivera"),
        )
    }

    assert [each for each, main in shown.items() if main] == []
    assert 'class="button"' in ways_on("est", ["andra", "avsluta"], "/path", Wording().text, lambda *_: "")
