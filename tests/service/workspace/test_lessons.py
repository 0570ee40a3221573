"""Lessons and focuses on the pages: shared by the county, found by theme, policy area and year, withdrawn."""

from datetime import datetime
from typing import Any

from shared.calendar import ZONE
from tests.service.workspace.test_readiness import say
from tests.support.forms import form_of
from tests.support.workspace import Visitor

LESSON = {"title": "Ljus vid torget", "text": "Ny belysning.", "theme": "PHYSICAL_ENVIRONMENT", "policy_areas": "ANDT"}
FOCUS = {"text": "Stöd till aktörer.", "knowledge_based": "Alla har en lägesbild", "policy_areas": "ANDT"}


async def made(visitor: Visitor, path: str, **wish: Any) -> str:
    """The address of something new."""
    form = form_of((await visitor.get(path)).text, path)
    answer = await visitor.post(path, {**form, **wish})
    return str(answer.headers["location"]).partition("?")[0]


async def test_a_lesson_is_found_by_theme_area_and_year_until_withdrawn(visitor: Visitor) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")
    shared, year = await made(visitor, "/lardomar/ny", **LESSON), datetime.now(ZONE).year
    found = {
        query: shared in (await visitor.get(f"/lardomar?{query}")).text
        for query in (f"ar={year}", f"ar={year - 1}", "tema=PHYSICAL_ENVIRONMENT", "tema=FRAUD", "omrade=ANDT")
    }
    changed = await say(visitor, f"{shared}/andra", title="Ljus vid stationen")
    withdrawn = await say(visitor, f"{shared}/dra-tillbaka")

    assert [query for query, there in found.items() if not there] == [f"ar={year - 1}", "tema=FRAUD"]
    assert "<h1>Ljus vid stationen</h1>" in changed
    assert "Lärdomen är tillbakadragen." in withdrawn
    assert shared not in (await visitor.get("/lardomar")).text


async def test_a_year_has_one_focus_that_changes(visitor: Visitor) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")
    decided, year = await made(visitor, "/lardomar/inriktning/ny", **FOCUS), datetime.now(ZONE).year
    twice = await say(visitor, "/lardomar/inriktning/ny", **FOCUS)
    changed = await say(visitor, f"{decided}/andra", exchange="Fyra träffar\nEn studieresa")
    listed = (await visitor.get(f"/lardomar?ar={year}&omrade=ANDT")).text

    assert "Året har redan en inriktning." in twice
    assert f"Jämtland, inriktning {year}" in changed
    assert ("<li>En studieresa</li>" in changed, "3 mål" in listed) == (True, True)
    await visitor.log_in("MUNICIPAL_COORDINATOR")
    assert (await visitor.get(decided)).status_code == 200
    assert (await visitor.get(f"{decided}/andra")).status_code == 403
