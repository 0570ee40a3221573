"""A joint measure on the pages: a municipality that is asked joins it, and it is begun once another has."""

from typing import Any

from tests.service.workspace.test_readiness import say
from tests.support.workspace import Visitor, WorkspaceHouse
from tests.support.workspace_initiatives import SHARED, given_picture, municipality_of, told
from tests.unit.initiatives.given_measures import MEASURE

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
    waiting = (await visitor.get(LIST)).text
    joined = await say(visitor, f"{joint}/svara", verdict="JOINED")
    listed = (await visitor.get(LIST)).text
    left = await say(visitor, f"{joint}/svara", verdict="DECLINED")

    assert (waiting.count(f'href="{joint}"'), listed.count(f'href="{joint}"')) == (2, 1)
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
