"""The stream `guidance`: what staff shall do, which method it belongs to, and how far municipalities are with it.

Five aggregates, each event with the aggregate's whole shared state. Guidance says what to do by lines of the
reference data, chosen and ordered: so it can be read in every language, and holds no text that could name a place,
a person or a shipment.
"""

from typing import Annotated

from shared.contracts.codes import FunctionCode, MethodComponent, Status
from shared.contracts.event import Event, Shared, events_in
from shared.contracts.fields import as_list, as_set
from shared.contracts.shipment_codes import (
    Audience,
    Call,
    HazardClass,
    ImplementationStatus,
    Tlp,
)
from shared.contracts.shipment_fields import (
    ActivityCode,
    AdviceLine,
    CountedSites,
    KnownMunicipality,
    MethodNameCode,
    Number,
    VersionReference,
    Year,
)
from shared.contracts.times import Day


class GuidanceDetails(Shared):
    """The content of one version: audience, first day, steps in their order, and numbers to call.

    It is for those in ``audience`` and nobody else; an empty one means nobody.
    """

    valid_from: Day
    audience: Annotated[tuple[Audience, ...], as_set(1, 10, "audiences")]
    steps: Annotated[tuple[AdviceLine, ...], as_list(40, "steps")]
    calls: Annotated[tuple[Call, ...], as_set(0, 10, "numbers to call")] = ()
    tlp: Tlp


class SafetyAdviceDetails(GuidanceDetails):
    """The content of one version of a safety advice, and its hazard. It names no place."""

    hazard_class: HazardClass


class Approved(Shared):
    """A version's number, which only grows, and the function of the second person who approved it."""

    number: Number
    approved_by: FunctionCode


class RoutineVersion(GuidanceDetails, Approved):
    """A version of a routine that is in force, was so, or will be."""


class SafetyAdviceVersion(SafetyAdviceDetails, Approved):
    """A version of a safety advice that is in force, was so, or will be."""


class Routine(Event, stream="guidance"):
    """How staff handle a suspected shipment. Oldest version first; the last whose day has come is in force."""

    versions: Annotated[tuple[RoutineVersion, ...], as_list(50, "versions")]
    status: Status = Status.ACTIVE

    @property
    def labels_known(self) -> bool:
        """See Event."""
        return all(each.tlp is not Tlp.UNKNOWN for each in self.versions)


class RoutinePublished(Routine, version=1):
    """A routine has a new version, its first perhaps."""


class RoutineWithdrawn(Routine, version=1):
    """A routine is in force no more. It stays readable."""


class SafetyAdvice(Event, stream="guidance"):
    """The steps to take at a hazard that has been seen. Versions as in a routine."""

    versions: Annotated[tuple[SafetyAdviceVersion, ...], as_list(50, "versions")]
    exercise: bool = False
    status: Status = Status.ACTIVE

    @property
    def labels_known(self) -> bool:
        """See Event."""
        return all(each.tlp is not Tlp.UNKNOWN for each in self.versions)


class SafetyAdvicePublished(SafetyAdvice, version=1):
    """A safety advice has a new version, its first perhaps."""


class SafetyAdviceWithdrawn(SafetyAdvice, version=1):
    """A safety advice is in force no more. It stays readable."""


class Acknowledgements(Event, stream="guidance"):
    """How many sites of a county have acknowledged a version of a routine; None: fewer than three."""

    routine: VersionReference
    audience: Audience
    acknowledged: CountedSites | None = None


class RoutineAcknowledged(Acknowledgements, version=1):
    """More sites of a county have acknowledged a routine."""


class MethodName(Shared):
    """The name of the method from a day on."""

    code: MethodNameCode
    valid_from: Day


class MethodVersion(Shared):
    """A version of the method's handbook, in use from a day on."""

    number: Number
    valid_from: Day


class Method(Event, stream="guidance"):
    """The method that counties, police, customs and post share, with its history: old names are found too."""

    names: Annotated[tuple[MethodName, ...], as_list(20, "names")]
    versions: Annotated[tuple[MethodVersion, ...], as_list(50, "versions")] = ()
    status: Status = Status.ACTIVE


class MethodRegistered(Method, version=1):
    """A method has been registered by the county that keeps it."""


class MethodRenamed(Method, version=1):
    """The method has a new name."""


class MethodVersionPublished(Method, version=1):
    """The method's handbook has a new version."""


class MethodActivity(Shared):
    """An activity for a component of the method, and the last year in which it took place.

    No day: a visit to the only site of a municipality, and a signal of the same week, would tell who reported.
    """

    component: MethodComponent
    code: ActivityCode
    year: Year


class MethodImplementationDetails(Shared):
    """How far a municipality is with the method, and what is done there."""

    municipality: KnownMunicipality
    status: ImplementationStatus
    activities: Annotated[tuple[MethodActivity, ...], as_list(50, "activities")] = ()


class MethodImplementation(MethodImplementationDetails, Event, stream="guidance"):
    """The method in one municipality."""


class MethodImplementationChanged(MethodImplementation, version=1):
    """A municipality has got further with the method, or something has been done there."""


EVENTS = events_in(globals())
