"""Actors: who they are in the four counties, and how their functions are reached."""

import asyncio

from starlette.responses import Response

from services.workspace.guard import Visit
from services.workspace.lists import filter_of, is_cursor, is_text, options
from services.workspace.sections import notices, section
from services.workspace.words import capital
from shared.contracts.reference import ACTOR_TYPES, FUNCTIONS, MUNICIPALITIES, POLICE_AREAS, POLICY_AREAS
from shared.runtime.auth import Role

TYPES = {code: term.swedish for code, term in ACTOR_TYPES.items()}


async def show_list(visit: Visit) -> Response:
    """The directory of all counties, by name."""
    names = {county.name for county in visit.site.counties}
    chosen = filter_of(visit.request, sok=is_text, lan=names.__contains__, slag=TYPES.__contains__, efter=is_cursor)
    query = chosen.query(sok="q", lan="county", slag="type", efter="cursor")
    page = await visit.site.interface.actors(visit.token, **query)
    return visit.page(
        "actors.html",
        filter=chosen,
        page=page,
        counties=visit.site.county_options,
        types=options(TYPES),
        type_of=_type,
        freshness=notices([page.counties], visit.site.county.name, visit.site.now()),
    )


async def show_one(visit: Visit) -> Response:
    """An actor with its functions, networks and agreements. Names are shown to its own county's coordinator alone."""
    county, identity = visit.named()
    interface, member = visit.site.interface, f"{county}/{identity}"
    actor, networks, agreements = await asyncio.gather(
        interface.actor(visit.token, county, identity),
        section(interface.networks(visit.token, member=member)),
        section(interface.cooperations(visit.token, member)),
    )
    names = {}
    if county == visit.site.county.name and Role.COUNTY_COORDINATOR in visit.roles:
        named = await section(interface.function_names(visit.token, county, identity))
        names = {each.contact_function: each.name for each in named.content or ()}
    municipality, area = MUNICIPALITIES.get(actor.municipality or ""), POLICE_AREAS.get(actor.police_area or "")
    return visit.page(
        "actor.html",
        actor=actor,
        type=_type(actor.type),
        municipality=municipality.name if municipality else None,
        police_area=area.name if area else None,
        policy_areas=[POLICY_AREAS[each].swedish for each in actor.policy_areas if each in POLICY_AREAS],
        functions=[(_function(each.function), each, names.get(each.id)) for each in actor.contact_functions],
        networks=networks,
        agreements=agreements,
    )


def _type(code: str) -> str:
    return capital(TYPES.get(code, code))


def _function(code: str) -> str:
    term = FUNCTIONS.get(code)
    return capital(term.swedish) if term else code
