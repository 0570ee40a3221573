"""The stream `actors`: who takes part in crime prevention, what they agree on, which networks they form.

Three aggregates, whose ids are unique across them. Each event carries the aggregate's whole shared state. No
person is named here: an actor is reached through its functions, their shared mailboxes and telephones.
"""

from typing import Annotated, Self
from uuid import UUID

from pydantic import ValidationInfo, model_validator

from shared.contracts.asking import Reference
from shared.contracts.codes import ActorLevel, ActorSector, ActorType, FunctionCode, PolicyArea, Status
from shared.contracts.event import READER, Event, Shared, events_in
from shared.contracts.fields import Code, Mailbox, MunicipalityCode, Name, Slug, Telephone, as_list, as_set, text
from shared.contracts.times import Day

PolicyAreas = Annotated[tuple[PolicyArea, ...], as_set(0, 20, "policy areas")]
Phrases = Annotated[tuple[Annotated[str, text(200)], ...], as_set(1, 20, "phrases")]


class ContactFunction(Shared):
    """A function through which an actor is reached, by its shared mailbox and telephone. Never a person."""

    id: UUID
    function: FunctionCode
    mailbox: Mailbox | None = None
    telephone: Telephone | None = None


class Member(Reference):
    """An actor of any county, named by its owner and its id."""


class Actor(Event, stream="actors"):
    """An authority, a municipality, a business or an association that takes part in crime prevention."""

    name: Name
    sector: ActorSector
    level: ActorLevel
    type: ActorType
    municipality: MunicipalityCode | None = None
    police_area: Code | None = None
    policy_areas: PolicyAreas = ()
    contact_functions: Annotated[tuple[ContactFunction, ...], as_list(50, "contact functions")] = ()
    reference: Slug | None = None
    status: Status = Status.ACTIVE


class ActorRegistered(Actor, version=1):
    """An actor has been registered by the county that owns it."""


class ActorChanged(Actor, version=1):
    """Something about an actor has changed: this is how it is now."""


class ActorRetired(Actor, version=1):
    """An actor does not take part any more. It stays readable, and may be revived."""


class ActorRevived(Actor, version=1):
    """An actor that was retired, by mistake perhaps, takes part again, as it was then."""


class CooperationDetails(Shared):
    """The content of an agreement: its parties, its purposes and its time."""

    name: Name
    parties: Annotated[tuple[Member, ...], as_set(2, 100, "parties")]
    purposes: Phrases
    areas: Phrases
    signed: Day
    valid_from: Day
    valid_to: Day | None = None

    @model_validator(mode="after")
    def _in_order(self, info: ValidationInfo) -> Self:
        if info.context != READER and self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"valid_to {self.valid_to} lies before valid_from {self.valid_from}")
        return self


class Cooperation(CooperationDetails, Event, stream="actors"):
    """A cooperation agreement (samverkansöverenskommelse, 9 § lag 2023:196)."""

    status: Status = Status.ACTIVE


class CooperationAgreementRegistered(Cooperation, version=1):
    """An agreement has been registered by the county that owns it."""


class CooperationAgreementChanged(Cooperation, version=1):
    """Something about an agreement has changed: this is how it is now."""


class CooperationAgreementEnded(Cooperation, version=1):
    """An agreement does not hold any more, or was registered by mistake. It stays readable."""


class NetworkDetails(Shared):
    """The subject and the members of a network."""

    name: Name
    level: ActorLevel | None = None
    policy_areas: PolicyAreas = ()
    members: Annotated[tuple[Member, ...], as_set(0, 500, "members")] = ()


class Network(NetworkDetails, Event, stream="actors"):
    """A standing network of actors, such as the regional network for crime prevention."""

    status: Status = Status.ACTIVE


class NetworkRegistered(Network, version=1):
    """A network has been registered by the county that owns it."""


class NetworkChanged(Network, version=1):
    """Something about a network, or its members, has changed: this is how it is now."""


class NetworkRetired(Network, version=1):
    """A network does not meet any more. It stays readable."""


EVENTS = events_in(globals())
