"""How municipalities agree on a joint measure: who leads, whose answer counts, and for which plan."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from services.initiatives.domain import joint_measures, pictures
from services.initiatives.domain.authors import LocalAuthor
from services.initiatives.domain.joint_life import ANSWER, JOINT
from services.initiatives.domain.joint_measures import GivenJointAnswer
from shared.contracts.initiative_codes import JointStatus, JoinVerdict
from shared.contracts.joint_measures import EVENTS, JointAnswer, JointMeasure, JointMeasureProposed
from shared.contracts.measures import MeasurePlan
from tests.support.contexts import decision_context
from tests.unit.initiatives.given import JAMTLAND, MUNICIPAL, POLICE, agreed
from tests.unit.initiatives.given_measures import MEASURE, OF, follow_up
from tests.unit.initiatives.test_pictures import refused

EPOCH = 7
NORRBOTTEN = decision_context("norrbotten")
LULEA, ARE = LocalAuthor("2580", police=False), LocalAuthor("2321", police=False)
PICTURE = pictures.release(agreed(), confirmed=False)


def plan(**changes: Any) -> MeasurePlan:
    return MeasurePlan.model_validate(MEASURE | {"municipalities": ["2380", "2580", "2321"]} | changes)


def proposed(**changes: Any) -> JointMeasure:
    return joint_measures.propose(plan(**changes), OF, PICTURE, MUNICIPAL, JAMTLAND, confirmed=False)


def answer(joint: JointMeasure, verdict: str = "JOINED", author: LocalAuthor = LULEA, **changes: Any) -> JointAnswer:
    county = "norrbotten" if author is LULEA else "jamtland"
    given = GivenJointAnswer(verdict=JoinVerdict(verdict), revision=joint.revision)
    seen = (0 if county == "jamtland" else EPOCH), 3
    event = joint_measures.answer(given, joint, seen, None, author, county)
    assert event is not None
    return event.model_copy(update=changes)


def heard(joint: JointMeasure, given: JointAnswer) -> JointMeasure:
    after = joint_measures.hear(given, joint, EPOCH, JAMTLAND)
    assert after is not None
    return after


def joined() -> JointMeasure:
    return heard(proposed(), answer(proposed()))


def test_a_measure_of_two_counties_begins_once_another_has_joined() -> None:
    refused("nobody-joined", joint_measures.start, proposed())

    started = joint_measures.start(joined())

    assert (started.joined, started.status) == (("2380", "2580"), JointStatus.STARTED)
    late = heard(started, answer(started, author=ARE))
    assert (late.joined, late.status) == (("2321", "2380", "2580"), JointStatus.STARTED)
    left = heard(late, answer(late, "DECLINED"))
    assert left.joined == ("2321", "2380")


def test_another_plan_asks_all_anew() -> None:
    before = joined()
    changed = joint_measures.change(plan(title="Annan plan"), before, PICTURE, JAMTLAND, confirmed=False)

    assert changed is not None
    assert (changed.revision, changed.joined) == (2, ("2380",))
    assert joint_measures.hear(answer(before), changed, EPOCH, JAMTLAND) is None
    assert joint_measures.change(plan(), before, PICTURE, JAMTLAND, confirmed=False) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"county": "vasterbotten"},
        {"county": "jamtland"},
        {"municipality": "2514"},
        {"municipality": "2380"},
        {"verdict": JoinVerdict.DECLINED},
        {"answers": {"epoch": EPOCH - 1, "version": 3}},
    ],
    ids=str,
)
def test_only_an_answer_of_the_municipality_s_county_counts(wrong: dict[str, Any]) -> None:
    given = JointAnswer.model_validate({**answer(proposed()).model_dump(), **wrong})

    assert joint_measures.hear(given, proposed(), EPOCH, JAMTLAND) is None


@pytest.mark.parametrize("step", [joint_measures.stop, lambda each: joint_measures.finish(joint_measures.start(each))])
def test_nobody_joins_what_has_ended(step: Callable[[JointMeasure], JointMeasure]) -> None:
    ended, given = step(joined()), answer(proposed(), author=ARE)

    assert joint_measures.hear(given, ended, EPOCH, JAMTLAND) is None
    asked = GivenJointAnswer(verdict=JoinVerdict.JOINED, revision=1)
    refused("wrong-status", joint_measures.answer, asked, ended, (0, 1), None, ARE, "jamtland")


@pytest.mark.parametrize("author", [MUNICIPAL, POLICE, LocalAuthor("2514", police=False)], ids=str)
def test_only_a_municipality_that_is_asked_answers(author: LocalAuthor) -> None:
    given = GivenJointAnswer(verdict=JoinVerdict.JOINED, revision=1)

    refused("not-asked", joint_measures.answer, given, proposed(), (1, 1), None, author, "norrbotten")


def test_an_answer_is_to_the_plan_that_was_read_and_given_once() -> None:
    joint, before = proposed(), answer(proposed())
    given = GivenJointAnswer(verdict=JoinVerdict.JOINED, revision=1)

    assert joint_measures.answer(given, joint, (EPOCH, 9), before, LULEA, "norrbotten") is None
    assert joint_measures.answer(given, joint, (EPOCH + 1, 9), before, LULEA, "norrbotten"), "the lead was recovered"
    newer = GivenJointAnswer(verdict=JoinVerdict.JOINED, revision=2)
    refused("older-revision", joint_measures.answer, newer, joint, (EPOCH, 9), None, LULEA, "norrbotten")


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"municipalities": ["2380"]}, "invalid-municipality"),
        ({"municipalities": ["2580", "2321"]}, "invalid-municipality"),
        ({"municipalities": ["2380", "0180"]}, "invalid-municipality"),
        ({"municipalities": ["2380", "2599"]}, "invalid-municipality"),
        ({"causes": [3]}, "invalid-causes"),
        ({"operational_goal": "Hos dömde Nils Ek"}, "unconfirmed"),
    ],
)
def test_a_plan_fits_its_lead_and_its_picture(changes: dict[str, Any], slug: str) -> None:
    refused(slug, proposed, **changes)
    changed = plan(**changes)
    refused(slug, joint_measures.change, changed, proposed(), PICTURE, JAMTLAND, confirmed=False)


def test_a_municipality_leads_with_a_picture_that_all_see() -> None:
    given = plan(), OF
    refused("forbidden", joint_measures.propose, *given, PICTURE, POLICE, JAMTLAND, confirmed=False)
    refused("not-released", joint_measures.propose, *given, agreed(), MUNICIPAL, JAMTLAND, confirmed=False)
    refused("forbidden", joint_measures.check_lead, proposed(), ARE)


def test_a_joint_measure_is_followed_up_once_it_has_begun() -> None:
    refused("wrong-status", joint_measures.follow_up, follow_up(), joined(), JAMTLAND, confirmed=False)
    started = joint_measures.start(joined())

    after = joint_measures.follow_up(follow_up(), started, JAMTLAND, confirmed=False)

    assert after.follow_up == follow_up()
    refused("invalid-day", joint_measures.follow_up, follow_up(day="2026-12-24"), started, JAMTLAND, confirmed=False)
    doubtful = follow_up(text="Hos dömde Nils Ek")
    refused("unconfirmed", joint_measures.follow_up, doubtful, started, JAMTLAND, confirmed=False)


@pytest.mark.parametrize("wrong", [{"municipalities": ("2380",)}, {"joined": ("2580",)}, {"joined": ("2380", "2514")}])
def test_no_event_contradicts_who_was_asked(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        JointMeasureProposed(**dict(proposed()) | wrong)


def test_each_event_of_joint_measures_is_told_by_a_step() -> None:
    told = {step.event for life in (JOINT, ANSWER) for step in life.steps}

    assert told == {each.__name__ for each in EVENTS}
