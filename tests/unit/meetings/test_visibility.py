"""The types refuse what may not leave the county."""

import pytest
from pydantic import ValidationError

from services.meetings.domain import meeting
from services.meetings.domain.plan import AnyMeeting, HomeMeeting, announced, as_shared
from shared.contracts.event import Event
from shared.contracts.meeting_codes import MeetingKind, SharedKind
from shared.contracts.meetings import CollaborationAnnounced, CollaborationChanged, Meeting, MeetingInvited, MeetingTime
from tests.unit.meetings.given import HOUR, STARTS, a_draft, a_meeting, changed, host

HOME = [MeetingKind.COLLABORATION, MeetingKind.COUNCIL, MeetingKind.EST_WEEKLY, MeetingKind.DIALOGUE]
HOME += [MeetingKind.WORKING]


def at_home(kind: MeetingKind) -> HomeMeeting:
    """A meeting of the kind, invited to."""
    after = meeting.invite(a_draft(kind=kind), host())
    assert isinstance(after, HomeMeeting)
    return after


@pytest.mark.parametrize("kind", SharedKind.codes())
def test_a_shared_kind_is_an_event_once_invited_to(kind: str) -> None:
    assert isinstance(meeting.invite(a_draft(kind=kind), host()), Meeting)


@pytest.mark.parametrize("kind", HOME)
def test_a_meeting_of_a_home_kind_never_becomes_an_event(kind: MeetingKind) -> None:
    steps: list[AnyMeeting] = [at_home(kind)]
    steps += [changed(steps[0], starts_at=STARTS - HOUR), meeting.confirm(steps[0])]
    steps += [meeting.cancel(steps[0]), meeting.postpone(steps[0], host())]
    assert not any(isinstance(each, Event) for each in steps)


@pytest.mark.parametrize("kind", HOME)
def test_no_event_can_be_built_of_a_home_kind(kind: MeetingKind) -> None:
    with pytest.raises(ValueError, match=kind):
        as_shared(at_home(kind))
    with pytest.raises(ValidationError):
        MeetingInvited(**dict(a_meeting()) | {"kind": kind})


def test_no_event_can_be_built_of_a_draft() -> None:
    with pytest.raises(ValidationError, match="a draft stays"):
        MeetingInvited(**dict(a_meeting()) | {"status": "DRAFT"})


def test_of_a_collaboration_meeting_only_its_time_is_told() -> None:
    told = announced(at_home(MeetingKind.COLLABORATION), None)
    assert isinstance(told, CollaborationAnnounced)
    assert set(told.model_dump()) == {"id", "county", "status", "sequence", *MeetingTime.model_fields}
    with pytest.raises(ValidationError):
        CollaborationAnnounced(**dict(told) | {"invitees": a_meeting().invitees})


@pytest.mark.parametrize("kind", HOME[1:])
def test_of_the_other_home_kinds_nothing_is_told(kind: MeetingKind) -> None:
    assert announced(at_home(kind), None) is None


def test_a_draft_of_a_collaboration_meeting_is_told_to_nobody() -> None:
    draft = a_draft(kind="COLLABORATION")
    cancelled = meeting.cancel(draft)
    assert isinstance(cancelled, HomeMeeting)
    assert (announced(draft, None), announced(cancelled, None)) == (None, None)


def test_a_change_that_others_cannot_see_is_not_told() -> None:
    before = at_home(MeetingKind.COLLABORATION)
    told = announced(before, None)
    assert announced(changed(before, purpose="Annat"), told) is None
    moved = announced(changed(before, starts_at=STARTS - HOUR), told)
    assert isinstance(moved, CollaborationChanged)
    assert moved.sequence == 1
