"""A joint measure on the pages: proposed to others, joined or declined by each, begun once another has joined."""

import re
from typing import Any

from tests.service.workspace.test_readiness import say
from tests.support.workspace import Visitor, WorkspaceHouse
from tests.support.workspace_initiatives import SHARED, given_picture, municipality_of, told
from tests.unit.initiatives.given_measures import MEASURE

PLANNED = {
    "title": "Vuxna på perrongen",
    "causes": "1",
    "targets": "GUARDIAN",
    "prevention_type": "SITUATIONAL",
    "prevention_level": "UNIVERSAL",
    "operational_goal": "Vuxna finns där varje kväll",
    "indicator": "Kvällar med vuxna",
    "unit": "kvällar",
    "baseline": "0",
    "target": "20",
    "first_day": "2027-03-01",
    "last_day": "2027-12-31",
    "who": "MUNICIPAL_COORDINATOR",
}
LIST = "/lagesbilder/gemensamma"
BERG = "2326"


async def given_joint(house: WorkspaceHouse, lead: str, **changes: Any) -> str:
    """The address of a joint measure of two municipalities of the county that ``lead`` has proposed."""
    home = municipality_of(house)
    picture = await given_picture(house, *SHARED, municipalities=[home, BERG])
    body = MEASURE | {"picture": picture["id"], "municipalities": [home, BERG]} | changes
    made = await told(house, "MUNICIPAL_COORDINATOR", "/joint-measures", body, home=lead)
    return f"{LIST}/{house.county.name}/{made['id']}"


async def test_a_municipality_that_is_asked_joins_and_leaves(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    joint = await given_joint(jamtlands, BERG)
    await visitor.log_in("MUNICIPAL_COORDINATOR")
    start, waiting = [(await visitor.get(path)).text for path in ("/", LIST)]
    joined = await say(visitor, f"{joint}/svara", verdict="JOINED")
    listed = (await visitor.get(LIST)).text
    left = await say(visitor, f"{joint}/svara", verdict="DECLINED")
    after, declined = [(await visitor.get(path)).text for path in ("/", LIST)]

    assert [f'href="{joint}"' in text for text in (start, after)] == [True, False]
    assert [text.count(f'href="{joint}"') for text in (waiting, listed, declined)] == [1, 1, 1]
    assert f'href="{joint}"' in waiting.partition('id="list"')[0]
    assert [">Ragunda deltar inte<" in text for text in (waiting, listed, declined)] == [False, False, True]
    assert '<li>Ragunda<span class="detail valid">deltar</span></li>' in joined
    assert '<li>Ragunda<span class="detail">deltar inte</span></li>' in left
    assert (await visitor.get(f"{joint}/paborja")).headers["location"] == joint


async def test_the_lead_begins_and_follows_up_with_another(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    joint = await given_joint(jamtlands, municipality_of(jamtlands))
    await visitor.log_in("MUNICIPAL_COORDINATOR")
    alone = (await visitor.get(f"{joint}/paborja")).headers["location"]
    path = f"/joint-measures/{joint.removeprefix(LIST + '/')}/answer"
    await told(jamtlands, "MUNICIPAL_COORDINATOR", path, {"verdict": "JOINED", "revision": 1}, home=BERG)
    begun = await say(visitor, f"{joint}/paborja")
    followed = await say(visitor, f"{joint}/folj-upp", colour="YELLOW", text="Halva gruppen kom", day="2026-11-01")

    assert alone == joint
    assert "<dd>Påbörjad</dd>" in begun
    assert ("Halva gruppen kom" in followed, "Gul, går sämre än planerat" in followed) == (True, True)


async def test_a_measure_is_proposed_to_other_counties_and_changed(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    picture = await given_picture(jamtlands, *SHARED, title="Oro vid stationerna")
    await visitor.log_in("MUNICIPAL_COORDINATOR")
    way = f"/lagesbilder/jamtland/{picture['id']}/gemensam"
    listed = (await visitor.get(LIST)).text
    proposed = await say(visitor, way, **PLANNED, municipalities=["2580", BERG])
    joint = re.findall(r'href="([^"]+)/andra"', proposed)[0]
    named = await say(visitor, f"{joint}/andra", operational_goal="Ring 070-123 45 67")
    changed = await say(visitor, f"{joint}/andra", title="Vuxna vid tåg", municipalities=["2580"])
    await visitor.log_in("POLICE")
    police = [(await visitor.get(path)).status_code for path in (way, f"{joint}/andra")]

    assert f'<a href="{way}">Mot Oro vid stationerna</a>' in listed
    assert '<li>Luleå<span class="detail">har inte svarat på planen</span></li>' in proposed
    assert 'href="#operational_goal"' in named
    assert ("<h1>Vuxna vid tåg</h1>" in changed, "<li>Berg<" in changed) == (True, False)
    assert police == [403, 403]
