"""Trainings: the occasions to come, one of them, and a seat in it for somebody of the own county."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.lists import filter_of, is_cursor, is_day
from services.workspace.roles import ENROLLERS, ENROLMENT_READERS
from services.workspace.sections import notices, section
from services.workspace.sending import FormError, errors_of, first, key_again, key_of, status_of
from services.workspace.shown_trainings import EnrolmentPage, OccasionDetail, OccasionPage
from services.workspace.speaking import home_of
from shared.calendar import day_of
from shared.contracts.reference import ACTOR_TYPES, FUNCTIONS, MUNICIPALITIES
from shared.contracts.reference.trainings import TERMS
from shared.runtime.auth import Role
from shared.swedish import sort_key

PAGE_SIZE = 20
COMING = ("PLANNED", "OPEN", "CLOSED")
FIELDS = ("name", "mailbox", "function", "actor_type", "municipality")


@dataclass(frozen=True, slots=True)
class ListedOccasion:
    """A line of the list: the title of its training, and where its page is."""

    title: str
    path: str
    when: str
    county: str
    free: int
    waiting: str


async def show_list(visit: Visit) -> Response:
    """The occasions to come of all counties; `lan` and `fran` choose, `efter` goes on."""
    names = {one.name for one in visit.site.counties}
    chosen = filter_of(visit.request, lan=names.__contains__, fran=is_day, efter=is_cursor)
    since = chosen.value("fran") or day_of(visit.site.now()).isoformat()
    query: dict[str, str | int | bool] = {
        "limit": PAGE_SIZE,
        "from": since,
        **chosen.query(lan="county", efter="cursor"),
    }
    page, trainings = await asyncio.gather(
        visit.site.interface.coming(visit.token, query), visit.site.interface.trainings(visit.token)
    )
    titles = {training.id: training.title for training in trainings.items}
    return visit.page(
        "trainings.html",
        occasions=_listed(page, titles),
        filter=chosen,
        page=page,
        counties=visit.site.county_options,
        wrong_day=bool(visit.request.query_params.get("fran")) and not chosen.value("fran"),
        freshness=notices([page.counties], visit.site.county.name, visit.site.now()),
    )


async def show_one(visit: Visit) -> Response:
    """One occasion, with the form to ask for a seat."""
    return await _show(visit, {}, [], 200)


async def enrol(visit: Visit) -> Response:
    """A seat is asked for. The host answers; until then the page says that it is waited for."""
    form = await form_of(visit.request)
    values = {name: first(form, name) for name in FIELDS}
    values["municipality"] = values["municipality"] or _home(visit)
    if missing := [FormError(f"field.{name}", name) for name in FIELDS[:-1] if not values[name]]:
        return await _show(visit, form, missing, 422)
    county, identity = visit.named()
    participant = {name: value for name, value in values.items() if value}
    wish = {"occasion": {"county": county, "id": str(identity)}, "participants": [participant]}
    try:
        await visit.site.interface.enrol(visit.token, key_of(form), wish)
    except (CallRefused, CountyAway) as failed:
        return await _show(visit, form, errors_of(failed, FIELDS, visit.site.words.has), status_of(failed))
    return RedirectResponse("/anmalningar?klart=anmald", 303)


async def _show(visit: Visit, form: Mapping[str, Sequence[str]], errors: Sequence[FormError], status: int) -> Response:
    interface, token, (county, identity) = visit.site.interface, visit.token, visit.named()
    occasion = await interface.occasion(token, county, identity)
    training, enrolments = await asyncio.gather(
        interface.training(token, county, occasion.training), section(_own(visit, identity))
    )
    home = _home(visit)
    places = [each for each in MUNICIPALITIES.values() if each.county == visit.site.county.code]
    return visit.page(
        "training.html",
        status,
        occasion=occasion,
        training=training,
        form_word=_word("OccasionForm", occasion.form),
        status_word=_word("OccasionStatus", occasion.status),
        level_word=_word("TrainingLevel", training.level),
        enrolments=enrolments,
        may_enrol=bool(visit.roles & ENROLLERS) and _is_open(occasion, visit.site.now()),
        errors=errors,
        values={name: first(form, name) for name in FIELDS} | ({"municipality": home} if home else {}),
        key=key_again(form, status),
        functions=sorted(FUNCTIONS.values(), key=lambda each: sort_key(each.swedish)),
        actor_types=sorted(ACTOR_TYPES.values(), key=lambda each: sort_key(each.swedish)),
        municipalities=sorted(
            (each for each in places if home in ("", each.code)), key=lambda each: sort_key(each.name)
        ),
    )


async def _own(visit: Visit, identity: UUID) -> EnrolmentPage | None:
    """The enrolments to the occasion that the user may see: the county's, or those of the user's municipality."""
    if not visit.roles & ENROLMENT_READERS:
        return EnrolmentPage(counties=[], items=[])
    return await visit.site.interface.enrolments(visit.token, visit.site.county.name, occasion=str(identity))


def _home(visit: Visit) -> str:
    """The municipality whose staff alone the user enrols; empty for who enrols for the county."""
    return "" if Role.COUNTY_COORDINATOR in visit.roles else home_of(visit) or ""


def _listed(page: OccasionPage, titles: Mapping[str, str]) -> list[ListedOccasion]:
    return [
        ListedOccasion(
            titles.get(each.training, each.when),
            f"/utbildningar/{each.county}/{each.id}",
            each.when,
            each.county,
            max(0, each.seats - each.taken),
            _word("OccasionStatus", each.status),
        )
        for each in page.items
        if each.status in COMING
    ]


def _is_open(occasion: OccasionDetail, now: datetime) -> bool:
    """Whether seats can be asked for, by the clock: its status follows some seconds later."""
    return occasion.status in COMING and occasion.opens_at <= now < occasion.closes_at


def _word(codes: str, code: str) -> str:
    return TERMS[codes][code].swedish if code in TERMS[codes] else code
