"""Decisions of the host about a meeting."""

from typing import Any

import pytest

from services.meetings.domain import meeting
from services.meetings.domain.life import MEETING, MeetingCause
from services.meetings.domain.plan import HomeMeeting
from shared.contracts import meetings as events
from shared.contracts.codes import Status
from shared.contracts.meeting_codes import InviteeRole, MeetingStatus, Presence
from shared.contracts.meetings import Meeting
from shared.rejected import Rejected
from tests.unit.meetings.given import (
    ACTORS,
    BOARDS,
    COORDINATOR,
    DAY,
    HOUR,
    POLICE,
    STARTS,
    a_draft,
    a_meeting,
    a_plan,
    changed,
    host,
    invited,
    random_id,
)

AFTER = host(STARTS + HOUR)
STEPS = {
    MeetingCause.INVITES: lambda each: meeting.invite(each, host()),
    MeetingCause.CHANGES: lambda each: changed(each, purpose="Ny dagordning"),
    MeetingCause.MOVES: lambda each: changed(each, url="https://mote.example/43"),
    MeetingCause.CONFIRMS: meeting.confirm,
    MeetingCause.POSTPONES: lambda each: meeting.postpone(each, host()),
    MeetingCause.CANCELS: lambda each: meeting.cancel(each),
    MeetingCause.RECORDS: lambda each: meeting.hold(each, {random_id(0): Presence.ATTENDED}, AFTER),
    MeetingCause.CLOSES: meeting.close,
}


def in_status(status: MeetingStatus) -> Any:
    """The meeting in a status."""
    if status is MeetingStatus.DRAFT:
        return a_draft()
    before = a_meeting()
    return type(before)(**dict(before) | {"status": status})


def refusal(step: Any, *given: Any) -> str:
    with pytest.raises(Rejected) as caught:
        step(*given)
    return caught.value.slug


@pytest.mark.parametrize("status", [each for each in MeetingStatus if each is not MeetingStatus.UNKNOWN])
@pytest.mark.parametrize("cause", STEPS)
def test_a_meeting_takes_the_steps_of_the_table_and_no_other(status: MeetingStatus, cause: MeetingCause) -> None:
    before = in_status(status)
    if status is MeetingStatus.DRAFT and cause is MeetingCause.MOVES:
        assert STEPS[cause](before).sequence == 0
    elif status in MEETING.befores(cause):
        after = STEPS[cause](before)
        assert after.status is MEETING.after(status, cause)
        (named,) = {step.event for step in MEETING.steps if step.cause is cause and status in step.befores}
        assert type(after).__name__ == (named or "HomeMeeting") or isinstance(after, HomeMeeting)
    else:
        assert refusal(STEPS[cause], before) == "wrong-status"


def test_a_draft_is_no_event_and_an_invitation_is_one() -> None:
    draft = a_draft()
    assert not isinstance(draft, Meeting)
    assert isinstance(meeting.invite(draft, host()), events.MeetingInvited)


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_at": STARTS + HOUR},
        {"ends_at": STARTS + HOUR},
        {"url": "https://mote.example/43"},
        {"place": "Länsstyrelsen, Umeå"},
    ],
)
def test_another_time_or_place_asks_everybody_anew(changes: dict[str, Any]) -> None:
    before = meeting.confirm(a_meeting())
    after = changed(before, **changes)
    assert (after.sequence, after.status) == (1, MeetingStatus.INVITED)
    assert [each.id for each in after.invitees] == [each.id for each in before.invitees]


@pytest.mark.parametrize(
    "changes",
    [
        {"agenda": [{"title": "Utbildningsplan"}]},
        {"title": "Styrgrupp"},
        {"invitees": invited(*BOARDS)},
        {"answer_by": "2026-12-02"},
    ],
)
def test_another_agenda_title_or_invitee_asks_nobody_anew(changes: dict[str, Any]) -> None:
    after = changed(a_meeting(), **changes)
    assert (type(after), after.sequence) == (events.MeetingChanged, 0)


def test_what_changes_nothing_is_no_event() -> None:
    assert changed(a_meeting()) is None


def test_a_new_invitee_gets_an_id_and_the_others_keep_theirs() -> None:
    before = a_meeting(invitees=invited(*BOARDS[:2]))
    after = changed(before, invitees=invited(BOARDS[2], *BOARDS[:2]))
    assert after.invitees[1:] == before.invitees
    assert after.invitees[0].id == random_id(100)


def test_a_postponed_meeting_is_invited_to_at_its_new_time() -> None:
    postponed = meeting.postpone(meeting.confirm(a_meeting()), host())
    assert refusal(meeting.invite, postponed, host(STARTS)) == "invalid-time"
    later = changed(postponed, STARTS + DAY, starts_at=STARTS + 7 * DAY, ends_at=STARTS + 8 * DAY)
    after = meeting.invite(later, host(STARTS + DAY))
    sequences = [each.sequence for each in (postponed, later, after)]
    assert sequences == [1, 2, 3]
    assert after.status is MeetingStatus.INVITED


def test_a_postponed_meeting_is_cancelled_after_its_old_time() -> None:
    postponed = meeting.postpone(a_meeting(), host())
    assert meeting.cancel(postponed).status is MeetingStatus.CANCELLED


def test_answers_are_asked_for_by_a_day_that_is_to_come() -> None:
    """The meeting begins on 9 December: nobody is asked to answer after it, or by a day that is over."""
    before = a_meeting(answer_by="2026-12-04")
    fifth = STARTS - 4 * DAY
    move = {"starts_at": STARTS + HOUR, "ends_at": STARTS + 2 * HOUR}
    for refused in (
        lambda: changed(before, answer_by="2026-12-10"),
        lambda: meeting.invite(a_draft(answer_by="2026-12-10"), host()),
        lambda: meeting.invite(a_draft(answer_by="2026-12-04"), host(fifth)),
        lambda: changed(before, fifth, answer_by="2026-12-04", **move),
    ):
        assert refusal(refused) == "invalid-answer-by"
    assert changed(before, fifth, answer_by="2026-12-04", title="Annan").answer_by == before.answer_by
    assert changed(before, fifth, answer_by="2026-12-09", **move).sequence == 1


def test_a_meeting_that_nobody_held_is_cancelled_afterwards() -> None:
    assert meeting.cancel(a_meeting()).status is MeetingStatus.CANCELLED
    held = meeting.hold(a_meeting(), {}, AFTER)
    assert held is not None
    assert refusal(meeting.cancel, held) == "wrong-status"


@pytest.mark.parametrize("step", ["change", "postpone"])
def test_a_meeting_that_has_begun_does_not_change(step: str) -> None:
    if step == "change":
        assert refusal(lambda: changed(a_meeting(), STARTS, title="Annan")) == "begun"
    else:
        assert refusal(getattr(meeting, step), a_meeting(), host(STARTS)) == "begun"


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"invitees": []}, "nobody-invited"),
        ({"url": None}, "invalid-url"),
        ({"form": "ON_SITE", "url": None}, "invalid-place"),
        ({"form": "HYBRID"}, "invalid-place"),
        ({"starts_at": STARTS - 99 * DAY}, "invalid-time"),
    ],
)
def test_nobody_is_invited_to_what_nobody_could_attend(changes: dict[str, Any], slug: str) -> None:
    assert refusal(meeting.invite, a_draft(**changes), host()) == slug


def test_only_functions_of_active_actors_are_invited_and_each_once() -> None:
    board, reference = BOARDS[1], next(iter(invited(BOARDS[1]))).actor
    retired = ACTORS | {reference: board.model_copy(update={"status": Status.RETIRED})}
    bare = ACTORS | {reference: board.model_copy(update={"contact_functions": ()})}
    plan = a_plan(invitees=invited(board))
    for actors, slug in (({}, "unknown-actor"), (retired, "retired-actor"), (bare, "unknown-contact-function")):
        assert refusal(meeting.plan, plan, random_id(1), [random_id(2)], actors, COORDINATOR, host()) == slug
    twice = a_plan(invitees=invited(board, board))
    assert (
        refusal(meeting.plan, twice, random_id(1), [random_id(2)] * 2, ACTORS, COORDINATOR, host())
        == "invalid-invitees"
    )


def test_an_invitee_whose_actor_has_retired_stays_invited() -> None:
    before = a_meeting()
    after = meeting.change(a_plan(title="Annan"), before, [random_id(9)] * 6, {}, host())
    assert after is not None
    assert after.invitees == before.invitees


def test_the_kind_stays_once_a_meeting_is_invited_to() -> None:
    plan = a_plan(kind="NETWORK")
    ids = [random_id(9)] * 6
    assert refusal(meeting.change, plan, a_meeting(), ids, ACTORS, host()) == "invalid-kind"
    after = meeting.change(plan, a_draft(), ids, ACTORS, host())
    assert after is not None
    assert after.kind == "NETWORK"


def test_attendance_is_recorded_after_the_beginning_and_corrected() -> None:
    before = a_meeting()
    assert refusal(meeting.hold, before, {}, host()) == "not-begun"
    assert refusal(meeting.hold, before, {random_id(99): Presence.ABSENT}, AFTER) == "not-invited"
    held = meeting.hold(before, {random_id(0): Presence.ATTENDED, random_id(1): Presence.ABSENT}, AFTER)
    assert held is not None
    again = meeting.hold(held, {random_id(1): Presence.ABSENT_WITH_NOTICE}, AFTER)
    assert again is not None
    assert [each.presence for each in again.attendance] == [Presence.ATTENDED, Presence.ABSENT_WITH_NOTICE]
    assert meeting.hold(again, {}, AFTER) is None


def test_a_refusal_says_times_as_people_here_do() -> None:
    """13.00 in Swedish winter time, which is 12.00 UTC."""
    for decision, decided in (
        (meeting.hold, (a_meeting(), {}, host())),
        (meeting.postpone, (a_meeting(), AFTER)),
        (meeting.invite, (a_draft(), AFTER)),
    ):
        with pytest.raises(Rejected, match=r"onsdag 9 december 2026 kl\. 13\.00"):
            decision(*decided)


def test_who_came_uninvited_is_recorded_in_the_role_it_had() -> None:
    before = a_meeting(invitees=invited(BOARDS[0], BOARDS[1]))
    board, police = (each.model_copy(update={"role": InviteeRole.APPROVER}) for each in invited(BOARDS[1], POLICE))

    after = meeting.hold(before, {}, AFTER, [board, police], [random_id(7), random_id(8)], ACTORS)

    assert after is not None
    assert [each.id for each in after.invitees[:2]] == [each.id for each in before.invitees]
    assert [each.role for each in after.invitees] == ["PARTICIPANT", "APPROVER", "APPROVER"]
    came = [(each.invitee, each.presence) for each in after.attendance]
    assert came == [(before.invitees[1].id, Presence.ATTENDED), (after.invitees[2].id, Presence.ATTENDED)]
    assert refusal(meeting.hold, before, {}, AFTER, [board, board], [], ACTORS) == "invalid-came"
    assert refusal(meeting.hold, before, {}, AFTER, [police], [random_id(7)], {}) == "unknown-actor"
    assert meeting.hold(after, {}, AFTER, [board, police], [], ACTORS) is None


def test_a_network_is_one_of_a_county_here() -> None:
    plan = a_plan(invitees=[], network={"county": "nowhere", "id": str(random_id(1))})
    assert refusal(meeting.plan, plan, random_id(1), [], ACTORS, COORDINATOR, host()) == "invalid-county"
