"""A steering meeting in Västerbotten on 9 December 2026, its invitees, and the actors that they belong to."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from services.meetings.domain import meeting
from services.meetings.domain.answering import Answerer
from services.meetings.domain.plan import MUNICIPAL, HomeMeeting, MeetingPlan
from shared.contracts.actors import Actor, ActorRegistered, ContactFunction
from shared.contracts.asking import Reference
from shared.contracts.codes import FunctionCode
from shared.contracts.context import DecisionContext
from shared.contracts.meetings import InviteeDetails, Meeting
from tests.support.contexts import decision_context

HOST, NORTH, MIDDLE, SOUTH = "vasterbotten", "norrbotten", "jamtland", "vasternorrland"
STARTS = datetime(2026, 12, 9, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEFORE = STARTS - 14 * DAY
COORDINATOR = Answerer(coordinator=True, municipality=None, police=False)
MUNICIPALITY = Answerer(coordinator=False, municipality="2480", police=False)
SPACE = UUID("5a3e0d0c-1f5e-4a6f-9a4f-6f0f0a0e1c11")


def random_id(number: int) -> UUID:
    """An id of version 4, the same for the same number."""
    return UUID(int=number, version=4)


def actor(county: str, kind: str = "COUNTY_BOARD", **more: Any) -> Actor:
    """An actor of the county with one contact function."""
    sector, level, function = {
        "COUNTY_BOARD": ("STATE", "REGIONAL", "COUNTY_COORDINATOR"),
        "MUNICIPALITY": ("MUNICIPALITY", "LOCAL", "MUNICIPAL_COORDINATOR"),
        "POLICE": ("STATE", "REGIONAL", "LPO_CHIEF"),
        "CUSTOMS": ("STATE", "NATIONAL", "CUSTOMS_OFFICER"),
    }[kind]
    identity = uuid5(SPACE, f"{county}/{kind}/{more.get('municipality')}")
    fields = {
        "id": identity,
        "county": county,
        "name": f"{kind.capitalize()} {county}",
        "sector": sector,
        "level": level,
        "type": kind,
        "contact_functions": [
            ContactFunction(
                id=uuid5(identity, "contact"),
                function=FunctionCode(function),
                mailbox=f"{function.lower()}@{county}.example",
            )
        ],
    }
    return ActorRegistered.model_validate(fields | more)


BOARDS = [actor(county) for county in (HOST, NORTH, MIDDLE, SOUTH)]
POLICE, CUSTOMS = actor(HOST, "POLICE"), actor(HOST, "CUSTOMS")
UMEA = actor(HOST, "MUNICIPALITY", municipality="2480")
ACTORS = {Reference(county=each.county, id=each.id): each for each in (*BOARDS, POLICE, CUSTOMS, UMEA)}


def invited(*actors: Actor) -> list[InviteeDetails]:
    """The contact functions of these actors."""
    return [
        InviteeDetails(actor=Reference(county=each.county, id=each.id), contact_function=each.contact_functions[0].id)
        for each in actors
    ]


def a_plan(**changes: Any) -> MeetingPlan:
    """A steering meeting to which the four boards, police and customs are invited."""
    municipal = changes.get("kind") in MUNICIPAL
    fields: dict[str, Any] = {
        "kind": "STEERING",
        "title": "Styrgruppsmöte",
        "starts_at": STARTS,
        "ends_at": STARTS + 2 * HOUR,
        "level": "REGIONAL",
        "organiser": "MUNICIPAL_COORDINATOR" if municipal else "COUNTY_COORDINATOR",
        "form": "ONLINE",
        "url": "https://mote.example/42",
        "invitees": invited(*BOARDS, POLICE, CUSTOMS),
    }
    return MeetingPlan.model_validate(fields | changes)


def host(now: datetime = BEFORE) -> DecisionContext:
    """A decision of the host."""
    return decision_context(HOST, now=now)


def a_draft(by: Answerer | None = None, **changes: Any) -> HomeMeeting:
    """The meeting as a draft, planned by whoever may."""
    plan = a_plan(**changes)
    by = by or (MUNICIPALITY if plan.kind in MUNICIPAL else COORDINATOR)
    return meeting.plan(plan, SPACE, [random_id(number) for number in range(len(plan.invitees))], ACTORS, by, host())


def a_meeting(**changes: Any) -> Meeting:
    """The meeting once it is invited to."""
    after = meeting.invite(a_draft(**changes), host())
    assert isinstance(after, Meeting)
    return after


def changed(before: Any, now: datetime = BEFORE, **changes: Any) -> Any:
    """The meeting after its host has changed the plan."""
    plan = a_plan(kind=before.kind, **changes)
    ids = [random_id(100 + number) for number in range(len(plan.invitees))]
    return meeting.change(plan, before, ids, ACTORS, host(now))
