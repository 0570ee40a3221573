"""Routines and safety advice: what is in force, how it came to be, and how many have acknowledged it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from starlette.responses import Response

from services.workspace import calls_guidance as calls
from services.workspace.answers import CallRefused
from services.workspace.guard import Visit
from services.workspace.guidance_words import (
    AUDIENCES,
    audience_words,
    function_word,
    lines,
    numbers,
    term,
    title,
    title_in_force,
)
from services.workspace.lists import Option, filter_of
from services.workspace.roles import REGISTER
from services.workspace.sections import notices, section
from services.workspace.shown_guidance import (
    AcknowledgementPage,
    ShownGuidanceDraft,
    ShownRoutine,
    ShownSafetyAdvice,
)
from services.workspace.words import Wording, capital
from shared.runtime.auth import INSIDE, Role

AUTHORS = frozenset({Role.COUNTY_COORDINATOR, Role.POLICE})
DONE = ("bekraftad", "utkast", "godkant", "kastat", "aterkallad")
"""The sentences that say what was done, by the word in the address."""
SITE_AUDIENCES = ("AGENT", "TERMINAL", "DELIVERY_OFFICE")
"""The audiences that are sites, under the code of their type."""
OWN_AUDIENCE = {Role.POLICE: "POLICE", Role.MUNICIPAL_COORDINATOR: "MUNICIPALITY"}
KINDS = {"routine": "rutin", "safety-advice": "rad"}
"""The word in addresses for each kind of guidance."""


@dataclass(frozen=True, slots=True)
class ListedGuidance:
    """A line of the register of all guidance: what it is, for whom, and where its page is."""

    title: str
    path: str
    county: str
    number: int
    withdrawn: bool
    exercise: bool


@dataclass(frozen=True, slots=True)
class AcknowledgedRow:
    """A row of the table: a version, one of its audiences, and how many sites of each county (None: few)."""

    number: int
    audience: str
    counties: Mapping[str, int | None]


async def show_list(visit: Visit) -> Response:
    """The guidance in force for an audience: safety advice first. Beside it what waits, and all there is."""
    names = {county.name for county in visit.site.counties}
    chosen = filter_of(visit.request, malgrupp=AUDIENCES.__contains__, lan=names.__contains__)
    audience = chosen.value("malgrupp") or next(
        (OWN_AUDIENCE[role] for role in OWN_AUDIENCE if role in visit.roles), "AGENT"
    )
    interface, token = visit.site.interface, visit.token
    found, drafts, register = await asyncio.gather(
        calls.in_force(interface, token, audience, **chosen.query(lan="county")),
        section(_drafts(visit)),
        section(_register(visit)),
    )
    done = visit.request.query_params.get("klart")
    return visit.page(
        "routines.html",
        filter=chosen,
        audience=audience,
        audience_word=AUDIENCES[audience],
        audiences=[Option(code, capital(word)) for code, word in AUDIENCES.items()],
        counties=visit.site.county_options,
        advice=[each for each in found.items if each.kind == "safety-advice"],
        routines=[each for each in found.items if each.kind == "routine"],
        title_of=partial(title_in_force, visit.site.words),
        title=partial(title, visit.site.words),
        path_of=lambda each: f"/rutiner/{KINDS[each.kind]}/{each.county}/{each.id}",
        function=function_word,
        inside=bool(visit.roles & INSIDE),
        may_write=bool(visit.roles & AUTHORS),
        may_acknowledge=bool(visit.roles & REGISTER) and audience in SITE_AUDIENCES,
        drafts=drafts,
        register=register,
        done=f"guidance.done.{done}" if done in DONE else None,
        freshness=notices([found.counties], visit.site.county.name, visit.site.now()),
    )


async def show_one(visit: Visit) -> Response:
    """All versions of a routine or a safety advice, and of a routine how many sites have acknowledged it."""
    county, identity = visit.named()
    interface, token = visit.site.interface, visit.token
    found: ShownRoutine | ShownSafetyAdvice
    acknowledged = None
    if kind_of(visit) == "routine":
        found, acknowledged = await asyncio.gather(
            calls.routine(interface, token, county, identity),
            section(calls.acknowledgements(interface, token, county, identity)),
        )
    else:
        found = await calls.advice(interface, token, county, identity)
    newest = found.versions[-1]
    return visit.page(
        "routine.html",
        kind=kind_of(visit),
        guidance=found,
        title=title(visit.site.words, kind_of(visit), newest),
        versions=list(reversed(found.versions)),
        lines=lines,
        calls=numbers,
        label=partial(term, "Tlp"),
        audience_words=partial(audience_words, visit.site.words),
        function=function_word,
        counties=visit.site.county_options,
        rows=_rows(acknowledged.content) if acknowledged and acknowledged.content else None,
        acknowledged=acknowledged,
        may_change=bool(visit.roles & AUTHORS) and county == visit.site.county.name and found.status == "ACTIVE",
    )


def kind_of(visit: Visit) -> str:
    """The kind of guidance in the address; CallRefused, as not found, if there is none of that word."""
    for kind, word in KINDS.items():
        if visit.request.path_params["kind"] == word:
            return kind
    raise CallRefused(404, "not-found")


async def _drafts(visit: Visit) -> list[ShownGuidanceDraft]:
    if not visit.roles & AUTHORS:
        return []
    return (await calls.drafts(visit.site.interface, visit.token)).items


async def _register(visit: Visit) -> list[ListedGuidance]:
    if not visit.roles & INSIDE:
        return []
    advice, routines = await asyncio.gather(
        calls.safety_advice(visit.site.interface, visit.token), calls.routines(visit.site.interface, visit.token)
    )
    words = visit.site.words
    return [
        *(_listed(words, "safety-advice", each, each.exercise) for each in advice.items),
        *(_listed(words, "routine", each, exercise=False) for each in routines.items),
    ]


def _listed(words: Wording, kind: str, each: ShownRoutine | ShownSafetyAdvice, exercise: bool) -> ListedGuidance:
    newest = each.versions[-1]
    path = f"/rutiner/{KINDS[kind]}/{each.county}/{each.id}"
    name, withdrawn = title(words, kind, newest), each.status != "ACTIVE"
    return ListedGuidance(name, path, each.county, newest.number, withdrawn, exercise)


def _rows(page: AcknowledgementPage) -> list[AcknowledgedRow]:
    found: dict[tuple[int, str], dict[str, int | None]] = {}
    for each in page.items:
        found.setdefault((each.routine.version, each.audience), {})[each.county] = each.acknowledged
    return [
        AcknowledgedRow(number, AUDIENCES.get(audience, audience), counties)
        for (number, audience), counties in sorted(found.items(), reverse=True)
    ]
