"""Decisions about measures: what each needs of its picture, and what all counties are told."""

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from services.initiatives.domain import measures, pictures
from services.initiatives.domain.measure_life import MEASURE as LIFE
from services.initiatives.domain.measures import AnyMeasure, HomeMeasure
from services.initiatives.domain.picture_life import PICTURE as PICTURE_LIFE
from shared.contracts.event import Event
from shared.contracts.initiative_codes import FollowUpColour, MeasureStatus
from shared.contracts.measures import EVENTS, Measure, MeasureFollowedUp, MeasureIndicator, MeasureReleased
from shared.contracts.problem_pictures import EVENTS as PICTURE_EVENTS
from tests.unit.initiatives.given import JAMTLAND, MUNICIPAL, POLICE, agreed, begun, prioritised
from tests.unit.initiatives.given_measures import MEASURE, follow_up, measure, ongoing, proposed, released
from tests.unit.initiatives.test_pictures import refused

STEPS: dict[str, Callable[[AnyMeasure], AnyMeasure]] = {
    "decide": lambda each: measures.decide(each, agreed()),
    "start": measures.start,
    "finish": measures.finish,
}


def test_a_measure_goes_from_proposed_to_done_at_home() -> None:
    done = measures.finish(ongoing())

    assert (type(done), done.status) == (HomeMeasure, MeasureStatus.DONE)
    assert not issubclass(HomeMeasure, Event)


@pytest.mark.parametrize("lacking", [{"causes": []}, {"targets": []}, {"causes": [100]}, {"last_day": "2026-01-01"}])
def test_a_measure_is_aimed_at_a_cause_and_one_of_the_three(lacking: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        measure(**lacking)


@pytest.mark.parametrize("picture", [begun(), prioritised(), pictures.archive(agreed())], ids=lambda each: each.status)
def test_no_measure_is_proposed_of_a_picture_without_analysis(picture: pictures.AnyPicture) -> None:
    refused("no-analysis", proposed, picture)


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"causes": [2]}, "invalid-causes"),
        ({"municipalities": ["2380", "2305"]}, "invalid-municipality"),
        ({"municipalities": ["2305"]}, "forbidden"),
        ({"model": {"county": "jamtland", "id": MEASURE["picture"]}}, "invalid-model"),
    ],
)
def test_a_measure_fits_its_picture(changes: dict[str, object], slug: str) -> None:
    refused(slug, proposed, **changes)
    refused(slug, measures.change, measure(**changes), proposed(), agreed(), MUNICIPAL, JAMTLAND, confirmed=False)


def test_a_measure_stays_one_of_its_picture() -> None:
    other = measure(picture="018f4c3e-7b1a-7c2d-9e4f-5a6b7c8d9fff")

    refused("invalid-picture", measures.change, other, proposed(), agreed(), POLICE, JAMTLAND, confirmed=False)


def test_no_measure_is_decided_on_before_its_picture_is_agreed_on() -> None:
    analysed = pictures.analyse(prioritised())

    refused("not-agreed", measures.decide, proposed(analysed), analysed)


def test_no_measure_is_released_before_its_picture() -> None:
    refused("not-released", measures.release, ongoing(), agreed(), confirmed=False)
    assert isinstance(released(), MeasureReleased)
    refused("wrong-status", measures.release, proposed(), pictures.release(agreed(), confirmed=False), confirmed=False)
    refused("released", measures.release, released(), agreed(), confirmed=False)


@pytest.mark.parametrize("step", STEPS)
def test_only_the_next_step_of_a_measure_can_be_taken(step: str) -> None:
    by_step = {"decide": proposed(), "start": measures.decide(proposed(), agreed()), "finish": ongoing()}
    for other, before in by_step.items():
        if other != step:
            refused("wrong-status", STEPS[step], before)


def test_a_follow_up_is_told_once_the_measure_is_released() -> None:
    green = measures.follow_up(follow_up(), ongoing(), JAMTLAND, confirmed=False)
    red = measures.follow_up(follow_up(colour="RED"), released(), JAMTLAND, confirmed=False)

    assert isinstance(green, HomeMeasure)
    assert isinstance(red, MeasureFollowedUp)
    assert red.follow_up
    assert red.follow_up.colour is FollowUpColour.RED
    assert red.status is MeasureStatus.ONGOING


@pytest.mark.parametrize("day", ["2026-11-24", "2026-10-31"])
def test_a_follow_up_is_of_a_day_between_the_last_and_today(day: str) -> None:
    before = measures.follow_up(follow_up(), ongoing(), JAMTLAND, confirmed=False)

    refused("invalid-day", measures.follow_up, follow_up(day=day), before, JAMTLAND, confirmed=False)


def test_what_is_stopped_stays_and_changes_no_more() -> None:
    stopped = measures.stop(released())

    assert isinstance(stopped, Measure)
    assert stopped.status is MeasureStatus.STOPPED
    refused("wrong-status", measures.change, measure(title="X"), stopped, agreed(), POLICE, JAMTLAND, confirmed=False)
    refused("wrong-status", measures.follow_up, follow_up(), stopped, JAMTLAND, confirmed=False)


def test_the_same_plan_again_changes_nothing() -> None:
    assert measures.change(measure(), released(), agreed(), POLICE, JAMTLAND, confirmed=False) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Ring 070-123 45 67"},
        {"operational_goal": "Ring 070-123 45 67"},
        {"indicator": MEASURE["indicator"] | {"text": "Ring 070-123 45 67"}},
        {"indicator": MEASURE["indicator"] | {"unit": "070-123 45 67"}},
    ],
)
def test_nothing_of_a_person_is_in_a_plan_or_a_follow_up(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="of a person"):
        measure(**changes)
    with pytest.raises(ValidationError, match="of a person"):
        follow_up(text="Ring 070-123 45 67")


def test_suspicion_beside_a_name_in_what_leaves_is_to_be_confirmed() -> None:
    doubtful = "Hos dömde Nils Ek"
    shared = pictures.release(agreed(), confirmed=False)

    refused("unconfirmed", measures.release, ongoing(operational_goal=doubtful), shared, confirmed=False)
    refused("unconfirmed", measures.follow_up, follow_up(text=doubtful), released(), JAMTLAND, confirmed=False)
    changed = measure(indicator=MEASURE["indicator"] | {"text": doubtful})
    refused("unconfirmed", measures.change, changed, released(), agreed(), POLICE, JAMTLAND, confirmed=False)
    assert measures.follow_up(follow_up(text=doubtful), released(), JAMTLAND, confirmed=True)
    assert measures.follow_up(follow_up(text=doubtful), ongoing(), JAMTLAND, confirmed=False)


def test_each_event_is_told_by_a_step_and_the_other_way_round() -> None:
    for life, events in ((LIFE, EVENTS), (PICTURE_LIFE, PICTURE_EVENTS)):
        assert {step.event for step in life.steps if step.event} == {each.__name__ for each in events}


@pytest.mark.parametrize(("unit", "kept"), [("%", "%"), ("% av butikerna", "% av butikerna"), ("kvällar", "kvällar")])
def test_per_cent_is_a_unit(unit: str, kept: str) -> None:
    assert MeasureIndicator(text="Andel", unit=unit, baseline=1, target=2).unit == kept


@pytest.mark.parametrize("unit", ["=A1", "-5", "+5", "@a", ""])
def test_what_begins_a_formula_is_no_unit(unit: str) -> None:
    with pytest.raises(ValidationError):
        MeasureIndicator(text="Andel", unit=unit, baseline=1, target=2)
