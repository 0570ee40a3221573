"""Decisions about occasions: when and where a training is held, and who may ask for seats."""

from datetime import datetime
from uuid import UUID

from services.trainings.domain import training as trainings
from services.trainings.domain.saga import OCCASION, SETTLES_AFTER, Cause
from shared.contracts import trainings as events
from shared.contracts.context import DecisionContext
from shared.contracts.event import if_different
from shared.contracts.training_codes import CancelReason, OccasionStatus
from shared.contracts.trainings import Occasion, OccasionDetails, Training
from shared.rejected import Rejected

_MOVES = ("starts_at", "ends_at", "form", "place", "municipality", "url")
_OVER = (OccasionStatus.HELD, OccasionStatus.CANCELLED)
_EVENT_OF: dict[OccasionStatus, type[Occasion]] = {
    OccasionStatus.OPEN: events.EnrolmentOpened,
    OccasionStatus.CLOSED: events.EnrolmentClosed,
    OccasionStatus.HELD: events.OccasionHeld,
    OccasionStatus.CANCELLED: events.OccasionCancelled,
}


def register(
    details: OccasionDetails, training: Training, identity: UUID, context: DecisionContext
) -> events.OccasionRegistered:
    """The occasion is in the catalogue. Whether counties may ask for seats follows from the time."""
    if (training.id, training.county) != (details.training, context.county.name):
        raise Rejected("invalid-training", f"{details.training} is no training of {context.county.name}")
    trainings.living(training)
    _check(details, context)
    status = OCCASION.first(Cause.REGISTERED)
    return events.OccasionRegistered(id=identity, county=context.county.name, status=status, **dict(details))


def change(details: OccasionDetails, before: Occasion, held: int, context: DecisionContext) -> Occasion | None:
    """The occasion is as ``details`` say, and moved if that is another time or place; None if it was so before.

    ``held`` seats are taken: so many must be left. Decide about the seats after it.
    """
    _running(before, context)
    _check(details, context)
    if details.training != before.training:
        raise Rejected("invalid-training", "An occasion stays one of its training; register another one.")
    if details.seats < held:
        raise Rejected(
            "too-few-seats", f"{held} seats are taken or offered; {details.seats} would be too few", held=held
        )
    if before.status is not OccasionStatus.PLANNED and details.opens_at > context.now:
        raise Rejected("already-open", f"Enrolment opened at {before.opens_at}, and cannot be opened later any more.")
    kept = {"id": before.id, "county": before.county, "reason": before.reason}
    moved = any(getattr(details, name) != getattr(before, name) for name in _MOVES)
    reopened = OCCASION.after(before.status, Cause.REOPENED) if details.closes_at > context.now else before.status
    event = events.OccasionMoved if moved else events.OccasionChanged
    after = event(
        **kept,
        **dict(details),
        status=reopened,
        released=_released(details, context.now),
        sequence=before.sequence + moved,
    )
    return if_different(after, before)


def cancel(
    before: Occasion, context: DecisionContext, reason: CancelReason = CancelReason.BY_HOST
) -> events.OccasionCancelled:
    """The occasion is not held. Decide about the seats after it: each participant's answer changes."""
    _running(before, context)
    cause = Cause.CALLED_OFF if reason is CancelReason.BY_HOST else Cause.TOO_FEW
    status = OCCASION.after(before.status, cause)
    return events.OccasionCancelled(
        **dict(before) | {"status": status, "reason": reason, "sequence": before.sequence + 1}
    )


def advanced(before: Occasion, now: datetime) -> Occasion:
    """The occasion as it is by the clock. What has happened does not unhappen when the clock is set back."""
    if before.status in _OVER:
        return before
    status = before.status
    for cause, at in (
        (Cause.OPENS, before.opens_at),
        (Cause.CLOSES, before.closes_at),
        (Cause.ENDS, before.ends_at),
    ):
        if now >= at:
            status = OCCASION.after(status, cause)
    released = before.released or _released(before, now)
    if (status, released) == (before.status, before.released):
        return before
    event = _EVENT_OF[status] if status is not before.status else events.SeatsReleased
    return event(**dict(before) | {"status": status, "released": released})


def has_begun(occasion: OccasionDetails, now: datetime) -> bool:
    """Whether it is too late for anybody to get a seat."""
    return now >= occasion.starts_at


def settles_at(occasion: OccasionDetails) -> datetime:
    """When nothing about its seats changes any more."""
    return occasion.ends_at + SETTLES_AFTER


def _released(details: OccasionDetails, now: datetime) -> bool:
    return details.release_at is not None and now >= details.release_at


def _running(occasion: Occasion, context: DecisionContext) -> None:
    if occasion.status in _OVER:
        raise Rejected(
            "over", f"The occasion is {occasion.status.lower()} and cannot be changed; register another one."
        )
    if has_begun(occasion, context.now):
        raise Rejected("begun", f"The occasion began at {occasion.starts_at}, and cannot be changed any more.")


def _check(details: OccasionDetails, context: DecisionContext) -> None:
    counties = [each.name for each in context.counties]
    if not set(details.open_for) <= set(counties):
        raise Rejected("invalid-county", f"open_for names no county here; these are: {', '.join(counties)}.")
    if has_begun(details, context.now):
        raise Rejected("invalid-time", f"starts_at {details.starts_at} has passed; it is {context.now}")
