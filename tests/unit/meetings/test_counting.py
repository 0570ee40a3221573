"""Of meetings that stay in their county only numbers are told, and these are right after any steps."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.meetings.domain import counting, meeting
from services.meetings.domain.plan import HomeMeeting
from shared.contracts.meeting_codes import CountedKind, MeetingKind, MeetingStatus, Presence
from shared.contracts.meeting_counts import KindCount, MeetingCounts
from tests.unit.meetings.given import a_draft, host

STATUSES = [MeetingStatus.INVITED, MeetingStatus.HELD, MeetingStatus.CLOSED, MeetingStatus.CANCELLED]


def in_state(kind: str, status: MeetingStatus, came: int) -> HomeMeeting:
    """A meeting of the kind to which five are invited; ``came`` of them came."""
    invited = meeting.invite(a_draft(kind=kind), host())
    assert isinstance(invited, HomeMeeting)
    marks = [{"invitee": each.id, "presence": Presence.ATTENDED} for each in invited.invitees[:came]]
    return HomeMeeting.model_validate(invited.model_dump() | {"status": status, "attendance": marks})


STATES = st.lists(st.tuples(st.sampled_from(STATUSES), st.integers(0, 5)), max_size=6)


@given(st.dictionaries(st.tuples(st.sampled_from(["COUNCIL", "WORKING"]), st.integers(0, 3)), STATES))
def test_the_counts_are_those_of_the_meetings_as_they_are(
    steps: dict[tuple[str, int], list[tuple[MeetingStatus, int]]],
) -> None:
    counts: MeetingCounts = counting.no_counts(in_state("COUNCIL", MeetingStatus.INVITED, 0), host())
    wanted: dict[str, Counter[str]] = {}
    for (kind, _), states in steps.items():
        before = last = in_state(kind, MeetingStatus.INVITED, 0)
        for status, came in states:
            last = in_state(kind, status, came)
            more = counting.added(before, last)
            counts = counts if more is None else counting.count(counts, kind, more)
            before = last
        held = last.status in (MeetingStatus.HELD, MeetingStatus.CLOSED)
        wanted.setdefault(kind, Counter()).update(
            held=held,
            cancelled=last.status is MeetingStatus.CANCELLED,
            invited=len(last.invitees) * held,
            attended=len(last.attendance) * held,
        )

    found = {each.kind: Counter(each.model_dump(exclude={"kind"})) for each in counts.kinds}

    assert {kind: +numbers for kind, numbers in found.items() if +numbers} == {
        kind: +numbers for kind, numbers in wanted.items() if +numbers
    }


@pytest.mark.parametrize("kind", [each for each in MeetingKind.codes() if each not in CountedKind.codes()])
def test_a_kind_of_which_more_is_told_is_not_counted(kind: str) -> None:
    before, after = (
        HomeMeeting.model_validate(a_draft(kind=kind).model_dump() | {"status": status})
        for status in ("INVITED", "HELD")
    )

    assert counting.added(before, after) is None


def test_a_cancelled_draft_is_no_cancelled_meeting() -> None:
    draft = a_draft(kind="COUNCIL")

    assert counting.added(draft, in_state("COUNCIL", MeetingStatus.CANCELLED, 0)) is None


def test_a_meeting_counts_in_the_quarter_in_which_it_begins_in_sweden() -> None:
    new_year = in_state("WORKING", MeetingStatus.HELD, 0).model_copy(
        update={"starts_at": datetime(2026, 12, 31, 23, 30, tzinfo=UTC)}
    )

    counts = counting.no_counts(new_year, host())

    assert (counts.year, counts.quarter) == (2027, 1)


def test_no_event_tells_of_a_kind_that_all_see() -> None:
    with pytest.raises(ValueError, match="STEERING"):
        KindCount.model_validate({"kind": "STEERING", "held": 1})
