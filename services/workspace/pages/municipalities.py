"""How far the municipalities of all counties are with the method: a table, and the map as its picture."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.responses import Response

from services.workspace import calls_guidance as calls
from services.workspace.answers import CallRefused
from services.workspace.guard import Visit
from services.workspace.lists import Option, filter_of
from services.workspace.sections import notices
from services.workspace.shown_method import ShownActivity, ShownImplementation
from services.workspace.speaking import home_of
from services.workspace.words import capital
from shared.contracts.reference import MUNICIPALITIES, Municipality
from shared.contracts.reference.shipments import METHOD_ACTIVITIES, TERMS
from shared.runtime.auth import Role
from shared.swedish import sort_key

MAP: Mapping[str, Any] = json.loads((Path(__file__).parents[1] / "municipalities.json").read_text("utf-8"))
"""Width and height, and the path of each municipality by its code (SCB's boundaries, at 1 km)."""
STATUSES = ("ACTIVE", "STARTED", "PLANNED", "PAUSED")
COMPONENTS = tuple(TERMS["MethodComponent"])
NONE = "NONE"
"""Of a municipality that no county has said anything about."""


@dataclass(frozen=True, slots=True)
class ListedImplementation:
    """A line of the table: the last year of each component of the method, None where nothing is known."""

    code: str
    name: str
    status: str
    years: list[int | None]


@dataclass(frozen=True, slots=True)
class ListedActivity:
    """An activity in words, with the component of the method that it is for."""

    name: str
    component: str
    year: int


async def show_list(visit: Visit) -> Response:
    """All municipalities by county; `lan` and `lage` choose."""
    codes = {each.code: each.name for each in visit.site.counties}
    chosen = filter_of(visit.request, lan={*codes.values()}.__contains__, lage=(*STATUSES, NONE).__contains__)
    page = await calls.implementations(visit.site.interface, visit.token)
    known = {each.municipality: each for each in page.items}
    ours = [each for each in MUNICIPALITIES.values() if each.county in codes]
    shown = [
        each
        for each in ours
        if chosen.value("lan") in ("", codes[each.county]) and chosen.value("lage") in ("", status_in(known, each))
    ]
    counts = {status: sum(status_in(known, each) == status for each in ours) for status in (*STATUSES, NONE)}
    return visit.page(
        "municipalities.html",
        filter=chosen,
        freshness=notices([page.counties], visit.site.county.name, visit.site.now()),
        counties=[
            (option.word, _lines(known, [each for each in shown if codes[each.county] == option.code]))
            for option in visit.site.county_options
        ],
        county_options=visit.site.county_options,
        components=[capital(TERMS["MethodComponent"][code].swedish) for code in COMPONENTS],
        statuses=[Option(status, word(visit, status)) for status in counts],
        words={status: word(visit, status) for status in counts},
        counts=counts,
        total=len(ours),
        map=MAP,
        states={each.code: status_in(known, each) for each in ours},
    )


async def show_one(visit: Visit) -> Response:
    """One municipality, with what has been done there."""
    municipality = named(visit)
    page = await calls.implementations(visit.site.interface, visit.token, municipality=municipality.code)
    found = page.items[0] if page.items else None
    return visit.page(
        "municipality.html",
        freshness=notices([page.counties], visit.site.county.name, visit.site.now()),
        place=municipality,
        state=word(visit, found.status if found else NONE),
        activities=_activities(found),
        may_change=may_say_of(visit, municipality),
        done=visit.request.query_params.get("klart") == "andrad",
    )


def named(visit: Visit) -> Municipality:
    """The municipality in the address; CallRefused, as not found, if there is none in these counties."""
    found = MUNICIPALITIES.get(visit.request.path_params["code"])
    if found is None or found.county not in {each.code for each in visit.site.counties}:
        raise CallRefused(404, "not-found")
    return found


def may_say_of(visit: Visit, municipality: Municipality) -> bool:
    """Whether the person says how far the municipality is: its county's coordinator does, and its own."""
    if municipality.county != visit.site.county.code:
        return False
    return home_of(visit) == municipality.code or Role.COUNTY_COORDINATOR in visit.roles


def word(visit: Visit, status: str) -> str:
    """The status in words; the code itself if this version has no word for it."""
    if status == NONE:
        return str(visit.site.words.text("method.none"))
    return capital(TERMS["ImplementationStatus"][status].swedish) if status in STATUSES else status


def status_in(known: Mapping[str, ShownImplementation], municipality: Municipality) -> str:
    """How far the municipality is; NONE if nobody has said so."""
    return known[municipality.code].status if municipality.code in known else NONE


def _lines(
    known: Mapping[str, ShownImplementation], municipalities: Iterable[Municipality]
) -> list[ListedImplementation]:
    return [
        ListedImplementation(each.code, each.name, status_in(known, each), _years(known.get(each.code)))
        for each in sorted(municipalities, key=lambda each: sort_key(each.name))
    ]


def _years(found: ShownImplementation | None) -> list[int | None]:
    done = [(METHOD_ACTIVITIES[each.code].component, each.year) for each in _known(found)]
    return [max((year for part, year in done if part == component), default=None) for component in COMPONENTS]


def _activities(found: ShownImplementation | None) -> list[ListedActivity]:
    words = TERMS["MethodComponent"]
    return [
        ListedActivity(
            capital(METHOD_ACTIVITIES[each.code].swedish),
            words[METHOD_ACTIVITIES[each.code].component].swedish,
            each.year,
        )
        for each in sorted(_known(found), key=lambda each: list(METHOD_ACTIVITIES).index(each.code))
    ]


def _known(found: ShownImplementation | None) -> list[ShownActivity]:
    """The activities that were carried out there and that this version knows."""
    return [each for each in found.activities if each.code in METHOD_ACTIVITIES] if found else []
