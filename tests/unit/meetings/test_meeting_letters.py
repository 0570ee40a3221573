"""Letters to invited functions."""

import pytest

from services.meetings.domain import meeting, meeting_letters
from services.meetings.domain.meeting_letters import reminder, standing
from shared.contracts.meeting_codes import Rsvp
from tests.unit.meetings.given import HOUR, STARTS, a_meeting, changed, host

WHEN = "onsdag 9 december 2026 kl. 13.00–15.00 (v. 50)"


def told(before: object, after: object) -> str | None:
    """The kind of letter from one version to another; the first of None."""
    known = None if before is None else standing(before)  # type: ignore[arg-type]
    found = meeting_letters.letter(after, known, WHEN, None)  # type: ignore[arg-type]
    return None if found is None else found.kind


def test_an_invitee_is_told_what_is_new_and_nothing_twice() -> None:
    first = a_meeting()
    agenda = changed(first, purpose="Annat")
    moved = changed(first, starts_at=STARTS + HOUR)
    postponed, cancelled = meeting.postpone(first, host()), meeting.cancel(first)
    assert told(None, first) == "meeting-invited"
    assert told(first, first) is None
    assert told(first, agenda) is None
    assert told(first, meeting.confirm(first)) == "meeting-confirmed"
    assert told(meeting.confirm(first), first) is None
    assert told(first, meeting.confirm(moved)) == "meeting-moved"
    assert told(meeting.confirm(first), moved) == "meeting-moved"
    assert told(first, moved) == "meeting-moved"
    assert told(first, postponed) == "meeting-postponed"
    assert told(moved, cancelled) == "meeting-cancelled"
    assert told(postponed, meeting.cancel(postponed)) == "meeting-cancelled"
    assert told(postponed, postponed) is None
    assert told(first, meeting.hold(first, {}, host(STARTS))) is None


def test_who_was_never_asked_is_not_told_that_it_is_off() -> None:
    first = a_meeting()
    cancelled = meeting.cancel(first)
    assert told(None, cancelled) is None
    assert told(cancelled, cancelled) is None


def test_a_letter_has_time_and_place_and_one_thing_to_do() -> None:
    letter = meeting_letters.letter(a_meeting(), None, WHEN, "onsdag 2 december 2026")
    assert letter is not None
    assert letter.subject == f"Kallelse: Styrgruppsmöte, {WHEN}"
    assert letter.text == (
        f"Du är kallad till Styrgruppsmöte.\n\nTid: {WHEN}\nLänk: https://mote.example/42\n\n"
        "Svara i kalendern eller i Norrsam senast onsdag 2 december 2026."
    )


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (Rsvp.NEEDS_ACTION, "meeting-answer-missing"),
        (Rsvp.ACCEPTED, "meeting-soon"),
        (Rsvp.DECLINED, None),
        (Rsvp.TENTATIVE, None),
        (Rsvp.DELEGATED, None),
    ],
)
def test_who_has_not_answered_or_comes_is_reminded(state: Rsvp, kind: str | None) -> None:
    letter = reminder(a_meeting(), [state], WHEN, 7)
    assert (letter and letter.kind) == kind


@pytest.mark.parametrize(("days", "words"), [(0, "är i dag"), (1, "är i morgon"), (2, "är om 2 dagar")])
def test_a_reminder_says_days_as_people_do(days: int, words: str) -> None:
    for answer in (Rsvp.NEEDS_ACTION, Rsvp.ACCEPTED):
        letter = reminder(a_meeting(), [Rsvp.DECLINED, answer], WHEN, days)
        assert letter is not None
        assert words in letter.text


def test_who_has_not_answered_comes_before_who_has_in_one_mailbox() -> None:
    letter = reminder(a_meeting(), [Rsvp.ACCEPTED, Rsvp.NEEDS_ACTION], WHEN, 7, ["Kallad: A", "Kallad: B"])
    assert letter is not None
    assert letter.kind == "meeting-answer-missing"
    assert "Kallad: A\nKallad: B" in letter.text
