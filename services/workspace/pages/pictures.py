"""Problem pictures: the list of what counties share and of what stays at home, and one of them with its measures."""

import asyncio

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_pictures as calls
from services.workspace import picture_words as words
from services.workspace.answers import CallRefused
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.lists import Option, filter_of, is_cursor, options
from services.workspace.pages import merging
from services.workspace.pages.initiative_steps import AUTHORS, DONE, lack_of, ways, writes
from services.workspace.pages.joint_plan import may_propose
from services.workspace.pages.measure_form import may_plan
from services.workspace.pages.plan_fields import PlannedFor
from services.workspace.roles import ANSWERERS
from services.workspace.sections import notices, section
from services.workspace.sending import key_of, new_key, version_of
from services.workspace.shown_pictures import ShownMeasure, ShownRevisedPicture

STATUSES = [code for code in words.TERMS["PictureStatus"] if code != "MERGED"]
"""Those that a picture can be listed by; a merged one is found among the others."""


async def show_list(visit: Visit) -> Response:
    """The pictures that all counties see, and before them those that this county has for itself."""
    names = {county.name for county in visit.site.counties}
    chosen = filter_of(
        visit.request,
        lan=names.__contains__,
        omrade=words.AREAS.__contains__,
        tema=words.TERMS["Theme"].__contains__,
        lage=words.TERMS["PictureStatus"].__contains__,
        efter=is_cursor,
    )
    query = chosen.query(lan="county", omrade="policy_area", tema="theme", lage="status")
    interface, token = visit.site.interface, visit.token
    inside = bool(visit.roles & ANSWERERS) and chosen.value("lan") in ("", visit.site.county.name)
    page, home = await asyncio.gather(
        calls.pictures(interface, token, **query, **chosen.query(efter="cursor")),
        section(calls.home_pictures(interface, token, **query)) if inside else asyncio.sleep(0, None),
    )
    return visit.page(
        "pictures.html",
        filter=chosen,
        page=page,
        home=home,
        may_write=bool(visit.roles & AUTHORS),
        words=words,
        counties=visit.site.county_options,
        areas=words.AREA_OPTIONS,
        themes=options(dict(words.choices("Theme"))),
        statuses=[Option(*each) for each in words.choices("PictureStatus") if each.code in STATUSES],
        freshness=notices([page.counties], visit.site.county.name, visit.site.now()),
    )


async def show_one(visit: Visit) -> Response:
    """One picture by the three that a crime needs, its causes, and what is done about them."""
    (county, identity), interface, token = visit.named(), visit.site.interface, visit.token
    picture, measures, revised = await asyncio.gather(
        calls.picture(interface, token, county, identity),
        section(_measures(visit, county, str(identity))),
        section(to_read(visit, county)),
    )
    mergeable = await section(merging.others(visit, picture))
    planned = ["atgard"] if may_plan(visit, PlannedFor(picture)) else []
    planned += ["gemensam"] if may_propose(visit, picture) else []
    return visit.page(
        "picture.html",
        picture=picture,
        measures=measures,
        revised=[each for each in revised.content or [] if each.picture == str(identity)],
        reviser=words.reviser,
        key=new_key(),
        words=words,
        ways=[*planned, *ways(visit, picture), *([merging.MERGE.word] if mergeable.content else [])],
        lack=lack_of(picture) if writes(visit, picture) else None,
        done=visit.request.query_params.get("klart") in DONE,
    )


async def read_revision(visit: Visit) -> Response:
    """The user has read what another has revised, and it is on no start page any more; or it was revised once more."""
    (county, identity), form = visit.named(), await form_of(visit.request)
    interface, token, key, seen = visit.site.interface, visit.token, key_of(form), version_of(form)
    done = "?klart=sedd"
    try:
        await calls.read_revision(interface, token, key, county, identity, seen)
    except CallRefused as refused:
        if refused.slug != "precondition-failed":
            raise
        done = ""
    return RedirectResponse(f"/lagesbilder/{county}/{identity}{done}", 303)


async def to_read(visit: Visit, county: str) -> list[ShownRevisedPicture]:
    """The user's released pictures of the county that another has revised, and that nobody else has read since."""
    if county != visit.site.county.name or not visit.roles & AUTHORS:
        return []
    return (await calls.revised(visit.site.interface, visit.token)).items


async def _measures(visit: Visit, county: str, picture: str) -> list[ShownMeasure]:
    """The measures of a picture: those that all see, and those at home that the user may see."""
    interface, token, at_home = visit.site.interface, visit.token, []
    if county == visit.site.county.name and visit.roles & ANSWERERS:
        at_home = (await calls.home_measures(interface, token, picture=picture)).items
    return [*(await calls.measures(interface, token, county=county, picture=picture)).items, *at_home]
