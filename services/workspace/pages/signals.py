"""Signals: the list, their numbers by week and county, and one of them in full."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from starlette.responses import Response

from services.workspace import calls_signals
from services.workspace.answers import CallRefused
from services.workspace.guard import Visit
from services.workspace.guidance_words import term
from services.workspace.lists import Filter, filter_of, is_cursor, is_week, options
from services.workspace.sections import notices, section
from services.workspace.shown import ShownSignal, SignalWeeks
from services.workspace.words import Wording, capital
from shared.contracts.reference import MUNICIPALITIES, POLICE_AREAS
from shared.contracts.reference.shipments import TERMS
from shared.runtime.auth import INSIDE, Role

DONE = ("slappt", "rattad", "aterkallad", "svarat", "tagit-tillbaka")
"""The sentences that say what was done, by the word in the address."""
RETIRED = "RETIRED"
"""The status of an answer that was taken back, which is for good."""
WEEKS = 6
"""So many of the newest weeks are in the table."""
FORMS = {"csv": ("text/csv", "csv"), "stix": ("application/stix+json;version=2.1", "json")}
"""Of each form of a file its media type, and the end of its name."""
CATEGORIES = {code: words.swedish for code, words in TERMS["SuspectedCategory"].items()}


@dataclass(frozen=True, slots=True)
class SignalWeek:
    """A column of the table: an ISO week, and how many signals each county released in it."""

    code: str
    year: int
    number: int
    signals: Mapping[str, int]


async def show_list(visit: Visit) -> Response:
    """The list, newest first. The table beside it has the same filters, but for the week."""
    chosen = _chosen(visit)
    counted = chosen.query(lan="county", innehall="category")
    query = _query(chosen) | chosen.query(efter="cursor")
    interface = visit.site.interface
    page, weeks = await asyncio.gather(
        interface.signals(visit.token, 25, **query), section(interface.signal_weeks(visit.token, **counted))
    )
    return visit.page(
        "signals.html",
        filter=chosen,
        page=page,
        weeks=_columns(weeks.content) if weeks.content else None,
        counties=visit.site.county_options,
        categories=options(CATEGORIES),
        files={form: replace(chosen, path=f"/signaler/fil.{form}").address(efter="") for form in FORMS},
        may_release=Role.POLICE in visit.roles,
        freshness=notices([page.counties], visit.site.county.name, visit.site.now()),
    )


async def download(visit: Visit) -> Response:
    """All that the list shows with these filters, as a file; CallRefused, as not found, if it is of no known form."""
    form = visit.request.path_params["form"]
    if form not in FORMS:
        raise CallRefused(404, "not-found")
    content = await calls_signals.download(visit.site.interface, visit.token, form, **_query(_chosen(visit)))
    media_type, end = FORMS[form]
    headers = {"Content-Disposition": f'attachment; filename="signaler.{end}"'}
    return Response(content, headers=headers, media_type=media_type)


async def show_one(visit: Visit) -> Response:
    """A signal, each of its codes in words, and for those inside what the counties have answered."""
    county, identity = visit.named()
    signal = await visit.site.interface.signal(visit.token, county, identity)
    feedback, partners, own = None, None, county == visit.site.county.name
    if visit.roles & INSIDE:
        interface, token = visit.site.interface, visit.token
        feedback, partners = await asyncio.gather(
            section(interface.feedback(token, county, identity)),
            section(calls_signals.partner_replies(interface, token, county, identity)),
        )
    answers = feedback.content.items if feedback and feedback.content else []
    taken_back = any(each.county == visit.site.county.name and each.status == RETIRED for each in answers)
    may_answer = Role.COUNTY_COORDINATOR in visit.roles and not own and signal.status != "UNKNOWN"
    done = visit.request.query_params.get("klart")
    return visit.page(
        "signal.html",
        signal=signal,
        county=county,
        place=place_of(visit.site.words, signal.municipality, signal.police_area),
        word=word,
        feedback=feedback,
        partners=partners,
        answers=[each for each in answers if each.status != RETIRED],
        may_change=changeable(visit, signal),
        may_answer=may_answer and not taken_back,
        taken_back=taken_back,
        done=f"signals.done.{done}" if done in DONE else None,
    )


def changeable(visit: Visit, signal: ShownSignal) -> bool:
    """Whether the signal is one that its reader may correct or withdraw, and that has not ended."""
    own = signal.county == visit.site.county.name
    return own and Role.POLICE in visit.roles and signal.status == "RELEASED"


def place_of(words: Wording, municipality: str | None, police_area: str | None) -> str:
    """The place in words, as exact as it is: a municipality, a police area, or the whole county."""
    if found := MUNICIPALITIES.get(municipality or ""):
        return found.name
    area = POLICE_AREAS.get(police_area or "")
    return words.text("signal.police-area", name=area.name) if area else words.text("signal.whole-county")


def word(kind: str, code: str) -> str:
    """The word for a code, with a capital; the code itself if this version has no word for it."""
    return capital(term(kind, code))


def _chosen(visit: Visit) -> Filter:
    names = {county.name for county in visit.site.counties}
    return filter_of(
        visit.request,
        lan=names.__contains__,
        innehall=CATEGORIES.__contains__,
        vecka=is_week,
        aterkallade="ja".__eq__,
        efter=is_cursor,
    )


def _query(chosen: Filter) -> dict[str, str]:
    """The query for the list and for its file, but for where a page begins."""
    ended = {"status": "ANY"} if chosen.value("aterkallade") else {}
    return chosen.query(lan="county", innehall="category", vecka="week") | ended


def _columns(weeks: SignalWeeks) -> list[SignalWeek]:
    found: dict[tuple[int, int], dict[str, int]] = {}
    for each in weeks.items:
        found.setdefault((each.iso_week_year, each.iso_week), {})[each.county] = each.signals
    newest = sorted(found.items())[-WEEKS:]
    return [SignalWeek(f"{year}-W{week:02}", year, week, signals) for (year, week), signals in newest]
