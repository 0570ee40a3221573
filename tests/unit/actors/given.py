"""Actors, members and files to start a test with."""

from typing import Any
from uuid import UUID, uuid5

from services.actors.domain.actor import ActorDetails, RegisterActor, id_from, register
from shared.contracts.actors import Actor, Member
from tests.support.contexts import decision_context

NORRBOTTEN, VASTERBOTTEN = decision_context("norrbotten"), decision_context("vasterbotten")

BODEN: dict[str, Any] = {
    "name": "Bodens kommun",
    "type": "MUNICIPALITY",
    "level": "LOCAL",
    "municipality": "2582",
    "police_area": "LULEA_BODEN",
    "policy_areas": ["ANDT"],
    "contact_functions": [{"function": "MUNICIPAL_COORDINATOR", "mailbox": "trygghet@boden.se"}],
}


def command(**changes: Any) -> RegisterActor:
    """A command to register the municipality of Boden, with changes."""
    return RegisterActor(**{"reference": "kommun-2582", **BODEN, **changes})


def details(**changes: Any) -> ActorDetails:
    """The details of the municipality of Boden, with changes."""
    return ActorDetails(**{**BODEN, **changes})


def boden(**changes: Any) -> Actor:
    """The municipality of Boden as registered, with changes."""
    return register(command(**changes), id_from("norrbotten", "kommun-2582"), NORRBOTTEN)


def member(name: str, county: str = "norrbotten") -> Member:
    """An actor by a name that only this test knows."""
    return Member(county=county, id=uuid5(UUID(int=0), name))
