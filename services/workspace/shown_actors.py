"""The answers of the county's interface that are about actors, as far as pages show them."""

from datetime import date

from services.workspace.shown import FromCounty, ShownPage
from services.workspace.shown_trainings import ShownReference


class ShownFunction(FromCounty):
    """A function of an actor, and how it is reached."""

    id: str
    function: str
    mailbox: str | None = None
    telephone: str | None = None


class ShownActor(FromCounty):
    """An actor."""

    id: str
    county: str
    name: str
    type: str
    sector: str
    status: str
    municipality: str | None = None
    police_area: str | None = None
    policy_areas: list[str]
    contact_functions: list[ShownFunction]


class NamedFunction(FromCounty):
    """The name behind a function; an own county's coordinator sees it."""

    contact_function: str
    name: str


class ShownNetwork(FromCounty):
    """A network, and the actors that are its members."""

    id: str
    county: str
    name: str
    members: list[ShownReference]


class ShownAgreement(FromCounty):
    """An agreement that an actor is a party of."""

    id: str
    county: str
    name: str
    valid_from: date
    valid_to: date | None = None


class ActorPage(ShownPage):
    """Actors by name."""

    items: list[ShownActor]


class NetworkPage(ShownPage):
    """Networks by name."""

    items: list[ShownNetwork]


class AgreementPage(ShownPage):
    """Agreements by name."""

    items: list[ShownAgreement]
