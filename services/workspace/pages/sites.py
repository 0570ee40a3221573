"""The sites that handle post in this county, by municipality. A site has no name: its number tells it from others."""

import asyncio
from dataclasses import dataclass

from starlette.responses import Response

from services.workspace import calls_guidance as calls
from services.workspace.guard import Visit
from services.workspace.lists import filter_of, is_cursor, options
from services.workspace.sections import section
from services.workspace.shown_guidance import ShownOperator, SiteDetail
from services.workspace.words import capital
from shared.contracts.reference import MUNICIPALITIES
from shared.contracts.reference.shipments import TERMS
from shared.runtime.auth import Role
from shared.swedish import sort_key

DONE = ("registrerad", "andrad", "stangd")
"""The sentences that say what was done, by the word in the address."""
TYPES = {code: capital(words.swedish) for code, words in TERMS["SiteType"].items()}


@dataclass(frozen=True, slots=True)
class ListedSite:
    """A line of the list, in words."""

    id: str
    number: str
    type: str
    operator: str
    active: bool


@dataclass(frozen=True, slots=True)
class ListedMunicipality:
    """A municipality with its sites."""

    name: str
    sites: list[ListedSite]
    active: int


async def show_list(visit: Visit) -> Response:
    """The sites by municipality; `slag` chooses, `stangda` shows closed ones too, `efter` goes on."""
    chosen = filter_of(visit.request, slag=TYPES.__contains__, stangda="ja".__eq__, efter=is_cursor)
    page, names = await asyncio.gather(
        calls.sites(visit.site.interface, visit.token, **chosen.query(efter="cursor")), section(operators(visit))
    )
    known = {each.slug: each.name for each in names.content or []}
    shown = [
        each
        for each in page.items
        if (each.active or chosen.value("stangda")) and chosen.value("slag") in ("", each.type)
    ]
    done = visit.request.query_params.get("klart")
    return visit.page(
        "sites.html",
        filter=chosen,
        municipalities=_by_municipality(shown, known),
        more=page.next,
        types=options(TYPES),
        may_change=Role.COUNTY_COORDINATOR in visit.roles,
        done=f"sites.done.{done}" if done in DONE else None,
    )


async def operators(visit: Visit) -> list[ShownOperator]:
    """The operators with their names, for coordinators; others know their own."""
    if Role.COUNTY_COORDINATOR not in visit.roles:
        return []
    return (await calls.operators(visit.site.interface, visit.token)).items


def site_number(identity: str) -> str:
    """The part of an id by which people tell two sites of one municipality apart."""
    return identity[:8].upper()


def _by_municipality(sites: list[SiteDetail], operators: dict[str, str]) -> list[ListedMunicipality]:
    found: dict[str, list[ListedSite]] = {}
    for each in sites:
        municipality = MUNICIPALITIES.get(each.municipality)
        found.setdefault(municipality.name if municipality else each.municipality, []).append(
            ListedSite(
                each.id,
                site_number(each.id),
                TYPES.get(each.type, each.type),
                operators.get(each.operator, each.operator),
                each.active,
            )
        )
    return [
        ListedMunicipality(name, found[name], sum(each.active for each in found[name]))
        for name in sorted(found, key=sort_key)
    ]
