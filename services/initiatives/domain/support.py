"""Decisions about support: a municipality asks, its county offers, gives or declines (`readiness_life`)."""

from uuid import UUID

from services.initiatives.domain.readiness_life import SUPPORT, ReadinessCause
from shared.contracts import support_requests as events
from shared.contracts.context import DecisionContext
from shared.contracts.event import if_different
from shared.contracts.prose import Statement
from shared.contracts.readiness_codes import SupportStatus
from shared.contracts.support_requests import SupportDetails, SupportRequest
from shared.rejected import Rejected

_EVENT_OF: dict[ReadinessCause, type[SupportRequest]] = {
    ReadinessCause.OFFERED: events.SupportOffered,
    ReadinessCause.PROVIDED: events.SupportProvided,
    ReadinessCause.DECLINED: events.SupportDeclined,
    ReadinessCause.TAKEN_BACK: events.SupportRequestTakenBack,
}


def ask(details: SupportDetails, identity: UUID, context: DecisionContext) -> events.SupportRequested:
    """The request of municipalities of this county. The caller has seen that they are. Rejected if it is too late."""
    _check_wanted(details, context)
    status = SUPPORT.first(ReadinessCause.ASKED)
    own = {"id": identity, "county": context.county.name, "status": status, "asked_on": context.today}
    return events.SupportRequested(**own, **dict(details))


def change(details: SupportDetails, before: SupportRequest, context: DecisionContext) -> events.SupportRequested | None:
    """The municipality asks for something else; None if it is the same. Rejected once the county has answered."""
    if before.status is not SupportStatus.ASKED:
        raise Rejected("answered", f"The request is {before.status.lower()}; take it back and ask anew.")
    if details.wanted_by != before.wanted_by:
        _check_wanted(details, context)
    return if_different(events.SupportRequested(**dict(before) | dict(details)), before)


def answer(
    cause: ReadinessCause, text: Statement | None, before: SupportRequest, context: DecisionContext
) -> SupportRequest:
    """The county offers support, has given it, or declines; the municipality takes its request back.

    Rejected if the request is settled. Whoever declines says why.
    """
    if before.status not in SUPPORT.befores(cause):
        raise Rejected("wrong-status", f"The request is {before.status.lower()}; nothing is left to do about it.")
    if cause is ReadinessCause.DECLINED and text is None:
        raise Rejected("no-reason", "Say in text why the county does not give this support.")
    changes: dict[str, object] = {"status": SUPPORT.after(before.status, cause)}
    if cause is not ReadinessCause.TAKEN_BACK:
        changes |= {"answer": text or before.answer, "answered_on": context.today}
    if cause is ReadinessCause.PROVIDED:
        changes |= {"provided_on": context.today}
    return _EVENT_OF[cause](**dict(before) | changes)


def _check_wanted(details: SupportDetails, context: DecisionContext) -> None:
    if details.wanted_by is not None and details.wanted_by < context.today:
        raise Rejected("invalid-wanted-by", f"wanted_by {details.wanted_by} has passed; it is {context.today}.")
