"""Decisions about minutes: a draft is checked and circulated, corrected until it is approved, and never after that.

What must not stay is masked (`masking`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.meetings.domain.follow_up import APPROVED_WITHIN, LONGEST_AHEAD, MINUTES, FollowUpCause
from shared.contracts import minutes as events
from shared.contracts.asking import Recency
from shared.contracts.context import DecisionContext
from shared.contracts.meeting_codes import InviteeRole, MeetingStatus
from shared.contracts.meetings import Meeting
from shared.contracts.minutes import (
    MOST_APPROVERS,
    Approver,
    DecisionReference,
    Minutes,
    MinutesApproval,
    MinutesDetails,
)
from shared.contracts.minutes_codes import MinutesStatus, Verdict
from shared.contracts.suspicions import Doubt, check_confirmed, doubts_in
from shared.rejected import Rejected

_AFTER_A_MEETING = (MeetingStatus.HELD, MeetingStatus.CLOSED)


@dataclass(frozen=True, slots=True)
class MinutesDraft:
    """Minutes before they are circulated: in their own county, and in no event. ``id`` is kept when they are."""

    id: UUID
    meeting: UUID
    details: MinutesDetails
    approve_by: date | None = None
    version: int = 1


def check_counties(details: MinutesDetails, context: DecisionContext) -> None:
    """Rejected if a decision names no county here: such a word may be anybody's name."""
    counties = [each.name for each in context.counties]
    named = (each for one in details.decisions for each in (one.decided_by, one.replaces) if each is not None)
    if any(each.county not in counties for each in named):
        raise Rejected("invalid-decisions", f"decisions name no county here; these are: {', '.join(counties)}.")


def circulate(
    draft: MinutesDraft,
    meeting: Meeting,
    known: Mapping[DecisionReference, date],
    *,
    confirmed: bool,
    context: DecisionContext,
) -> events.MinutesCirculated:
    """The draft is sent to its approvers, and is a public record in every county.

    ``known`` are the approved decisions that its own may replace, and their days. Rejected if the meeting has not been
    held or has no approver, if it has no such invitees, and unless every doubt about the text is ``confirmed``.
    """
    if meeting.status not in _AFTER_A_MEETING:
        raise Rejected("not-held", f"The meeting is {meeting.status.lower()}; minutes are of one that has been held.")
    _check(draft.details, meeting, known, confirmed=confirmed)
    approve_by = draft.approve_by or context.today + APPROVED_WITHIN
    if not context.today <= approve_by <= context.today + LONGEST_AHEAD:
        raise Rejected("invalid-approve-by", f"approve_by {approve_by} is over or too far; it is {context.today}.")
    return events.MinutesCirculated(
        id=draft.id,
        county=context.county.name,
        meeting=meeting.id,
        kind=meeting.kind,
        title=meeting.title,
        approvers=approvers(meeting),
        approve_by=context.calendar.working_day_from(approve_by),
        status=MINUTES.first(FollowUpCause.CIRCULATED),
        **dict(draft.details),
    )


def correct(
    details: MinutesDetails,
    before: Minutes,
    meeting: Meeting,
    known: Mapping[DecisionReference, date],
    *,
    confirmed: bool,
    context: DecisionContext,
) -> events.MinutesCorrected | None:
    """The minutes have this text, which is to be approved anew; None if they had it before. Rejected once approved."""
    if before.status not in MINUTES.befores(FollowUpCause.CORRECTED):
        raise Rejected(
            "approved", "The minutes are approved, and never change. A later decision may replace one of theirs."
        )
    if all(getattr(before, name) == value for name, value in details):
        return None
    _check(details, meeting, known, confirmed=confirmed)
    latest = context.calendar.working_day_from(context.today + APPROVED_WITHIN)
    changed = {"revision": before.revision + 1, "approve_by": max(before.approve_by, latest)}
    return events.MinutesCorrected(**dict(before) | dict(details) | changed)


def age_of(minutes: Minutes, county: str, epoch: int, version: int) -> Recency:
    """The age by which ``county`` approves this version: without an epoch where minutes and approval are both its own.

    They lie in the same database then, so no epoch tells the two apart: else nobody could approve after a restore.
    """
    return (0 if county == minutes.county else epoch), version


def approve(
    minutes: Minutes, epoch: int, version: int, approvals: Mapping[UUID, MinutesApproval]
) -> events.MinutesApproved | None:
    """The minutes are approved once every approver has approved this version; None before that, and after it.

    ``approvals`` are the newest of each approver, whatever version they are of.
    """
    said = [approvals.get(each.invitee) for each in minutes.approvers]
    all_given = bool(said) and all(each is not None and counts(each, minutes, epoch, version) for each in said)
    if not all_given or minutes.status not in MINUTES.befores(FollowUpCause.APPROVED_BY_ALL):
        return None
    return events.MinutesApproved(
        **dict(minutes) | {"status": MINUTES.after(minutes.status, FollowUpCause.APPROVED_BY_ALL)}
    )


def counts(approval: MinutesApproval, minutes: Minutes, epoch: int, version: int) -> bool:
    """Whether it approves this very version of the minutes. One of an older text never counts."""
    if approval.verdict is not Verdict.APPROVED:
        return False
    return approval.answers.recency == age_of(minutes, approval.county, epoch, version)


def objects(approval: MinutesApproval, minutes: Minutes, epoch: int, version: int) -> bool:
    """Whether it objects to this very version, which waits to be approved."""
    read = approval.answers.recency == age_of(minutes, approval.county, epoch, version)
    return read and approval.verdict is Verdict.OBJECTED and minutes.status is MinutesStatus.CIRCULATED


def doubts(details: MinutesDetails) -> list[Doubt]:
    """Where a word of suspicion stands beside a name."""
    texts = [("text", details.text)]
    for place, decision in enumerate(details.decisions):
        texts += [(f"decisions.{place}.{name}", getattr(decision, name) or "") for name in ("text", "dissent")]
    return doubts_in(texts)


def approvers(meeting: Meeting) -> tuple[Approver, ...]:
    """Those who approve minutes of the meeting; Rejected if nobody does, or too many do."""
    found = [each for each in meeting.invitees if each.role is InviteeRole.APPROVER]
    if not found:
        raise Rejected(
            "no-approver",
            "No invitee has the role APPROVER: name one in came, with the attendance, and circulate the minutes then.",
        )
    if len(found) > MOST_APPROVERS:
        raise Rejected("too-many-approvers", f"{len(found)} invitees are approvers; {MOST_APPROVERS} is the most.")
    return tuple(Approver(county=each.actor.county, invitee=each.id) for each in found)


def _check(
    details: MinutesDetails, meeting: Meeting, known: Mapping[DecisionReference, date], *, confirmed: bool
) -> None:
    invited = {each.id for each in meeting.invitees}
    for name in ("present", "absent"):
        if not set(getattr(details, name)) <= invited:
            raise Rejected(f"invalid-{name}", f"{name} names somebody who was not invited to the meeting.")
    for decision in details.decisions:
        if decision.replaces is not None and known.get(decision.replaces, date.max) > decision.decided_on:
            raise Rejected(
                "invalid-replaces", f"§ {decision.number} may only replace an earlier decision that is approved."
            )
    check_confirmed(doubts(details), confirmed=confirmed)
