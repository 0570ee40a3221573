"""Decisions about joint measures: the lead's, those of the municipalities that are asked, and which answers count."""

from collections.abc import Mapping
from uuid import UUID, uuid5

from services.initiatives.domain.authors import LocalAuthor
from services.initiatives.domain.joint_life import JOINT, JointAct
from services.initiatives.domain.measures import check_causes
from services.initiatives.domain.pictures import AnyPicture
from shared.contracts import joint_measures as events
from shared.contracts.asking import Recency, Reference, RequestVersion
from shared.contracts.context import DecisionContext
from shared.contracts.event import Shared
from shared.contracts.initiative_codes import JoinVerdict
from shared.contracts.joint_measures import JointAnswer, JointAnswerGiven, JointMeasure, JointRevision
from shared.contracts.measures import MeasureFollowUp, MeasurePlan
from shared.contracts.problem_pictures import ProblemPicture
from shared.contracts.reference import COUNTIES, MUNICIPALITIES
from shared.contracts.suspicions import check_confirmed, doubts_in
from shared.rejected import Rejected

NAMESPACE = UUID("3b0d4c8e-5a6f-5c1e-8d0a-7f2b9e4c6a10")
"""Of the ids of answers. It is never changed: ids would change with it."""
_EVENTS: Mapping[JointAct, type[JointMeasure]] = {
    JointAct.CHANGES: events.JointMeasureChanged,
    JointAct.HEARS: events.JointMembersChanged,
    JointAct.STARTS: events.JointMeasureStarted,
    JointAct.FOLLOWS_UP: events.JointMeasureFollowedUp,
    JointAct.FINISHES: events.JointMeasureDone,
    JointAct.STOPS: events.JointMeasureStopped,
}


class GivenJointAnswer(Shared):
    """An answer as a municipality gives it: to the ``revision`` that was read."""

    verdict: JoinVerdict
    revision: JointRevision


def answer_id(joint: Reference, municipality: str) -> UUID:
    """The id of the one answer that a municipality has to a joint measure."""
    return uuid5(NAMESPACE, f"{joint}/{municipality}")


def reference_of(joint: JointMeasure) -> Reference:
    """The joint measure as its answers name it."""
    return Reference(county=joint.county, id=joint.id)


def propose(
    plan: MeasurePlan,
    identity: UUID,
    picture: AnyPicture,
    author: LocalAuthor,
    context: DecisionContext,
    *,
    confirmed: bool,
) -> JointMeasure:
    """The author's municipality proposes the measure, and leads it."""
    if author.municipality is None:
        raise Rejected("forbidden", "A municipality leads a joint measure: its coordinator proposes it.")
    _check(plan, author.municipality, picture, context)
    event = events.JointMeasureProposed(
        **dict(plan), id=identity, county=context.county.name, lead=author.municipality, joined=(author.municipality,)
    )
    _check_doubts(event, confirmed=confirmed)
    return event


def change(
    plan: MeasurePlan, before: JointMeasure, picture: AnyPicture, context: DecisionContext, *, confirmed: bool
) -> JointMeasure | None:
    """The plan is another one, and all are asked anew; None if it was so before."""
    _check(plan, before.lead, picture, context)
    content = {name: getattr(plan, name) for name in MeasurePlan.model_fields}
    if all(getattr(before, name) == value for name, value in content.items()):
        return None
    anew: dict[str, object] = {"revision": before.revision + 1, "joined": (before.lead,)}
    after = _stepped(before, JointAct.CHANGES, **content, **anew)
    _check_doubts(after, confirmed=confirmed)
    return after


def start(before: JointMeasure) -> JointMeasure:
    """The measure is under way, with those that have joined."""
    if len(before.joined) < 2:
        raise Rejected("nobody-joined", "No other municipality has joined yet; a joint measure is of at least two.")
    return _stepped(before, JointAct.STARTS)


def follow_up(
    follow_up: MeasureFollowUp, before: JointMeasure, context: DecisionContext, *, confirmed: bool
) -> JointMeasure:
    """It is said how the measure goes, as seen on a day that has come."""
    if follow_up.day > context.today or (before.follow_up and follow_up.day < before.follow_up.day):
        raise Rejected("invalid-day", "day is the day of the follow-up: not after today, nor before the last one.")
    check_confirmed(doubts_in([("text", follow_up.text)]), confirmed=confirmed)
    return _stepped(before, JointAct.FOLLOWS_UP, follow_up=follow_up)


def finish(before: JointMeasure) -> JointMeasure:
    """The measure has been taken."""
    return _stepped(before, JointAct.FINISHES)


def stop(before: JointMeasure) -> JointMeasure:
    """The measure is not taken any more."""
    return _stepped(before, JointAct.STOPS)


def answer(
    given: GivenJointAnswer,
    joint: JointMeasure,
    seen: Recency,
    before: JointAnswer | None,
    author: LocalAuthor,
    county: str,
) -> JointAnswerGiven | None:
    """The author's municipality answers what it has read, in the version ``seen``; None if it has done so before."""
    municipality = author.municipality
    if municipality is None or municipality not in joint.municipalities or municipality == joint.lead:
        raise Rejected("not-asked", "The measure asks the municipalities that it names, and their coordinators answer.")
    if joint.status not in JOINT.befores(JointAct.HEARS):
        raise Rejected("wrong-status", f"The joint measure is {joint.status.lower()}; nobody joins or leaves it now.")
    if given.revision != joint.revision:
        raise Rejected("older-revision", f"The plan is at revision {joint.revision}. Read it again.")
    reference, (epoch, version) = reference_of(joint), seen
    after = JointAnswerGiven(
        id=answer_id(reference, municipality),
        county=county,
        joint=reference,
        municipality=municipality,
        verdict=given.verdict,
        revision=given.revision,
        answers=RequestVersion(epoch=epoch, version=version),
    )
    said = before and (before.verdict, before.revision, before.answers.epoch)
    return None if said == (after.verdict, after.revision, epoch) else after


def hear(answer: JointAnswer, joint: JointMeasure, epoch: int, context: DecisionContext) -> JointMeasure | None:
    """The joint measure with the answer, which its county has received; None if the answer changes nothing.

    It counts if the municipality's own county gives it, to the present plan, as published in this ``epoch``: one of an
    older epoch may be to a plan that was forgotten. An answer of the own county names no epoch.
    """
    owner = next((each.name for each in context.counties if answer.municipality.startswith(each.code)), None)
    known = 0 if answer.county == joint.county else epoch
    counts = (answer.county, answer.revision, answer.answers.epoch) == (owner, joint.revision, known)
    asked = answer.municipality in joint.municipalities and answer.municipality != joint.lead
    if not (counts and asked) or joint.status not in JOINT.befores(JointAct.HEARS):
        return None
    others = set(joint.joined) - {answer.municipality}
    joined = others | ({answer.municipality} if answer.verdict is JoinVerdict.JOINED else set())
    return None if joined == set(joint.joined) else _stepped(joint, JointAct.HEARS, joined=tuple(sorted(joined)))


def check_lead(joint: JointMeasure, author: LocalAuthor) -> None:
    """Rejected unless the author is the coordinator of the municipality that leads."""
    if author.municipality != joint.lead:
        raise Rejected("forbidden", "The municipality that leads a joint measure changes it, and nobody else.")


def _check(plan: MeasurePlan, lead: str, picture: AnyPicture, context: DecisionContext) -> None:
    codes = {each.code for each in context.counties}
    for code in plan.municipalities:
        if code[:2] not in codes or (code[:2] in COUNTIES and code not in MUNICIPALITIES):
            raise Rejected("invalid-municipality", f"No municipality of the counties here has the code {code}.")
    if lead not in plan.municipalities or len(plan.municipalities) < 2 or lead not in picture.municipalities:
        raise Rejected(
            "invalid-municipality",
            "A joint measure is of the municipality that leads, whose picture it is of, and others.",
        )
    if not isinstance(picture, ProblemPicture):
        raise Rejected("not-released", "The picture of this measure stays in the county; release it first.")
    check_causes(plan, picture)


def _check_doubts(joint: JointMeasure, *, confirmed: bool) -> None:
    texts = [("title", joint.title), ("local_theme", joint.local_theme or "")]
    texts += [("operational_goal", joint.operational_goal), ("indicator.text", joint.indicator.text)]
    check_confirmed(doubts_in(texts), confirmed=confirmed)


def _stepped(before: JointMeasure, cause: JointAct, **changes: object) -> JointMeasure:
    """The joint measure after a step; Rejected if it cannot take it."""
    if before.status not in JOINT.befores(cause):
        ways = ", ".join(JOINT.befores(cause)).lower()
        raise Rejected(
            "wrong-status", f"The joint measure is {before.status.lower()}; only one that is {ways} can do this."
        )
    return _EVENTS[cause](**dict(before) | {"status": JOINT.after(before.status, cause)} | changes)
