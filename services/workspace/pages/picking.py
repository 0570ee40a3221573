"""Whom a host chooses among the contact functions of all counties' actors: found by a search, each with a role.

A search is a button of the same form, so that nothing that was chosen is lost by it.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.workspace.guard import Visit
from services.workspace.lists import Option, is_text
from services.workspace.pages.meetings import function_word
from services.workspace.sections import Section, section
from services.workspace.sending import first
from services.workspace.shown_actors import NetworkPage, ShownActor
from services.workspace.shown_hosting import HostedMeeting
from services.workspace.shown_meetings import ShownInvitee
from services.workspace.words import capital
from shared.contracts.reference.meetings import TERMS
from shared.swedish import sort_key

ROLES = [Option(code, capital(term.swedish)) for code, term in TERMS["InviteeRole"].items()]
SEARCH = "sok-efter"
"""The field that says that nothing is to be saved yet."""
WHOLE_NETWORK = "natverk"
"""The field of a network, and the value of SEARCH that asks for all its members."""
_PLACE = re.compile(r"([a-z]+(?:-[a-z]+)*)/([0-9a-f-]{36})/([0-9a-f-]{36})")


@dataclass(frozen=True, slots=True)
class Choosable:
    """A contact function; ``name`` is that of its field: the county, the actor's id and its own."""

    name: str
    actor: str
    function: str
    role: str


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of a search; ``more``: there are more actors than are shown."""

    contacts: list[Choosable]
    more: bool


@dataclass(frozen=True, slots=True)
class FoundMembers:
    """The contact functions of a network's members; ``missing``: members that can't be had or that have none."""

    contacts: list[Choosable]
    missing: int


def chosen(form: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The role of each contact function that a form chooses, by the name of its field."""
    roles = {each.code for each in ROLES}
    given = {name: first(form, name) for name in form if _PLACE.fullmatch(name)}
    return {name: role for name, role in given.items() if role in roles}


def invitee(name: str, role: str) -> dict[str, object]:
    """The contact function as a command names it."""
    county, actor, contact = name.split("/")
    return {"actor": {"county": county, "id": actor}, "contact_function": contact, "role": role}


def field_of(invited: ShownInvitee) -> str:
    """The name of the field of somebody who is invited."""
    return f"{invited.actor.county}/{invited.actor.id}/{invited.contact_function}"


def names(meeting: HostedMeeting) -> list[str]:
    """The names of the fields of those who are invited."""
    return [field_of(each) for each in meeting.invitees]


async def found(visit: Visit, form: Mapping[str, Sequence[str]], known: Sequence[str]) -> Section[Found]:
    """The contact functions that the form's search finds, without those ``known``; at first the boards'."""
    query = {name: first(form, field) for name, field in (("q", "sok"), ("county", "lan"))}
    counties = {each.name for each in visit.site.counties}
    asked = {name: value for name, value in query.items() if value and (name == "q" or value in counties)}
    if not asked.get("q") and "county" not in asked:
        asked["type"] = "COUNTY_BOARD"
    if not is_text(asked.get("q", "")):
        return Section(Found([], more=False))
    page = await section(visit.site.interface.actors(visit.token, **asked))
    if page.content is None:
        return Section(None)
    contacts = [each for actor in page.content.items for each in contacts_of(actor) if each.name not in known]
    return Section(Found(contacts, more=page.content.next is not None))


async def added(visit: Visit, form: Mapping[str, Sequence[str]], known: Sequence[str]) -> list[Choosable]:
    """Those that a form has chosen and that are not ``known`` to be invited, by the names of their actors."""
    roles = {name: role for name, role in chosen(form).items() if name not in known}
    places = sorted({(name.split("/")[0], name.split("/")[1]) for name in roles})
    actors = await asyncio.gather(
        *(section(visit.site.interface.actor(visit.token, county, UUID(identity))) for county, identity in places)
    )
    contacts = [each for actor in actors if actor.content for each in contacts_of(actor.content)]
    return [
        Choosable(each.name, each.actor, each.function, roles[each.name]) for each in contacts if each.name in roles
    ]


def options_of(networks: Section[NetworkPage]) -> list[Option]:
    """The networks to choose from."""
    pages = networks.content.items if networks.content else []
    return [Option(f"{each.county}/{each.id}", each.name) for each in pages]


async def members(
    visit: Visit, form: Mapping[str, Sequence[str]], networks: Section[NetworkPage], known: Sequence[str]
) -> FoundMembers:
    """A participant for each member of the network that the form asks for: its first contact function.

    A member of whom a function is ``known`` is invited already.
    """
    wanted = first(form, WHOLE_NETWORK) if first(form, SEARCH) == WHOLE_NETWORK else ""
    pages = networks.content.items if networks.content else []
    places = [(one.county, one.id) for each in pages if f"{each.county}/{each.id}" == wanted for one in each.members]
    invited = {name.rpartition("/")[0] for name in known}
    places = [(county, identity) for county, identity in places if f"{county}/{identity}" not in invited]
    actors = await asyncio.gather(
        *(section(visit.site.interface.actor(visit.token, county, UUID(identity))) for county, identity in places)
    )
    found = [actor.content for actor in actors if actor.content and actor.content.status == "ACTIVE"]
    contacts = [replace(contacts_in_order(each)[0], role="PARTICIPANT") for each in found if each.contact_functions]
    return FoundMembers(contacts, len(places) - len(contacts))


def contacts_of(actor: ShownActor) -> list[Choosable]:
    """The contact functions of an actor, in Swedish order; none has a role yet."""
    return sorted(contacts_in_order(actor), key=lambda one: sort_key(one.function))


def contacts_in_order(actor: ShownActor) -> list[Choosable]:
    """The same, as the actor has ordered them."""
    return [
        Choosable(f"{actor.county}/{actor.id}/{one.id}", actor.name, function_word(one.function), "")
        for one in actor.contact_functions
    ]
