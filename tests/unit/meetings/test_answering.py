"""The answers of counties for their functions, and which of them count."""

from typing import Any

import pytest

from services.meetings.domain import answering, meeting
from services.meetings.domain.answering import Answerer, GivenAnswer, age_of, counted, invitee_of, reference_of
from services.meetings.domain.plan import HomeMeeting
from shared.contracts.invitations import InvitationAnswer, InvitationReceived
from shared.contracts.meeting_codes import Rsvp
from shared.contracts.meetings import Meeting
from shared.rejected import Rejected
from tests.support.contexts import decision_context
from tests.unit.meetings.given import (
    BEFORE,
    BOARDS,
    HOST,
    HOUR,
    NORTH,
    POLICE,
    SOUTH,
    STARTS,
    UMEA,
    a_draft,
    a_meeting,
    changed,
    host,
    invited,
    random_id,
)

EPOCH = 7
US = decision_context(NORTH, now=BEFORE)
OUR = random_id(1)


def seen(meeting: Meeting, version: int = 1, before: Any = None, county: str = NORTH, epoch: int = EPOCH) -> Any:
    """The county's answer once it has received this version."""
    return answering.acknowledge(meeting, age_of(meeting, epoch, version, county), before, county)


def said(meeting: Meeting, before: InvitationAnswer, state: Rsvp = Rsvp.ACCEPTED, **more: Any) -> Any:
    """The county's answer once somebody has answered for its function."""
    given = GivenAnswer(**{"state": state, "sequence": meeting.sequence} | more)
    return answering.answer(meeting, invitee_of(meeting, OUR), given, before, US)


def states(meeting: Any, *answers: InvitationAnswer, epoch: int = EPOCH) -> dict[Any, Rsvp]:
    found = counted(meeting, epoch, {each.county: each for each in answers})
    return {identity: each.state for identity, each in found.items()}


def refusal(step: Any, *given: Any, **more: Any) -> str:
    with pytest.raises(Rejected) as caught:
        step(*given, **more)
    return caught.value.slug


def test_a_county_acknowledges_each_version_that_invites_it() -> None:
    first = seen(a_meeting(), 2)
    assert isinstance(first, InvitationReceived)
    assert (first.answers.recency, first.sequence, [each.id for each in first.invitees]) == ((EPOCH, 2), 0, [OUR])
    assert seen(a_meeting(), 2, first) is None
    assert seen(a_meeting(), 1, first) is None
    assert seen(changed(a_meeting(), title="Annan"), 3, first).answers.recency == (EPOCH, 3)


def test_a_county_that_is_not_invited_acknowledges_nothing() -> None:
    assert seen(a_meeting(invitees=invited(BOARDS[0])), 2) is None


def test_an_answer_counts_at_the_sequence_that_it_is_given_to() -> None:
    invitation = a_meeting()
    answer = said(invitation, seen(invitation))
    moved = changed(invitation, starts_at=STARTS + HOUR)
    assert states(invitation, answer)[OUR] is Rsvp.ACCEPTED
    assert states(moved, answer)[OUR] is Rsvp.NEEDS_ACTION
    assert states(invitation, seen(moved, 2, answer))[OUR] is Rsvp.NEEDS_ACTION


def test_a_moved_meeting_asks_anew_and_another_agenda_does_not() -> None:
    invitation = a_meeting()
    answer = said(invitation, seen(invitation))
    kept = seen(changed(invitation, purpose="Annat"), 2, answer)
    asked = seen(changed(invitation, starts_at=STARTS + HOUR), 3, kept)
    assert [each.state for each in (*kept.invitees, *asked.invitees)] == [Rsvp.ACCEPTED, Rsvp.NEEDS_ACTION]


def test_an_answer_to_another_sequence_is_refused() -> None:
    moved = changed(a_meeting(), starts_at=STARTS + HOUR)
    assert refusal(said, moved, seen(moved, 2), sequence=0) == "moved"


def test_after_a_recovery_of_the_host_everybody_is_asked_anew() -> None:
    invitation = a_meeting()
    answer = said(invitation, seen(invitation, 5))
    again = seen(invitation, 3, answer, epoch=EPOCH + 1)
    assert states(invitation, answer, epoch=EPOCH + 1)[OUR] is Rsvp.NEEDS_ACTION
    assert [each.state for each in again.invitees] == [Rsvp.NEEDS_ACTION]


def test_after_a_recovery_of_the_host_what_was_held_keeps_its_answers() -> None:
    invitation = a_meeting()
    answer = said(invitation, seen(invitation, 5))
    held = meeting.hold(invitation, {}, host(STARTS))
    assert isinstance(held, Meeting)
    assert states(held, seen(held, 6, answer, epoch=EPOCH + 1), epoch=EPOCH + 1)[OUR] is Rsvp.ACCEPTED


def test_the_host_s_own_answers_count_whatever_its_epoch() -> None:
    invitation = a_meeting()
    answer = seen(invitation, county=HOST)
    given = GivenAnswer(state=Rsvp.ACCEPTED, sequence=0)
    after = answering.answer(invitation, invitee_of(invitation, random_id(0)), given, answer, host())
    assert after is not None
    assert after.answers.epoch == 0
    assert states(invitation, after, epoch=99)[random_id(0)] is Rsvp.ACCEPTED


def test_a_county_answers_for_its_own_functions_alone() -> None:
    invitation = a_meeting()
    answer = said(invitation, seen(invitation))
    forged = InvitationReceived(**dict(answer) | {"county": SOUTH})
    assert states(invitation, forged)[OUR] is Rsvp.NEEDS_ACTION


def test_each_invitee_has_exactly_one_state() -> None:
    invitation = a_meeting()
    answer = said(invitation, seen(invitation))
    fewer = changed(invitation, invitees=invited(*BOARDS[2:]))
    assert list(states(invitation, answer)) == [each.id for each in invitation.invitees]
    assert list(states(fewer, answer)) == [each.id for each in fewer.invitees]


def test_an_invitation_is_handed_on_to_a_function() -> None:
    invitation = a_meeting()
    answer = said(invitation, seen(invitation), Rsvp.DELEGATED, delegated_to="COUNTY_ANDT_COORDINATOR")
    assert counted(invitation, EPOCH, {NORTH: answer})[OUR].delegated_to == "COUNTY_ANDT_COORDINATOR"
    assert refusal(said, invitation, answer, Rsvp.DELEGATED) == "invalid-delegated-to"
    assert refusal(said, invitation, answer, Rsvp.ACCEPTED, delegated_to="DPO") == "invalid-delegated-to"
    assert refusal(said, invitation, answer, Rsvp.NEEDS_ACTION) == "invalid-state"
    assert said(invitation, answer, Rsvp.DELEGATED, delegated_to="COUNTY_ANDT_COORDINATOR") is None


def test_nobody_answers_to_a_meeting_that_is_not_open_or_has_begun() -> None:
    invitation = a_meeting()
    cancelled = meeting.cancel(invitation)
    assert isinstance(cancelled, Meeting)
    assert refusal(said, cancelled, seen(cancelled, 2)) == "not-open"
    late = decision_context(NORTH, now=STARTS)
    given = GivenAnswer(state=Rsvp.ACCEPTED, sequence=0)
    assert refusal(answering.answer, invitation, invitee_of(invitation, OUR), given, seen(invitation), late) == "begun"
    assert refusal(invitee_of, invitation, random_id(77)) == "not-found"


def test_the_host_notes_answers_to_a_meeting_that_stays_at_home() -> None:
    home = meeting.invite(a_draft(kind="COUNCIL"), host())
    assert isinstance(home, HomeMeeting)
    given = GivenAnswer(state=Rsvp.DECLINED, sequence=0)
    noted = answering.note(home, invitee_of(home, OUR), given, host())
    assert noted is not None
    assert states(noted)[OUR] is Rsvp.DECLINED
    assert answering.note(noted, invitee_of(noted, OUR), given, host()) is None
    assert states(changed(noted, starts_at=STARTS - HOUR))[OUR] is Rsvp.NEEDS_ACTION


@pytest.mark.parametrize(
    ("answerer", "whom"),
    [
        (Answerer(True, None, False), {"board", "umea", "police"}),
        (Answerer(False, "2480", False), {"umea"}),
        (Answerer(False, "2482", False), set()),
        (Answerer(False, None, True), {"police"}),
        (Answerer(False, None, False), set()),
    ],
)
def test_who_answers_for_whom(answerer: Answerer, whom: set[str]) -> None:
    actors = {"board": BOARDS[0], "umea": UMEA, "police": POLICE}
    assert {name for name, actor in actors.items() if answerer.may_answer_for(actor)} == whom
    assert reference_of(a_meeting()).county == HOST
