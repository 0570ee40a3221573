"""The pages of municipal readiness: whom they show one by one, and what they tell of the others."""

import re
from datetime import date
from typing import Any

import pytest

from services.initiatives.api.readiness_views import readiness_view
from services.initiatives.domain import assessing, readiness
from services.workspace.pages import readiness as pages
from shared.contracts.codes import FunctionCode
from shared.contracts.readiness import Assessment
from shared.contracts.readiness_codes import Requirement
from shared.runtime.auth import Role
from tests.support.contexts import decision_context
from tests.support.workspace_alone import MadeUpCounty, text_of

BERG = "2326"
EVIDENCE = {"kind": "DECISION", "title": "Lägesbild", "dated": "2024-11-01", "diary_number": "KS 2024-14"}
SUMS = {
    "id": "018f4c3e-7b1a-7c2d-9e4f-5a6b7c8d9e11",
    "county": "vasternorrland",
    "version": 1,
    "municipalities": 7,
    "requirements": [
        {"requirement": "R1", "at_least": 0, "at_most": 2},
        {"requirement": "R2", "at_least": 3, "at_most": 3},
    ],
}


def of_berg(today: date) -> dict[str, Any]:
    """Berg works for agreements, and has something to show for it, as seen on this day."""
    context = decision_context("jamtland", today=date(2024, 11, 5))
    state = readiness.begin(BERG, context)
    said = Assessment.model_validate({"status": "IN_PROGRESS", "evidence": [EVIDENCE]})
    after = assessing.assess(Requirement.R7, said, state, FunctionCode.MUNICIPAL_COORDINATOR, context)
    return readiness_view(after or state, 2, today).model_dump(mode="json")


def county() -> MadeUpCounty:
    """A county in which Berg alone has said something."""
    found = of_berg(date(2026, 12, 9))
    return MadeUpCounty(
        {
            "/readiness/at-home": {"items": [found], "counties": [], "next": None},
            "/readiness/sums": {"items": [SUMS], "counties": [], "next": None},
            f"/readiness/{BERG}": found,
        }
    )


def linked(text: str) -> list[str]:
    return re.findall(r'href="/beredskap/(\d+)"', text)


@pytest.mark.parametrize(
    ("role", "municipality", "seen"),
    [
        (Role.COUNTY_COORDINATOR, None, 8),
        (Role.READER, None, 8),
        (Role.MUNICIPAL_COORDINATOR, BERG, 1),
        (Role.MUNICIPAL_COORDINATOR, None, 0),
        (Role.POLICE, BERG, 0),
    ],
)
async def test_a_municipality_is_listed_for_whoever_may_see_it(role: Role, municipality: str | None, seen: int) -> None:
    made = county()
    text = text_of(await made.open(pages.show_list, "/beredskap", roles=[role], municipality=municipality))

    assert len(linked(text)) == seen
    assert ("/readiness/at-home" in made.asked) is (seen > 0)


async def test_of_another_county_no_more_is_said_than_it_tells() -> None:
    text = text_of(await county().open(pages.show_list, "/beredskap"))

    assert re.findall(r'<td class="number">([^<]+)</td>', text)[:3] == ["0–2", "3", "–"]
    assert "av 7" in text


async def test_each_requirement_is_said_by_colour_and_word() -> None:
    text = text_of(await county().open(pages.show_one, f"/beredskap/{BERG}", code=BERG))

    assert len(re.findall(r'<strong class="colour (?:GREEN|AMBER|RED|GREY)">\w+, [\w ]+<', text)) == 11
    assert 'class="colour AMBER">Gul, pågår<' in text
    assert "Beslut: Lägesbild, 1 november 2024, KS 2024-14" in text
    assert "Kommunen delar inte sin beredskap" in text
