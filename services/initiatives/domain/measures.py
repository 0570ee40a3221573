"""Decisions about measures: `measure_life` says which steps there are.

A decision takes a measure and gives it as it is afterwards: an event once all counties see it.
"""

from collections.abc import Mapping
from uuid import UUID

from services.initiatives.domain.authors import LocalAuthor, check_municipalities
from services.initiatives.domain.home import AtHome
from services.initiatives.domain.measure_life import MEASURE, MeasureAct
from services.initiatives.domain.pictures import AnyPicture
from shared.contracts import measures as events
from shared.contracts.context import DecisionContext
from shared.contracts.initiative_codes import MeasureStatus, PictureStatus
from shared.contracts.measures import Measure, MeasureDetails, MeasureFollowUp, MeasurePlan
from shared.contracts.problem_pictures import ProblemPicture
from shared.contracts.suspicions import check_confirmed, doubts_in
from shared.rejected import Rejected

_EVENTS: Mapping[MeasureAct, type[Measure]] = {
    MeasureAct.CHANGES: events.MeasureChanged,
    MeasureAct.DECIDES: events.MeasureDecided,
    MeasureAct.STARTS: events.MeasureStarted,
    MeasureAct.FOLLOWS_UP: events.MeasureFollowedUp,
    MeasureAct.FINISHES: events.MeasureDone,
    MeasureAct.STOPS: events.MeasureStopped,
}


class HomeMeasure(MeasureDetails, AtHome):
    """A measure that stays in its county."""

    status: MeasureStatus = MeasureStatus.PROPOSED
    follow_up: MeasureFollowUp | None = None


AnyMeasure = HomeMeasure | Measure


def propose(
    details: MeasureDetails, identity: UUID, picture: AnyPicture, author: LocalAuthor, context: DecisionContext
) -> HomeMeasure:
    """The measure is proposed against causes of ``picture``, which is analysed."""
    _check(details, picture, author, context)
    return HomeMeasure(
        **dict(details), id=identity, county=context.county.name, status=MEASURE.first(MeasureAct.PROPOSES)
    )


def change(
    details: MeasureDetails,
    before: AnyMeasure,
    picture: AnyPicture,
    author: LocalAuthor,
    context: DecisionContext,
    *,
    confirmed: bool,
) -> AnyMeasure | None:
    """The plan says what ``details`` say; None if it said so before. It stays a measure of its picture."""
    if details.picture != before.picture:
        raise Rejected("invalid-picture", "A measure stays one of its picture; propose another one.")
    _check(details, picture, author, context)
    content = {name: getattr(details, name) for name in MeasureDetails.model_fields}
    if all(getattr(before, name) == value for name, value in content.items()):
        return None
    return _stepped(before, MeasureAct.CHANGES, confirmed=confirmed, **content)


def decide(before: AnyMeasure, picture: AnyPicture) -> AnyMeasure:
    """It is decided that the measure is taken, by those who have agreed on its picture."""
    if picture.status is not PictureStatus.AGREED:
        raise Rejected("not-agreed", "The picture of this measure is not agreed on; agree on it first.")
    return _stepped(before, MeasureAct.DECIDES)


def start(before: AnyMeasure) -> AnyMeasure:
    """The measure is under way."""
    return _stepped(before, MeasureAct.STARTS)


def follow_up(
    follow_up: MeasureFollowUp, before: AnyMeasure, context: DecisionContext, *, confirmed: bool
) -> AnyMeasure:
    """It is said how the measure goes, as seen on a day that has come."""
    if follow_up.day > context.today or (before.follow_up and follow_up.day < before.follow_up.day):
        raise Rejected("invalid-day", "day is the day of the follow-up: not after today, nor before the last one.")
    return _stepped(before, MeasureAct.FOLLOWS_UP, confirmed=confirmed, follow_up=follow_up)


def finish(before: AnyMeasure) -> AnyMeasure:
    """The measure has been taken."""
    return _stepped(before, MeasureAct.FINISHES)


def stop(before: AnyMeasure) -> AnyMeasure:
    """The measure is not taken any more."""
    return _stepped(before, MeasureAct.STOPS)


def release(before: AnyMeasure, picture: AnyPicture, *, confirmed: bool) -> Measure:
    """All counties see the measure from now on, as they see its picture."""
    if isinstance(before, Measure):
        raise Rejected("released", "The measure is released already.")
    if not isinstance(picture, ProblemPicture):
        raise Rejected("not-released", "The picture of this measure stays in the county; release it first.")
    _check_step(before, MeasureAct.RELEASES)
    _check_doubts(before, confirmed=confirmed)
    return events.MeasureReleased(**dict(before))


def _check(details: MeasureDetails, picture: AnyPicture, author: LocalAuthor, context: DecisionContext) -> None:
    check_municipalities(details.municipalities, author, context)
    check_causes(details, picture)
    if not set(details.municipalities) <= set(picture.municipalities):
        raise Rejected(
            "invalid-municipality", "A measure is for municipalities of its picture; name others there first."
        )
    if details.model is not None and details.model.county == context.county.name:
        raise Rejected("invalid-model", "A model is a measure that another county has released.")


def check_causes(plan: MeasurePlan, picture: AnyPicture) -> None:
    """Rejected if the picture is not analysed, or lacks a cause that the plan names."""
    if picture.status not in (PictureStatus.ANALYSED, PictureStatus.AGREED):
        raise Rejected("no-analysis", f"The picture is {picture.status.lower()}: it has no analysis to work by.")
    if unknown := sorted(set(plan.causes) - {each.number for each in picture.causes}):
        raise Rejected("invalid-causes", f"The picture names no cause with the number {unknown[0]}.")


def _check_step(measure: AnyMeasure, cause: MeasureAct) -> None:
    if measure.status not in MEASURE.befores(cause):
        ways = ", ".join(MEASURE.befores(cause)).lower()
        raise Rejected("wrong-status", f"The measure is {measure.status.lower()}; only one that is {ways} can do this.")


def _check_doubts(measure: AnyMeasure, *, confirmed: bool) -> None:
    texts = [("title", measure.title), ("local_theme", measure.local_theme or "")]
    texts += [("operational_goal", measure.operational_goal), ("indicator.text", measure.indicator.text)]
    texts += [("follow_up.text", measure.follow_up.text if measure.follow_up else "")]
    check_confirmed(doubts_in(texts), confirmed=confirmed)


def _stepped(before: AnyMeasure, cause: MeasureAct, *, confirmed: bool = True, **changes: object) -> AnyMeasure:
    """The measure after a step; Rejected if it cannot take it, and for a doubt about a text that leaves the county."""
    _check_step(before, cause)
    state = dict(before) | {"status": MEASURE.after(before.status, cause)} | changes
    if isinstance(before, HomeMeasure):
        return HomeMeasure(**state)
    after = _EVENTS[cause](**state)
    _check_doubts(after, confirmed=confirmed)
    return after
