"""The priority of a quarter, and the review of a year: only of own areas, and never too early or too late."""

from datetime import date
from typing import Any

import pytest

from services.initiatives.domain import est_plans
from services.initiatives.domain.est_areas import register
from shared.contracts.codes import Status
from shared.contracts.est import EstArea, EstQuarterPriority, EstQuarterPriorityDetails, EstYearReviewDetails
from shared.rejected import Rejected
from tests.unit.initiatives.given_est import AREA, SKELLEFTEA, UMEA, area, area_details, at

NEW_YEARS_EVE = date(2026, 12, 31)
SUSPECT = "Anna Svensson misstänks ligga bakom."


def priority(**changes: Any) -> EstQuarterPriorityDetails:
    first = {
        "year": 2027,
        "quarter": 1,
        "areas": [AREA],
        "categories": ["GRAFFITI"],
        "reason": "Störst möjlighet till effekt",
    }
    return EstQuarterPriorityDetails(**{**first, **changes})


def prioritised(
    before: EstQuarterPriority | None = None,
    areas: tuple[EstArea, ...] = (area(),),
    municipality: str = SKELLEFTEA,
    **changes: Any,
) -> EstQuarterPriority | None:
    context = at(NEW_YEARS_EVE)
    return est_plans.prioritise(priority(**changes), municipality, before, areas, confirmed=False, context=context)


def reviewed(day: date, clock: str = "12:00", *areas: EstArea, year: int = 2026, text: str = "Färre bränder.") -> Any:
    details = EstYearReviewDetails(
        year=year, text=text, conclusions=[{"text": "Ljuset hjälpte", "categories": ["FIRE"]}]
    )
    return est_plans.review(details, SKELLEFTEA, None, areas or (area(),), confirmed=False, context=at(day, clock))


def refused(slug: str, act: Any, *given: Any, **options: Any) -> None:
    with pytest.raises(Rejected) as caught:
        act(*given, **options)
    assert caught.value.slug == slug


def test_a_quarter_has_one_decision_that_changes_and_returns() -> None:
    first = prioritised()
    assert first is not None
    changed = prioritised(before=first, categories=["FIRE"])
    assert changed is not None
    withdrawn = est_plans.withdraw_priority(changed)
    again = prioritised(before=withdrawn)

    assert again is not None
    assert first.id == again.id == est_plans.priority_id(SKELLEFTEA, 2027, 1)
    assert (withdrawn.status, again.status) == (Status.RETIRED, Status.ACTIVE)
    assert prioritised(before=first) is None
    refused("withdrawn", est_plans.withdraw_priority, withdrawn)


def test_new_years_eve_is_in_the_last_quarter_of_its_iso_year() -> None:
    assert prioritised(year=2026, quarter=4) is not None
    refused("invalid-quarter", prioritised, year=2026, quarter=3)
    refused("invalid-quarter", prioritised, year=2028)


def test_a_municipality_puts_only_its_own_areas_first() -> None:
    of_umea = register(area_details(), UMEA, AREA, at(date(2026, 12, 21)))

    refused("invalid-areas", prioritised, areas=())
    refused("invalid-areas", prioritised, areas=(of_umea,))
    refused("invalid-municipality", prioritised, municipality="2281")


def test_a_year_is_reviewed_once_its_last_picture_is_closed() -> None:
    monday = date(2027, 1, 4)

    refused("not-over", reviewed, NEW_YEARS_EVE)
    refused("not-over", reviewed, monday, "14:59")
    assert reviewed(monday, "15:00").year == 2026


def test_an_area_that_ended_before_keeps_no_review_waiting() -> None:
    ended = area(last_day=date(2026, 12, 27))

    assert reviewed(NEW_YEARS_EVE, "12:00", ended).id == est_plans.review_id(SKELLEFTEA, 2026)


def test_a_year_without_an_area_is_not_reviewed() -> None:
    refused("invalid-year", reviewed, date(2027, 2, 1), year=2025)


def test_each_text_about_a_quarter_or_year_is_looked_at() -> None:
    refused("unconfirmed", prioritised, reason=SUSPECT)
    refused("unconfirmed", reviewed, date(2027, 2, 1), text=SUSPECT)


def test_a_withdrawn_review_stays_withdrawn_until_reviewed_anew() -> None:
    withdrawn = est_plans.withdraw_review(reviewed(date(2027, 2, 1)))

    assert withdrawn.status is Status.RETIRED
    refused("withdrawn", est_plans.withdraw_review, withdrawn)
