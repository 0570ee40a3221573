"""Yearly focuses and lessons: one focus a year, and no word about a person."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from services.initiatives.domain import focuses, lessons
from shared.contracts.codes import Status
from shared.contracts.lessons import (
    Lesson,
    LessonDetails,
    YearlyFocus,
    YearlyFocusChanged,
    YearlyFocusDecided,
    YearlyFocusDetails,
)
from shared.rejected import Rejected
from tests.support.contexts import decision_context

Y, Z = (decision_context(county) for county in ("vasternorrland", "jamtland"))
SUSPECT = "Hon misstänkte att Anna Svensson var gärningsperson."


def focus_details(**changes: Any) -> YearlyFocusDetails:
    goal = {"text": "Alla kommuner har en lägesbild", "mandate_area": "KNOWLEDGE_BASED"}
    return YearlyFocusDetails(**{"year": 2026, "text": "Stöd till aktörer i länet.", "goals": [goal], **changes})


def lesson_details(**changes: Any) -> LessonDetails:
    told = {"title": "Ljus vid busstorget", "text": "Ny belysning gav färre samlingar.", "year": 2026}
    return LessonDetails(**{**told, "theme": "PHYSICAL_ENVIRONMENT", "municipalities": ["2281"], **changes})


def decided(details: YearlyFocusDetails, before: YearlyFocus | None = None) -> YearlyFocus | None:
    return focuses.decide(details, before, confirmed=False, context=Y)


def shared(details: LessonDetails, *, confirmed: bool = False) -> Lesson:
    return lessons.share(details, uuid4(), confirmed=confirmed, context=Y)


def refused(slug: str, act: Any, *given: Any, **options: Any) -> None:
    with pytest.raises(Rejected) as caught:
        act(*given, **options)
    assert caught.value.slug == slug


def test_a_county_has_one_focus_a_year_that_changes_and_returns() -> None:
    first = decided(focus_details())
    assert isinstance(first, YearlyFocusDecided)
    changed = decided(focus_details(text="Annat."), before=first)
    assert isinstance(changed, YearlyFocusChanged)
    withdrawn = focuses.withdraw(changed)
    again = decided(focus_details(), before=withdrawn)

    assert isinstance(again, YearlyFocusDecided)
    assert {each.id for each in (first, changed, withdrawn, again)} == {focuses.focus_id("vasternorrland", 2026)}
    assert (withdrawn.status, again.status) == (Status.RETIRED, Status.ACTIVE)
    assert decided(focus_details(), before=first) is None
    refused("withdrawn", focuses.withdraw, withdrawn)


def test_no_two_counties_or_years_share_the_id_of_a_focus() -> None:
    ids = {focuses.focus_id(each.county.name, year) for each in (Y, Z) for year in range(2014, 2100)}

    assert len(ids) == 2 * 86


@pytest.mark.parametrize("year", [2025, 2028])
def test_a_focus_is_decided_for_this_year_or_the_next(year: int) -> None:
    refused("invalid-year", decided, focus_details(year=year))
    assert decided(focus_details(year=2027)) is not None


def test_a_past_focus_can_still_be_corrected() -> None:
    last_year, later = decided(focus_details()), decision_context("vasternorrland", today=date(2029, 1, 2))
    corrected = focuses.decide(focus_details(text="Rättat."), last_year, confirmed=False, context=later)

    assert isinstance(corrected, YearlyFocusChanged)


def test_a_lesson_is_shared_changed_and_withdrawn() -> None:
    lesson = shared(lesson_details())
    changed = lessons.change(lesson_details(title="Ljus och sikt"), lesson, confirmed=False, context=Y)
    assert changed is not None
    withdrawn = lessons.withdraw(changed)

    assert (withdrawn.title, withdrawn.status, withdrawn.id) == ("Ljus och sikt", Status.RETIRED, lesson.id)
    assert lessons.change(lesson_details(), lesson, confirmed=False, context=Y) is None
    refused("withdrawn", lessons.change, lesson_details(), withdrawn, confirmed=False, context=Y)
    refused("withdrawn", lessons.withdraw, withdrawn)


def test_a_lesson_names_own_municipalities_or_none() -> None:
    refused("invalid-municipality", shared, lesson_details(municipalities=["2380"]))
    assert shared(lesson_details(municipalities=[])).municipalities == ()


def test_a_lesson_comes_from_a_county_that_there_is() -> None:
    refused("invalid-learnt-from", shared, lesson_details(learnt_from=[{"county": "annasvensson", "id": uuid4()}]))
    assert shared(lesson_details(learnt_from=[{"county": "jamtland", "id": uuid4()}])).learnt_from


def test_nothing_is_learnt_in_a_year_to_come() -> None:
    refused("invalid-year", shared, lesson_details(year=2027))


@pytest.mark.parametrize("field", ["title", "text"])
def test_a_lesson_about_a_suspect_is_to_be_confirmed(field: str) -> None:
    refused("unconfirmed", shared, lesson_details(**{field: SUSPECT}))
    assert getattr(shared(lesson_details(**{field: SUSPECT}), confirmed=True), field) == SUSPECT


def test_each_text_of_a_focus_is_looked_at() -> None:
    goal = {"text": SUSPECT, "mandate_area": "EXCHANGE"}
    for details in (focus_details(text=SUSPECT), focus_details(goals=[goal])):
        refused("unconfirmed", decided, details)


@pytest.mark.parametrize("text", ["Ring 070-123 45 67.", "19811218-9876", "anna.svensson@gmail.com"])
def test_personal_data_cannot_be_built_into_either(text: str) -> None:
    for build in (lesson_details, focus_details):
        with pytest.raises(ValidationError):
            build(text=text)
