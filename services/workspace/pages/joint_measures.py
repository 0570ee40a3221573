"""Joint measures: those of all counties, those that ask the user's municipality first, and one with its answers."""

import asyncio
from uuid import UUID

from starlette.responses import Response

from services.workspace import calls_joint as calls
from services.workspace import calls_pictures
from services.workspace import picture_words as words
from services.workspace.guard import Visit
from services.workspace.lists import filter_of, is_cursor
from services.workspace.pages.joint_forms import DONE, is_asked, ways
from services.workspace.pages.joint_plan import may_propose
from services.workspace.pages.meetings import function_word
from services.workspace.pages.work_form import is_done
from services.workspace.sections import notices, section
from services.workspace.shown_joint import AnsweredJoint
from services.workspace.shown_pictures import ShownPicture
from services.workspace.speaking import home_of

STATES = ("leads", "joined", "on-its-way", "declined", "silent")
"""Whether a municipality takes part: the last parts of the keys that say so."""


async def show_list(visit: Visit) -> Response:
    """The joint measures that the filters choose, and before them those that wait for the user's municipality."""
    interface, token = visit.site.interface, visit.token
    chosen = filter_of(
        visit.request,
        lan={county.name for county in visit.site.counties}.__contains__,
        omrade=words.AREAS.__contains__,
        tema=words.TERMS["Theme"].__contains__,
        lage=words.TERMS["JointStatus"].__contains__,
        efter=is_cursor,
    )
    query = chosen.query(lan="county", omrade="policy_area", tema="theme", lage="status", efter="cursor")
    home = home_of(visit)
    page, answered, pictures = await asyncio.gather(
        calls.measures(interface, token, **query), section(_answered(visit, home)), section(_pictures(visit, home))
    )
    states = {each.id: _state(each, home) for each in answered.content or [] if home}
    asked = [each for each in answered.content or [] if states[each.id] == "silent"]
    return visit.page(
        "joint_measures.html",
        filter=chosen,
        page=page,
        home=home,
        answered=answered,
        states=states,
        asked=asked,
        others=[each for each in page.items if each.id not in {one.id for one in asked}],
        pictures=pictures,
        words=words,
        counties=visit.site.county_options,
        areas=words.AREA_OPTIONS,
        themes=words.choices("Theme"),
        statuses=words.choices("JointStatus"),
        freshness=notices([page.counties], visit.site.county.name, visit.site.now()),
    )


async def show_one(visit: Visit) -> Response:
    """One joint measure: its plan, who has joined it, how it goes."""
    interface, token = visit.site.interface, visit.token
    found = await calls.measure(interface, token, *visit.named())
    picture = await section(calls_pictures.picture(interface, token, found.county, UUID(found.picture)))
    return visit.page(
        "joint_measure.html",
        measure=found,
        picture=picture,
        words=words,
        function=function_word,
        answers=[(words.places([code]), _state(found, code)) for code in found.municipalities],
        ways=ways(visit, found),
        done=is_done(visit, DONE),
    )


async def waiting(visit: Visit) -> list[AnsweredJoint]:
    """The joint measures that wait for the answer of the user's municipality."""
    home = home_of(visit)
    return [each for each in await _answered(visit, home) if home and _state(each, home) == "silent"]


async def _answered(visit: Visit, home: str | None) -> list[AnsweredJoint]:
    """The joint measures that ask the user's municipality and that it has not joined, with the answers to them."""
    if home is None:
        return []
    found = await calls.measures(visit.site.interface, visit.token, municipality=home)
    return [each for each in found.items if is_asked(visit, each) and home not in each.joined]


async def _pictures(visit: Visit, home: str | None) -> list[ShownPicture]:
    """The released pictures against whose causes the user's municipality may lead a joint measure."""
    if home is None:
        return []
    county = visit.site.county.name
    found = await calls_pictures.pictures(visit.site.interface, visit.token, county=county, municipality=home)
    return [each for each in found.items if may_propose(visit, each)]


def _state(found: AnsweredJoint, municipality: str) -> str:
    """The last part of the key that says whether a municipality takes part in the present plan."""
    if municipality == found.lead:
        return "leads"
    said = {each.municipality: each.verdict for each in found.answers if each.revision == found.revision}
    if municipality in found.joined:
        return "joined"
    return {"JOINED": "on-its-way", "DECLINED": "declined"}.get(said.get(municipality, ""), "silent")
