"""Enrolments: those of this county, with their states in words; accepting an offer, and cancelling."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.roles import BOARD, ENROLLERS
from services.workspace.sections import notices, section
from services.workspace.sending import errors_of, key_again, key_of, new_key, status_of, version_of
from services.workspace.shown_trainings import ShownEnrolment, ShownOccasion, ShownPerson
from services.workspace.speaking import home_of

DONE = ("anmald", "tackat-ja", "avanmald")
"""The sentences that say what was done, by the word in the address."""
ACTS = {"tacka-ja": ("accept", "tackat-ja"), "avanmal": ("cancel", "avanmald")}
ENDED = frozenset({"CANCELLED", "REFUSED", "LAPSED", "ATTENDED", "ABSENT"})


@dataclass(frozen=True, slots=True)
class ListedSeat:
    """A participant and the state of the seat. The name is there for those who enrol alone."""

    name: str
    state: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ListedEnrolment:
    """A line of the list; ``key`` makes its forms harmless to send twice."""

    enrolment: ShownEnrolment
    title: str
    occasion: ShownOccasion | None
    seats: list[ListedSeat]
    offered: bool
    living: bool
    key: str


async def show(visit: Visit) -> Response:
    """The enrolments that the user may see, the latest first; what was just done is said."""
    page = await visit.site.interface.enrolments(visit.token, visit.site.county.name)
    found = await asyncio.gather(*(_listed(visit, each) for each in reversed(page.items)))
    done = visit.request.query_params.get("klart")
    return visit.page(
        "enrolments.html",
        enrolments=found,
        done=f"done.{done}" if done in DONE else None,
        may_act=bool(visit.roles & ENROLLERS),
        own="" if visit.roles & BOARD else home_of(visit) or "",
        freshness=notices([page.counties], visit.site.county.name, visit.site.now()),
    )


async def ask(visit: Visit) -> Response:
    """Asks whether to cancel, and says what follows; of one that is cancelled already, the list."""
    enrolment = await _enrolment(visit)
    if not is_living(enrolment):
        return RedirectResponse("/anmalningar", 303)
    listed, version = await _listed(visit, enrolment), enrolment.version
    return visit.page("cancel.html", each=listed, version=version, errors=[], key=new_key())


async def act(visit: Visit) -> Response:
    """An offer is accepted, or an enrolment cancelled, in the version that its user has seen."""
    form = await form_of(visit.request)
    verb, done = ACTS[visit.request.url.path.rpartition("/")[2]]
    enrolment = await _enrolment(visit)
    seen = enrolment.model_copy(update={"version": version_of(form)})
    try:
        await visit.site.interface.act(visit.token, key_of(form), seen, verb)
    except (CallRefused, CountyAway) as failed:
        errors = errors_of(failed, (), visit.site.words.has, "enrolments")
        listed = await _listed(visit, enrolment)
        template = "cancel.html" if verb == "cancel" else "accept.html"
        return visit.page(
            template, status_of(failed), each=listed, errors=errors, key=key_again(form, status_of(failed))
        )
    return RedirectResponse(f"/anmalningar?klart={done}", 303)


def is_living(enrolment: ShownEnrolment) -> bool:
    """Whether there is a seat to cancel: one that its county still wants, and that has not ended."""
    wanted = {each.id for each in enrolment.participants if each.wish != "CANCELLED"}
    return not enrolment.settled and any(
        each.participant in wanted and each.state not in ENDED for each in enrolment.seats
    )


async def _enrolment(visit: Visit) -> ShownEnrolment:
    identity: UUID = visit.request.path_params["identity"]
    return await visit.site.interface.enrolment(visit.token, visit.site.county.name, identity)


async def _listed(visit: Visit, each: ShownEnrolment) -> ListedEnrolment:
    """The enrolment with its occasion and, for those who enrol, names; what cannot be had is left out."""
    interface, token, place = visit.site.interface, visit.token, each.occasion
    occasion, persons = await asyncio.gather(
        section(interface.occasion(token, place.county, UUID(place.id))), section(_persons(visit, each))
    )
    title = ""
    if occasion.content:
        training = await section(interface.training(token, place.county, occasion.content.training))
        title = training.content.title if training.content else ""
    names = {person.participant: person.name for person in persons.content or []}
    given_back = {one.id for one in each.participants if one.wish == "CANCELLED"}
    said = visit.site.words.text("enrolments.given-back")
    seats = [
        ListedSeat(
            names.get(seat.participant, ""),
            said if seat.state is None and seat.participant in given_back else seat.swedish,
            seat.offered_until,
        )
        for seat in each.seats
    ]
    offered = any(seat.state == "OFFERED" for seat in each.seats)
    return ListedEnrolment(each, title, occasion.content, seats, offered, is_living(each), new_key())


async def _persons(visit: Visit, each: ShownEnrolment) -> list[ShownPerson]:
    if not visit.roles & ENROLLERS:
        return []
    return await visit.site.interface.persons(visit.token, each.county, each.id)
