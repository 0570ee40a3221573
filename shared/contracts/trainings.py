"""The stream `trainings`: what is taught, and when and where it is held.

Two aggregates, both of the county that hosts them; each event carries the aggregate's whole shared state. Nobody is
named: trainers are functions. Who takes part is in the stream `enrolments`, which partners never read.
"""

from itertools import pairwise
from typing import Annotated, Self
from uuid import UUID

from pydantic import ValidationInfo, model_validator

from shared.contracts.actors import PolicyAreas
from shared.contracts.codes import ActorType, FunctionCode, MethodComponent, Status
from shared.contracts.event import READER, CountyName, Event, Shared, events_in
from shared.contracts.fields import MunicipalityCode, Name, WebAddress, as_set, listed, text, within
from shared.contracts.times import Instant
from shared.contracts.training_codes import (
    CancelReason,
    MandateArea,
    OccasionForm,
    OccasionStatus,
    TrainingLevel,
)

LANGUAGES = ("sv", "en", "fi", "fit", "se", "sma", "smj")
"""Languages to teach in: Swedish, English, Finnish, Meänkieli, and Northern, Southern and Lule Sámi (ISO 639)."""

Seats = Annotated[int, within(1, 2_000)]


class TrainingDetails(Shared):
    """The content of a training. Its certificate is valid for ``certificate_months`` months."""

    title: Name
    goal: Annotated[str, text(500)]
    mandate_area: MandateArea
    level: TrainingLevel
    method_component: MethodComponent | None = None
    policy_areas: PolicyAreas = ()
    target_groups: Annotated[tuple[ActorType, ...], as_set(1, 20, "target groups")]
    trainers: Annotated[tuple[FunctionCode, ...], as_set(1, 20, "trainers")]
    language: Annotated[str, listed(LANGUAGES, f"one of {', '.join(LANGUAGES)}")] = "sv"
    routine_version: Annotated[int, within(1, 999)] | None = None
    certificate_months: Annotated[int, within(1, 120)] = 24


class Training(TrainingDetails, Event, stream="trainings"):
    """A training in the catalogue of the county that hosts it."""

    status: Status = Status.ACTIVE


class TrainingPublished(Training, version=1):
    """A training is in the catalogue."""


class TrainingChanged(Training, version=1):
    """Something about a training has changed: this is how it is now."""


class TrainingRetired(Training, version=1):
    """A training is not given any more. It stays readable."""


class ReservedSeats(Shared):
    """Seats that only one county gets, until they are released."""

    county: CountyName
    seats: Seats


class OccasionDetails(Shared):
    """When and where a training is held, for how many, and who may ask for a seat from when until when.

    Seats are reserved for counties until ``release_at``; whoever is not in ``open_for`` gets none.
    """

    training: UUID
    starts_at: Instant
    ends_at: Instant
    form: OccasionForm
    place: Annotated[str, text(120)] | None = None
    municipality: MunicipalityCode | None = None
    url: WebAddress | None = None
    seats: Seats
    min_participants: Annotated[int, within(0, 2_000)] = 0
    open_for: Annotated[tuple[CountyName, ...], as_set(1, 50, "counties")]
    reserved: Annotated[tuple[ReservedSeats, ...], as_set(0, 50, "reservations")] = ()
    release_at: Instant | None = None
    opens_at: Instant
    closes_at: Instant

    @model_validator(mode="after")
    def _consistent(self, info: ValidationInfo) -> Self:
        if info.context != READER:
            self._check_times()
            self._check_seats()
        return self

    def _check_times(self) -> None:
        release = [] if self.release_at is None else [("release_at", self.release_at)]
        times = [("opens_at", self.opens_at), *release, ("closes_at", self.closes_at), ("starts_at", self.starts_at)]
        for (first, earlier), (second, later) in pairwise(times):
            if later < earlier:
                raise ValueError(f"{second} {later} lies before {first} {earlier}")
        if self.closes_at == self.opens_at:
            raise ValueError(f"closes_at and opens_at are both {self.opens_at}: nobody could enrol")
        if self.ends_at <= self.starts_at:
            raise ValueError(f"ends_at {self.ends_at} does not lie after starts_at {self.starts_at}")

    def _check_seats(self) -> None:
        counties = [each.county for each in self.reserved]
        if not set(counties) <= set(self.open_for) or len(set(counties)) < len(counties):
            raise ValueError("seats are reserved once for each county, and only for counties that it is open for")
        if sum(each.seats for each in self.reserved) > self.seats:
            raise ValueError(f"more seats are reserved than the {self.seats} that there are")
        if bool(self.reserved) != (self.release_at is not None):
            raise ValueError("reserved seats and release_at come together: what nobody has taken then is for all")
        if self.min_participants > self.seats:
            raise ValueError(f"min_participants {self.min_participants} is more than the {self.seats} seats")


class Occasion(OccasionDetails, Event, stream="trainings"):
    """One time that a training is held. ``sequence`` goes up when it moves or is cancelled, as in iCalendar."""

    status: OccasionStatus = OccasionStatus.PLANNED
    released: bool = False
    sequence: Annotated[int, within(0, 9_999)] = 0
    reason: CancelReason | None = None


class OccasionRegistered(Occasion, version=1):
    """An occasion is in the catalogue."""


class OccasionChanged(Occasion, version=1):
    """Something about an occasion has changed, but neither time nor place."""


class OccasionMoved(Occasion, version=1):
    """An occasion has another time or place."""


class EnrolmentOpened(Occasion, version=1):
    """Counties may ask for seats."""


class SeatsReleased(Occasion, version=1):
    """Reserved seats that nobody has taken are for all counties."""


class EnrolmentClosed(Occasion, version=1):
    """No county may ask for seats any more. Who waits may still be offered one."""


class OccasionHeld(Occasion, version=1):
    """An occasion has ended."""


class OccasionCancelled(Occasion, version=1):
    """An occasion is not held. It stays readable."""


EVENTS = events_in(globals())
