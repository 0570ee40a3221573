"""Routines and safety advice of all counties: what is in force, and how it came to be."""

from collections.abc import Iterable, Iterator
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel
from pydantic_core import to_json
from starlette.responses import Response

from services.shipment_alerts.api import lists
from services.shipment_alerts.api.lists import inside
from services.shipment_alerts.domain import guidance
from services.shipment_alerts.domain.signals import labels
from services.shipment_alerts.store.guidance import GUIDANCE, newest
from shared.contracts.event import Event
from shared.contracts.guidance import Routine, SafetyAdvice, SafetyAdviceVersion
from shared.contracts.reference.shipments import ADVICE_LINES, NUMBERS
from shared.links.freshness import Freshness
from shared.messaging.outbox import Transaction
from shared.runtime.call import Call, CallOf
from shared.runtime.lists import Page
from shared.runtime.resource import Id, Owner, Resource, check_county

router = APIRouter()
PATH = "/guidance"


def _labelled(guidance: Routine | SafetyAdvice) -> dict[str, object]:
    """The versions, but for one whose label this version does not know: that is shown to nobody."""
    known = [version for version in guidance.versions if version.tlp in labels(inside=True)]
    return {"versions": [version.model_dump(mode="json") for version in known]}


ROUTINES = Resource(GUIDANCE, "routine", PATH + "/routines", _labelled)
ADVICE = Resource(GUIDANCE, "safety-advice", PATH + "/safety-advice", _labelled)


class RoutineView(Routine):
    """A routine in its version, which is also its ETag."""

    version: int


class SafetyAdviceView(SafetyAdvice):
    """A safety advice in its version, which is also its ETag."""

    version: int


class InForce(BaseModel):
    """What one routine or safety advice says today, as a person reads it, and the numbers to call."""

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
async def show_guidance(query: Annotated[lists.InForceQuery, Query()], call: Call) -> Response:
    """What this audience is to go by today, in all counties or in one: safety advice first, the newest first."""
    check_county(call, query.county, "invalid-county")
    counties = await call.freshness(GUIDANCE.stream)
    async with call.db.read() as conn:
        active = [await newest(conn, resource.kind, query.county) for resource in (ADVICE, ROUTINES)]
    items = [each for found in active for each in _in_force(call, query, found)]
    return Response(to_json({"items": items, "counties": counties}), media_type="application/json")


@router.get(PATH + "/routines", response_model=Page[RoutineView])
async def list_routines(query: Annotated[lists.GuidanceQuery, Query()], call: Call) -> Response:
    """The routines of all counties with all their versions, the newest first."""
    return await ROUTINES.listed(call, query)


@router.get(PATH + "/routines/{county}/{id}", response_model=RoutineView)
async def get_routine(county: Owner, identity: Id, call: Call) -> Response:
    """One routine, of whatever county."""
    return await ROUTINES.read(call, county, identity)


@router.post(PATH + "/routines/{county}/{id}/withdraw", response_model=RoutineView)
async def withdraw_routine(county: Owner, identity: Id, call: Call) -> Response:
    """The routine is in force no more. That may be urgent, so it needs no second person."""

    async def decide(_: Transaction, before: Routine) -> Event:
        return guidance.withdraw_routine(before)

    return await ROUTINES.change(call, county, identity, decide)


@router.get(PATH + "/safety-advice", response_model=Page[SafetyAdviceView])
async def list_safety_advice(query: Annotated[lists.GuidanceQuery, Query()], call: Call) -> Response:
    """The safety advice of all counties with all its versions, the newest first."""
    return await ADVICE.listed(call, query)


@router.get(PATH + "/safety-advice/{county}/{id}", response_model=SafetyAdviceView)
async def get_safety_advice(county: Owner, identity: Id, call: Call) -> Response:
    """One safety advice, of whatever county."""
    return await ADVICE.read(call, county, identity)


@router.post(PATH + "/safety-advice/{county}/{id}/withdraw", response_model=SafetyAdviceView)
async def withdraw_safety_advice(county: Owner, identity: Id, call: Call) -> Response:
    """The safety advice is in force no more. That may be urgent, so it needs no second person."""

    async def decide(_: Transaction, before: SafetyAdvice) -> Event:
        return guidance.withdraw_advice(before)

    return await ADVICE.change(call, county, identity, decide)


def _in_force(call: CallOf, query: lists.InForceQuery, found: Iterable[Routine | SafetyAdvice]) -> Iterator[InForce]:
    """What of these is shown to the audience on this day, as its label lets it be."""
    for each in found:
        version = guidance.shown_to(each, query.audience, call.here.today)
        if version is None or version.tlp not in labels(inside(call)):
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
