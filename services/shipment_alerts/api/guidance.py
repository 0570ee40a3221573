"""Routines and safety advice of all counties: what is in force, and how it came to be."""

from collections.abc import Container, Iterable, Iterator
from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, field_serializer
from starlette.responses import Response

from services.shipment_alerts.api import lists
from services.shipment_alerts.api.lists import inside
from services.shipment_alerts.commands import telling
from services.shipment_alerts.domain import guidance
from services.shipment_alerts.domain.signals import labels
from services.shipment_alerts.store import guidance as store
from shared.contracts.guidance import Routine, RoutineVersion, SafetyAdvice, SafetyAdviceVersion
from shared.contracts.reference.shipments import ADVICE_LINES, NUMBERS
from shared.contracts.shipment_codes import Audience, Tlp
from shared.links.freshness import Freshness
from shared.runtime.lists import Page
from shared.runtime.models import Versioned
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import Id, Owner, Resource, check_county, with_freshness
from shared.runtime.routes import Router

router = Router()
PATH = "/guidance"


class RoutineView(Versioned, Routine):
    """A routine in its version, which is also its ETag."""

    @field_serializer("versions")
    def _shown(self, versions: tuple[RoutineVersion, ...]) -> tuple[RoutineVersion, ...]:
        """The versions whose label is known here."""
        return tuple(each for each in versions if each.tlp in labels(inside=True))


class SafetyAdviceView(Versioned, SafetyAdvice):
    """A safety advice in its version, which is also its ETag."""

    @field_serializer("versions")
    def _shown(self, versions: tuple[SafetyAdviceVersion, ...]) -> tuple[SafetyAdviceVersion, ...]:
        """The versions whose label is known here."""
        return tuple(each for each in versions if each.tlp in labels(inside=True))


ROUTINES = Resource(store.ROUTINES, PATH + "/routines", RoutineView)
ADVICE = Resource(store.ADVICE, PATH + "/safety-advice", SafetyAdviceView)


class InForce(BaseModel):
    """One routine or safety advice as it is in force today, in lines for a person, and the numbers to call."""

    kind: str
    county: str
    id: str
    number: int
    exercise: bool
    hazard_class: str | None
    swedish: list[str]
    english: list[str]
    calls: dict[str, str]


class AllInForce(BaseModel):
    """All that is in force for an audience; ``counties`` says how complete each county's part is."""

    items: list[InForce]
    counties: list[Freshness]


@router.get(PATH, response_model=AllInForce)
async def show_guidance(query: Annotated[lists.InForceQuery, Query()], request: QueryRequest) -> Response:
    """The guidance in force for an audience today, of all counties or one: safety advice first, the newest first."""
    check_county(request.writer, query.county, "invalid-county")
    counties = await request.freshness(store.GUIDANCE.stream)
    async with request.db.read() as conn:
        active = await store.newest(conn, query.county)
    items = _in_force(active, query.audience, request.writer.context.today, labels(inside(request.principal)))
    return with_freshness({"items": list(items)}, counties)


@router.get(PATH + "/routines", response_model=Page[RoutineView])
async def list_routines(query: Annotated[lists.GuidanceQuery, Query()], request: QueryRequest) -> Response:
    """The routines of all counties with all their versions, the newest first."""
    return await ROUTINES.list(request, query)


@router.get(PATH + "/routines/{county}/{id}", response_model=RoutineView)
async def get_routine(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One routine, of whatever county."""
    return await ROUTINES.read(request, county, identity)


@router.post(PATH + "/routines/{county}/{id}/withdraw", response_model=RoutineView)
async def withdraw_routine(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The routine is in force no more. That may be urgent, so it needs no second person."""
    async with request.command() as tx:
        before = await ROUTINES.lock(tx, county, identity)
        after = await ROUTINES.update(tx, before, guidance.withdraw_routine(before.state))
        await telling.tell_of_withdrawal(tx, after.state)
        return tx.reply(ROUTINES.view(after))


@router.get(PATH + "/safety-advice", response_model=Page[SafetyAdviceView])
async def list_safety_advice(query: Annotated[lists.GuidanceQuery, Query()], request: QueryRequest) -> Response:
    """The safety advice of all counties with all its versions, the newest first."""
    return await ADVICE.list(request, query)


@router.get(PATH + "/safety-advice/{county}/{id}", response_model=SafetyAdviceView)
async def get_safety_advice(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One safety advice, of whatever county."""
    return await ADVICE.read(request, county, identity)


@router.post(PATH + "/safety-advice/{county}/{id}/withdraw", response_model=SafetyAdviceView)
async def withdraw_safety_advice(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The safety advice is in force no more. That may be urgent, so it needs no second person."""
    async with request.command() as tx:
        before = await ADVICE.lock(tx, county, identity)
        after = await ADVICE.update(tx, before, guidance.withdraw_advice(before.state))
        return tx.reply(ADVICE.view(after))


def _in_force(
    active: Iterable[Routine | SafetyAdvice], audience: Audience, day: date, labels: Container[Tlp]
) -> Iterator[InForce]:
    """Those in force for the audience on ``day``, under one of these labels."""
    for each in active:
        version = guidance.shown_to(each, audience, day)
        if version is None or version.tlp not in labels:
            continue
        known = [ADVICE_LINES[step] for step in version.steps if step in ADVICE_LINES]
        yield InForce(
            kind="routine" if isinstance(each, Routine) else "safety-advice",
            county=each.county,
            id=str(each.id),
            number=version.number,
            exercise=isinstance(each, SafetyAdvice) and each.exercise,
            hazard_class=version.hazard_class if isinstance(version, SafetyAdviceVersion) else None,
            swedish=[line.swedish for line in known],
            english=[line.english for line in known],
            calls={number.swedish: number.number for code, number in NUMBERS.items() if code in version.calls},
        )
