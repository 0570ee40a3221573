"""Decisions of the host about a meeting: `life` says which steps there are.

A decision takes a meeting and gives it as it is afterwards, an event if all counties see it. A change of time, place
or online address raises the sequence, and so asks everybody anew; nothing else does.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.meetings.domain.answering import Answerer
from services.meetings.domain.invitees import Actors, identified, joined, key_of
from services.meetings.domain.life import MEETING, OPEN, MeetingCause
from services.meetings.domain.plan import (
    MUNICIPAL,
    AnyMeeting,
    HomeMeeting,
    MeetingPlan,
    as_shared,
    check_answerable,
    check_complete,
    is_shared,
)
from shared.contracts import meetings as events
from shared.contracts.context import DecisionContext
from shared.contracts.meeting_codes import MeetingKind, MeetingStatus, Presence
from shared.contracts.meetings import InviteeDetails, Meeting, MeetingDetails, PresenceMark
from shared.contracts.reference import MUNICIPALITIES
from shared.rejected import Rejected

_ASKS_ANEW = ("starts_at", "ends_at", "time_zone", "place", "url")
_EVENTS: Mapping[MeetingCause, type[Meeting]] = {
    MeetingCause.INVITES: events.MeetingInvited,
    MeetingCause.CHANGES: events.MeetingChanged,
    MeetingCause.MOVES: events.MeetingMoved,
    MeetingCause.CONFIRMS: events.MeetingConfirmed,
    MeetingCause.POSTPONES: events.MeetingPostponed,
    MeetingCause.CANCELS: events.MeetingCancelled,
    MeetingCause.RECORDS: events.MeetingHeld,
    MeetingCause.CLOSES: events.MeetingClosed,
}


def plan(
    plan: MeetingPlan, identity: UUID, ids: Sequence[UUID], actors: Actors, by: Answerer, context: DecisionContext
) -> HomeMeeting:
    """The meeting is a draft of this county, and nobody else's. ``ids`` are random, one for each invitee.

    Rejected if somebody else than the caller hosts meetings of its kind.
    """
    municipality = _municipality(plan.kind, by, context)
    _check_network(plan, context)
    return HomeMeeting(
        **dict(plan) | {"invitees": identified(plan.invitees, (), ids, actors)},
        id=identity,
        county=context.county.name,
        municipality=municipality,
        status=MEETING.first(MeetingCause.PLANS),
    )


def change(
    plan: MeetingPlan, before: AnyMeeting, ids: Sequence[UUID], actors: Actors, context: DecisionContext
) -> AnyMeeting | None:
    """The meeting is as ``plan`` says; None if it was so before.

    Rejected once it has begun, and if it would become another kind: others than before would see it.
    """
    stays = before.status is not MeetingStatus.DRAFT or (plan.kind in MUNICIPAL) != (before.kind in MUNICIPAL)
    if stays and plan.kind != before.kind:
        raise Rejected("invalid-kind", "The kind decides who sees a meeting, and stays. Cancel it, and plan another.")
    _check_not_begun(before, context)
    _check_network(plan, context)
    details = {name: getattr(plan, name) for name in MeetingDetails.model_fields}
    changes = details | {"invitees": identified(plan.invitees, before.invitees, ids, actors)}
    moved = any(getattr(plan, name) != getattr(before, name) for name in _ASKS_ANEW)
    if isinstance(before, HomeMeeting):
        changes["kind"] = plan.kind
    if moved and before.status is not MeetingStatus.DRAFT:
        after = _asked_anew(before, MeetingCause.MOVES, **changes)
    else:
        after = _stepped(before, MeetingCause.CHANGES, **changes)
    if after.status in OPEN:
        check_complete(after, context)
        if moved:
            check_answerable(after, context)
    return None if after.model_dump() == before.model_dump() else after


def invite(before: AnyMeeting, context: DecisionContext) -> AnyMeeting:
    """The invitees are asked. From now on all counties see the meeting, if its kind is shared."""
    check_complete(before, context)
    check_answerable(before, context)
    if before.status is MeetingStatus.POSTPONED:
        after = _asked_anew(before, MeetingCause.INVITES)
    else:
        after = _stepped(before, MeetingCause.INVITES)
    return as_shared(after) if isinstance(after, HomeMeeting) and is_shared(after.kind) else after


def confirm(before: AnyMeeting) -> AnyMeeting:
    """The host has decided that the meeting takes place."""
    return _stepped(before, MeetingCause.CONFIRMS)


def postpone(before: AnyMeeting, context: DecisionContext) -> AnyMeeting:
    """The meeting gets another time later. `change` gives it, and `invite` asks everybody for it."""
    _check_not_begun(before, context)
    return _asked_anew(before, MeetingCause.POSTPONES)


def cancel(before: AnyMeeting) -> AnyMeeting:
    """The meeting is not held, and stays so: also one that has begun, for then it turns out that nobody holds it."""
    return _asked_anew(before, MeetingCause.CANCELS)


def hold(
    before: AnyMeeting,
    marks: Mapping[UUID, Presence],
    context: DecisionContext,
    came: Sequence[InviteeDetails] = (),
    ids: Sequence[UUID] = (),
    actors: Actors | None = None,
) -> AnyMeeting | None:
    """The meeting has been held, and it is recorded who came; ``marks`` of before stay. None if nothing is new.

    Whoever is in ``came`` attended, in the role that it had there: an approver is often named at the meeting itself.
    Who was not invited is an invitee now, with an id of ``ids``.
    """
    if context.now < before.starts_at:
        begins = context.calendar.written_moment(before.starts_at)
        raise Rejected("not-begun", f"The meeting begins {begins}; record then who comes.")
    invitees = joined(came, before.invitees, ids, actors or {})
    named = {key_of(each) for each in came}
    attended = {each.id: Presence.ATTENDED for each in invitees if key_of(each) in named}
    recorded = {each.invitee: each.presence for each in before.attendance} | attended | dict(marks)
    if strangers := sorted(recorded.keys() - {each.id for each in invitees}):
        raise Rejected("not-invited", f"{strangers[0]} is no invitee of this meeting", invitee=str(strangers[0]))
    attendance = [PresenceMark(invitee=each.id, presence=recorded[each.id]) for each in invitees if each.id in recorded]
    after = _stepped(before, MeetingCause.RECORDS, attendance=attendance, invitees=invitees)
    return None if after.model_dump() == before.model_dump() else after


def close(before: AnyMeeting) -> AnyMeeting:
    """Nothing about the meeting changes any more."""
    return _stepped(before, MeetingCause.CLOSES)


def _asked_anew(before: AnyMeeting, cause: MeetingCause, **changes: object) -> AnyMeeting:
    """The step with a higher sequence. Answers that the county has noted count no more, as answers of others do not."""
    forgotten: dict[str, object] = {"answers": ()} if isinstance(before, HomeMeeting) else {}
    return _stepped(before, cause, sequence=before.sequence + 1, **forgotten, **changes)


def _stepped(before: AnyMeeting, cause: MeetingCause, **changes: object) -> AnyMeeting:
    """The meeting after a step; Rejected if it cannot take it."""
    if before.status not in MEETING.befores(cause):
        ways = ", ".join(MEETING.befores(cause)).lower()
        raise Rejected("wrong-status", f"The meeting is {before.status.lower()}; only what is {ways} can do this.")
    step: type[AnyMeeting] = HomeMeeting if isinstance(before, HomeMeeting) else _EVENTS[cause]
    return step(**dict(before) | {"status": MEETING.after(before.status, cause)} | changes)


def _municipality(kind: MeetingKind, by: Answerer, context: DecisionContext) -> str | None:
    """The municipality that hosts a meeting of this kind, None for the county; Rejected if that is not the caller."""
    if kind not in MUNICIPAL:
        if not by.coordinator:
            raise Rejected(
                "forbidden", f"A municipality hosts {', '.join(sorted(MUNICIPAL))}, and the county the rest."
            )
        return None
    known = MUNICIPALITIES.get(by.municipality or "")
    if known is None or not known.code.startswith(context.county.code):
        raise Rejected("forbidden", f"A municipality hosts {kind}: its coordinator plans it, and the token names it.")
    return known.code


def _check_not_begun(meeting: AnyMeeting, context: DecisionContext) -> None:
    if meeting.status in OPEN and context.now >= meeting.starts_at:
        began = context.calendar.written_moment(meeting.starts_at)
        raise Rejected(
            "begun", f"The meeting began {began}, and cannot be changed any more. Record who came, or cancel it."
        )


def _check_network(plan: MeetingPlan, context: DecisionContext) -> None:
    counties = [each.name for each in context.counties]
    if plan.network is not None and plan.network.county not in counties:
        raise Rejected("invalid-county", f"network names no county here; these are: {', '.join(counties)}.")
