"""Three counties that invite each other, and what they send."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from services.meetings.domain.plan import MUNICIPAL
from shared.contracts.actors import Actor, ContactFunction, Network, NetworkRegistered
from shared.contracts.asking import Reference
from shared.contracts.codes import FunctionCode
from shared.contracts.event import Event
from shared.protocol.envelope import Envelope
from shared.protocol.received import Received
from tests.service.offices import Office, ok
from tests.support.tokens import Tokens
from tests.unit.meetings.given import ACTORS, BEFORE, HOST, MIDDLE, NORTH, a_plan

TABLES = (
    "meetings, home_meetings, actors, follow_ups, decisions, minutes_drafts, calendar_feeds, answered, told_invitees, "
    "without_digest, told_owners, letter_codes"
)
BOARD_NAMES = (HOST, NORTH, MIDDLE)
NETWORK: Network = NetworkRegistered(
    id=UUID(int=77), county=HOST, name="Regionala nätverket", members=[each.model_dump() for each in list(ACTORS)[:3]]
)


@dataclass
class Boards:
    """The host and two counties that it invites; ``umea`` is a municipality of the host, with its database."""

    tokens: Tokens
    host: Office
    north: Office
    middle: Office
    umea: Office

    def host_of(self, kind: str) -> Office:
        """Whoever hosts meetings of this kind: the county, or its municipality Umeå."""
        return self.umea if kind in MUNICIPAL else self.host

    async def settle(self) -> None:
        """Deliver all events everywhere until there are no more."""
        every = (self.host, self.north, self.middle)
        while sum([await one.carry_to(other) for one in every for other in every if one is not other]):
            pass

    async def draft(self, **changes: Any) -> dict[str, Any]:
        """The host's draft."""
        plan = body(**changes)
        return dict(await self.host_of(plan["kind"]).post("/meetings", plan, status=201))

    async def invited(self, **changes: Any) -> dict[str, Any]:
        """A meeting that the host has invited to, known everywhere."""
        draft = await self.draft(**changes)
        meeting = await self.host_of(draft["kind"]).post(path(draft) + "/invite", seen=draft)
        await self.settle()
        return dict(meeting)

    async def change(self, meeting: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """The host changes the plan, and everybody learns of it."""
        headers = {"If-Match": f'"{meeting["version"]}"'}
        plan = body(kind=meeting["kind"], **changes)
        after = ok(await self.host_of(meeting["kind"]).api.put(path(meeting), json=plan, headers=headers))
        await self.settle()
        return dict(after)

    def someone(self, county: str, role: str, **claims: str) -> dict[str, str]:
        """The header of somebody else in a county."""
        return self.tokens.headers(county, role, sub="someone", **claims)


def body(**changes: Any) -> dict[str, Any]:
    """The plan of the steering meeting."""
    return a_plan(**changes).model_dump(mode="json")


def path(meeting: dict[str, Any]) -> str:
    """The address of a meeting."""
    return f"/meetings/{meeting['county']}/{meeting['id']}"


def invitee(meeting: dict[str, Any], county: str) -> dict[str, Any]:
    """The first invitee of a county."""
    return dict(next(each for each in meeting["invitees"] if each["actor"]["county"] == county))


def answers(meeting: dict[str, Any]) -> dict[str, list[str]]:
    """The states of the invitees of each county."""
    found: dict[str, list[str]] = {}
    for each in meeting["invitees"]:
        found.setdefault(each["actor"]["county"], []).append(each["state"])
    return found


async def answer(office: Office, meeting: dict[str, Any], state: str, status: int = 200, **more: Any) -> Any:
    """The county answers for its first invitee, to the sequence that it has read."""
    who = more.pop("who", None) or invitee(meeting, office.name)["id"]
    given = {"state": state, "sequence": meeting["sequence"], **more}
    place = f"/invitations/{meeting['county']}/{meeting['id']}/{who}/answer"
    return ok(await office.api.post(place, json=given), status)


async def with_function(office: Office, actor: Actor, function: str, mailbox: str | None) -> UUID:
    """The actor has another function too, as this county has heard; its id."""
    contact = ContactFunction(id=uuid5(actor.id, function), function=FunctionCode(function), mailbox=mailbox)
    state = actor.model_copy(update={"contact_functions": (*actor.contact_functions, contact)}).model_dump_json()
    await office.db.execute("UPDATE actors SET state = $1 WHERE id = $2", state, actor.id)
    return contact.id


def actor_events() -> list[Received]:
    """The actors of all counties, and a network, as every county receives them."""
    return [received(event) for event in (*ACTORS.values(), NETWORK)]


def reference(event: Event) -> str:
    """The aggregate as queries name it."""
    return str(Reference(county=event.county, id=event.id))


def received(event: Event, at: datetime = BEFORE, version: int = 1) -> Received:
    """The event of another service, as the inbox gives it."""
    envelope = Envelope(
        id=str(event.id),
        type=event.event_type,
        subject=event.id,
        time=at,
        epoch=1,
        number=1,
        version=version,
        correlation_id=None,
        causation_id=None,
        traceparent=None,
        restated=False,
    )
    return Received(event.county, event, envelope)
