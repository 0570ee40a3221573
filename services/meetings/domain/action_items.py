"""Decisions about action items: the host assigns them, the owner's county reports how far it is, everybody sees when
one is overdue.
"""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.meetings.domain.answering import Answerer
from services.meetings.domain.follow_up import ACTION_ITEM, LONGEST_AHEAD, REPORT, FollowUpCause
from services.meetings.domain.ids import report_id
from shared.contracts import action_items as events
from shared.contracts.action_items import ActionItem, ActionItemDetails, ActionReport, ItemOwner
from shared.contracts.actors import Actor
from shared.contracts.asking import Recency, Reference, RequestVersion, awaits_answer
from shared.contracts.codes import POLICE_FUNCTIONS, FunctionCode
from shared.contracts.context import DecisionContext
from shared.contracts.event import if_different
from shared.contracts.meeting_codes import MeetingStatus
from shared.contracts.meetings import Meeting
from shared.contracts.minutes import DecisionReference
from shared.contracts.minutes_codes import ItemStatus, Work
from shared.rejected import Rejected

_OF_AN_ACTOR = frozenset(
    {
        *(FunctionCode.MUNICIPAL_COORDINATOR, FunctionCode.MUNICIPAL_EXECUTIVE, FunctionCode.CUSTOMS_OFFICER),
        *(FunctionCode.SITE_MANAGER, FunctionCode.POST_STAFF, FunctionCode.OPERATOR_SECURITY, FunctionCode.SAFETY_REP),
    }
)
"""Functions that neither a county board nor the police has: an owner names the actor too."""
_EVENT_OF: dict[FollowUpCause, type[ActionReport]] = {
    FollowUpCause.STARTED: events.ActionItemStarted,
    FollowUpCause.DONE: events.ActionItemDone,
    FollowUpCause.REOPENED: events.ActionItemReopened,
}
_CAUSE_OF = {Work.ONGOING: FollowUpCause.STARTED, Work.DONE: FollowUpCause.DONE, Work.OPEN: FollowUpCause.REOPENED}


class ItemProgress(StrEnum):
    """How an action item is shown: how far the owner is, unless its day has passed or the host has cancelled it."""

    OPEN = "OPEN"
    ONGOING = "ONGOING"
    OVERDUE = "OVERDUE"
    DONE = "DONE"
    CANCELLED = "CANCELLED"


def assign(
    details: ActionItemDetails,
    meeting: Meeting,
    decisions: Collection[DecisionReference],
    identity: UUID,
    context: DecisionContext,
) -> events.ActionItemAssigned:
    """The owner is to do it until the day asked for, or until the next day that is open.

    Rejected if that day has passed, if the meeting is cancelled, or if the decision is none of ``decisions``, which are
    known here.
    """
    if meeting.status is MeetingStatus.CANCELLED:
        raise Rejected("wrong-status", "The meeting is cancelled: nothing follows from it.")
    _check(details, decisions, context)
    return events.ActionItemAssigned(
        id=identity,
        county=context.county.name,
        meeting=meeting.id,
        kind=meeting.kind,
        due=context.calendar.working_day_from(details.asked_due),
        status=ACTION_ITEM.first(FollowUpCause.ASSIGNED),
        **dict(details),
    )


def change(
    details: ActionItemDetails,
    before: ActionItem,
    report: ActionReport | None,
    decisions: Collection[DecisionReference],
    context: DecisionContext,
) -> events.ActionItemChanged | None:
    """The item is as ``details`` say; None if it was so before. Rejected if it is cancelled or done."""
    _running(before, report, FollowUpCause.CHANGED)
    _check(details, {*decisions, before.decision}, context, before.asked_due)
    same_day = details.asked_due == before.asked_due
    due = before.due if same_day else context.calendar.working_day_from(details.asked_due)
    return if_different(events.ActionItemChanged(**dict(before) | dict(details) | {"due": due}), before)


def cancel(before: ActionItem, report: ActionReport | None) -> events.ActionItemCancelled:
    """It is not to be done any more. Rejected if it is cancelled or done already."""
    _running(before, report, FollowUpCause.CANCELLED)
    status = ACTION_ITEM.after(before.status, FollowUpCause.CANCELLED)
    return events.ActionItemCancelled(**dict(before) | {"status": status})


def age_of(item: ActionItem, county: str, epoch: int, version: int) -> Recency:
    """The age by which this version is answered in ``county``: without an epoch where item and report are one's."""
    return (0 if county == item.county else epoch), version


def seen(item: ActionItem, age: Recency, before: ActionReport | None, county: str) -> events.ActionItemSeen | None:
    """The owner's county has this version of the item; None if it had, or if another county is to do it.

    How far the owner is stays as it was.
    """
    if item.owner.county != county or not awaits_answer(age, before):
        return None
    reference = Reference(county=item.county, id=item.id)
    return events.ActionItemSeen(
        id=report_id(reference, county),
        county=county,
        item=reference,
        work=before.work if before else REPORT.first(FollowUpCause.SEEN),
        answers=RequestVersion(epoch=age[0], version=age[1]),
    )


def report(item: ActionItem, work: Work, before: ActionReport) -> ActionReport | None:
    """The owner is so far with it; None if it was so before. Rejected if the host has cancelled the item."""
    if item.status is not ItemStatus.ASSIGNED:
        raise Rejected("cancelled", f"{item.county} has cancelled the item; nothing is to be done.")
    cause = _CAUSE_OF[work]
    after = REPORT.after(before.work, cause)
    return None if after is before.work else _EVENT_OF[cause](**dict(before) | {"work": after})


def may_report(owner: ItemOwner, actor: Actor | None, by: Answerer) -> bool:
    """Whether the caller speaks for the owner, a function of the own county or of its ``actor``."""
    if by.coordinator:
        return True
    if actor is not None:
        return by.may_answer_for(actor)
    return owner.actor is None and by.police and owner.function in POLICE_FUNCTIONS


def progress(item: ActionItem, report: ActionReport | None, today: date) -> ItemProgress:
    """How the item is shown ``today``. ``report`` is the owner's, None while its county has not seen the item."""
    if item.status is ItemStatus.CANCELLED:
        return ItemProgress.CANCELLED
    work = report.work if report else Work.OPEN
    if work is Work.DONE:
        return ItemProgress.DONE
    if today > item.due:
        return ItemProgress.OVERDUE
    return ItemProgress.ONGOING if work is Work.ONGOING else ItemProgress.OPEN


def _running(item: ActionItem, report: ActionReport | None, cause: FollowUpCause) -> None:
    if item.status not in ACTION_ITEM.befores(cause):
        raise Rejected("cancelled", "The item is cancelled, and cannot be changed; assign a new one.")
    if report is not None and report.work is Work.DONE:
        raise Rejected("done", f"{report.county} has done it. Assign a new item for what is left.")


def _check(
    details: ActionItemDetails,
    decisions: Collection[DecisionReference | None],
    context: DecisionContext,
    asked_before: date | None = None,
) -> None:
    counties = [each.name for each in context.counties]
    if details.owner.county not in counties:
        raise Rejected("invalid-owner", f"owner names no county here; these are: {', '.join(counties)}.")
    if details.owner.actor is None and details.owner.function in _OF_AN_ACTOR:
        raise Rejected("invalid-owner", f"Name in owner the actor too: many actors have a {details.owner.function}.")
    due, today = details.asked_due, context.today
    if due != asked_before and not today <= due <= today + LONGEST_AHEAD:
        raise Rejected("invalid-due", f"asked_due {due} has passed or is too far; it is {today}.")
    if details.decision is not None and details.decision not in decisions:
        raise Rejected("invalid-decision", f"§ {details.decision.number} of those minutes is not known here.")
