"""Readiness of municipalities for lag (2023:196): the own county's one by one, of others what they tell."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starlette.responses import Response

from services.workspace import calls_readiness as calls
from services.workspace import picture_words as words
from services.workspace.guard import Visit
from services.workspace.lists import Option, options
from services.workspace.pages.municipalities import named
from services.workspace.pages.readiness_forms import FORMS, ways
from services.workspace.pages.work_form import is_done
from services.workspace.sections import notices, section
from services.workspace.shown_readiness import ShownReadiness, ShownSums
from services.workspace.speaking import home_of
from services.workspace.words import capital
from shared.contracts.reference import MUNICIPALITIES
from shared.contracts.reference.readiness import PARTS, REQUIREMENTS
from shared.runtime.auth import Role

COLOURS = ("GREEN", "AMBER", "RED", "GREY")
WHOLE_COUNTY = frozenset({Role.COUNTY_COORDINATOR, Role.READER})


@dataclass(frozen=True, slots=True)
class ListedReadiness:
    """A municipality, and how many of its requirements have each colour; none where nothing has been said."""

    code: str
    name: str
    counts: Mapping[str, int]


async def show_list(visit: Visit) -> Response:
    """The municipalities of this county that the user may see, those that share theirs, and the counties' sums."""
    interface, token, own = visit.site.interface, visit.token, visit.site.county.name
    may_see = _may_see(visit)
    sums, shared, home = await asyncio.gather(
        calls.sums(interface, token),
        section(calls.shared(interface, token)),
        section(calls.at_home(interface, token)) if may_see else asyncio.sleep(0, None),
    )
    known = {each.municipality: each for each in home.content.items} if home and home.content else {}
    exact = _exact(own, known.values()) if home and home.content and visit.roles & WHOLE_COUNTY else {}
    others = [each for each in shared.content.items if each.county != own] if shared.content else []
    return visit.page(
        "readiness.html",
        home=home,
        listed=[_listed(each, known.get(each.code)) for each in may_see],
        shared=shared,
        others=[_listed(Option(each.municipality, _name(each.municipality)), each) for each in others],
        colours=COLOURS,
        counties=[(each.name, visit.site.name_of(each.name)) for each in visit.site.counties],
        requirements=[(code, facts.section, capital(facts.swedish)) for code, facts in REQUIREMENTS.items()],
        sums=_sums(sums.items) | exact,
        exact=bool(exact),
        sizes={each.county: each.municipalities for each in sums.items},
        freshness=notices([sums.counties], own, visit.site.now()),
    )


async def show_one(visit: Visit) -> Response:
    """One municipality, requirement by requirement, each with its paragraph, its day and what shows it."""
    place = named(visit)
    found = await calls.readiness(visit.site.interface, visit.token, place.code)
    return visit.page(
        "readiness_of.html",
        place=place,
        found=found,
        titles={code: capital(facts.swedish) for code, facts in REQUIREMENTS.items()},
        parts={code: facts.swedish for code, facts in PARTS.items()},
        word=words.term,
        own=place.county == visit.site.county.code,
        ways={each.requirement: ways(visit, place.code, each) for each in found.requirements},
        may_change=home_of(visit) == place.code,
        done=is_done(visit, (*FORMS, "andra")),
    )


def _may_see(visit: Visit) -> list[Option]:
    """The municipalities of this county that the user may see one by one, in Swedish order."""
    whole, home = bool(visit.roles & WHOLE_COUNTY), home_of(visit)
    ours = [each for each in MUNICIPALITIES.values() if each.county == visit.site.county.code]
    return options({each.code: each.name for each in ours if whole or each.code == home})


def _listed(place: Option, found: ShownReadiness | None) -> ListedReadiness:
    colours = [each.colour for each in found.requirements] if found and found.said else []
    return ListedReadiness(place.code, place.word, {each: colours.count(each) for each in COLOURS if each in colours})


def _sums(found: Iterable[ShownSums]) -> dict[tuple[str, str], str]:
    """By county and requirement the number, or the two between which it lies."""
    return {
        (each.county, one.requirement): str(one.at_least)
        if one.at_least == one.at_most
        else f"{one.at_least}–{one.at_most}"
        for each in found
        for one in each.requirements
    }


def _exact(county: str, found: Iterable[ShownReadiness]) -> dict[tuple[str, str], str]:
    """In how many municipalities of the own county each requirement is in place, for those who see each of them."""
    in_place = Counter(one.requirement for each in found for one in each.requirements if one.status == "IN_PLACE")
    return {(county, code): str(in_place[code]) for code in REQUIREMENTS}


def _name(code: str) -> str:
    return MUNICIPALITIES[code].name if code in MUNICIPALITIES else code
