"""Decisions about actors."""

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID, uuid5

from services.actors.domain.aggregate import living, retired
from services.actors.domain.contacts import ContactDetails, identified
from shared.contracts import actors as events
from shared.contracts.actors import Actor, ContactFunction, PolicyAreas
from shared.contracts.codes import ActorLevel, ActorType, Status
from shared.contracts.context import DecisionContext
from shared.contracts.event import Shared, if_different
from shared.contracts.fields import Code, MunicipalityCode, Name, Slug, as_list
from shared.contracts.reference import ACTOR_TYPES, COUNTIES, MUNICIPALITIES, OWNED_ACTORS, POLICE_AREAS
from shared.rejected import Rejected

NAMESPACE = UUID("6f1f7a52-3c0e-5d0b-9c51-8a4f5b0c2d25")
"""Of all ids that are made from references. It is never changed: ids would change with it."""


class ActorDetails(Shared):
    """All that may be changed about an actor. Its sector follows from its type."""

    name: Name
    type: ActorType
    level: ActorLevel
    municipality: MunicipalityCode | None = None
    police_area: Code | None = None
    policy_areas: PolicyAreas = ()
    contact_functions: Annotated[tuple[ContactDetails, ...], as_list(50, "contact functions")] = ()


class RegisterActor(ActorDetails):
    """A new actor. A ``reference`` is unique in its county and never changes: the id is made from it."""

    reference: Slug | None = None

    def details(self) -> ActorDetails:
        """The fields that may change later."""
        return ActorDetails(**{name: getattr(self, name) for name in ActorDetails.model_fields})


def id_from(county: str, reference: str) -> UUID:
    """The id of the actor with this reference, in every county that looks for it."""
    return uuid5(NAMESPACE, f"{county}/{reference}")


def register(command: RegisterActor, identity: UUID, context: DecisionContext) -> events.ActorRegistered:
    """The actor is there, owned by this county."""
    _check(command, command.reference, context)
    return events.ActorRegistered(
        id=identity, county=context.county.name, reference=command.reference, **_state(command, identity)
    )


def change(details: ActorDetails, actor: Actor, context: DecisionContext) -> events.ActorChanged | None:
    """The actor is as ``details`` say; None if it was so before."""
    living(actor)
    _check(details, actor.reference, context)
    state = _state(details, actor.id, actor.contact_functions)
    return if_different(
        events.ActorChanged(id=actor.id, county=actor.county, reference=actor.reference, **state), actor
    )


def retire(actor: Actor) -> events.ActorRetired:
    """The actor takes part no more, until it is revived."""
    return retired(events.ActorRetired, actor)


def revive(actor: Actor) -> events.ActorRevived:
    """The actor takes part again, under its id and as it was. Rejected if it was not retired."""
    if actor.status is not Status.RETIRED:
        raise Rejected("not-retired", f"{actor.name} is not retired; change it as it is.")
    return events.ActorRevived(**dict(actor) | {"status": Status.ACTIVE})


def _state(details: ActorDetails, identity: UUID, before: Iterable[ContactFunction] = ()) -> dict[str, object]:
    contacts = identified(details.contact_functions, identity, tuple(before))
    sector = ACTOR_TYPES[details.type].sector
    fields = {name: getattr(details, name) for name in ActorDetails.model_fields}
    return fields | {"sector": sector, "contact_functions": contacts}


def _check(details: ActorDetails, reference: str | None, context: DecisionContext) -> None:
    _check_owner(details, reference, context)
    _check_level(details)
    _check_municipality(details, context)
    _check_police_area(details, context)


def _check_owner(details: ActorDetails, reference: str | None, context: DecisionContext) -> None:
    """Some actors act in all counties; the reference data name the one county that registers them."""
    for owned in OWNED_ACTORS:
        same_name = (owned.name.casefold(), owned.level) == (details.name.casefold(), details.level)
        if (owned.reference == reference or same_name) and owned.county != context.county.name:
            raise Rejected(
                "not-owner",
                f"{owned.name} is registered by {owned.county} for all counties; find it at /actors",
                owner=owned.county,
            )


def _check_level(details: ActorDetails) -> None:
    levels = ACTOR_TYPES[details.type].levels
    if details.level not in levels:
        raise Rejected(
            "invalid-level", f"an actor of type {details.type} is {' or '.join(levels)}, not {details.level}"
        )


def _check_municipality(details: ActorDetails, context: DecisionContext) -> None:
    code, county = details.municipality, context.county
    if code is None:
        if details.type is ActorType.MUNICIPALITY:
            raise Rejected("invalid-municipality", "a municipality is registered with its municipality code")
        return
    if not code.startswith(county.code):
        raise Rejected(
            "invalid-municipality",
            f"municipality {code} does not lie in {county.name}, whose codes begin with {county.code}",
        )
    if county.code in COUNTIES and code not in MUNICIPALITIES:
        raise Rejected("invalid-municipality", f"no municipality has the code {code}")


def _check_police_area(details: ActorDetails, context: DecisionContext) -> None:
    code, county = details.police_area, context.county
    if code is None or county.code not in COUNTIES:
        return
    existing = sorted(
        area.code for area in POLICE_AREAS.values() if area.county == county.code and area.valid_on(context.today)
    )
    if code not in existing:
        raise Rejected(
            "invalid-police-area",
            f"that is no police area of {county.name}; these are: {', '.join(existing)}",
        )
