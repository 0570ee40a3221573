"""Trainings, occasions and enrolments of the county's interface, as far as pages show them."""

from datetime import date, datetime

from services.workspace.shown import FromCounty, ShownPage


class ShownOccasion(FromCounty):
    """An occasion of a training; ``when`` is its time in words."""

    id: str
    county: str
    training: str
    when: str
    seats: int
    taken: int
    full: bool
    status: str


class ReservedPart(FromCounty):
    """Seats that are kept for a county."""

    county: str
    seats: int


class OccasionDetail(ShownOccasion):
    """An occasion with all that its page shows."""

    form: str
    place: str | None = None
    url: str | None = None
    waiting: int
    opens_at: datetime
    closes_at: datetime
    release_at: datetime | None = None
    reserved: list[ReservedPart]


class ShownTraining(FromCounty):
    """A training."""

    id: str
    title: str


class TrainingDetail(ShownTraining):
    """A training with what it is for."""

    goal: str
    level: str


class ShownPerson(FromCounty):
    """The name of a participant, for the home county's coordinators."""

    participant: str
    name: str


class ShownPlace(FromCounty):
    """The seat of one participant, in words."""

    participant: str
    swedish: str
    state: str | None = None
    offered_until: datetime | None = None


class ShownReference(FromCounty):
    """The county and id of something."""

    county: str
    id: str


class ShownWish(FromCounty):
    """The wish of this county for a participant; CANCELLED is for good, also before the host has answered."""

    id: str
    wish: str


class ShownEnrolment(FromCounty):
    """An enrolment of this county. Once it is ``settled`` nothing about it changes any more."""

    id: str
    county: str
    version: int
    occasion: ShownReference
    overdue: bool
    participants: list[ShownWish]
    settled: bool
    seats: list[ShownPlace]
    waiting_since: datetime | None = None


class CheckedCertificate(FromCounty):
    """A certificate whose code somebody has: whether it counts, for which training, and until when."""

    valid: bool
    title: str
    held_on: date
    valid_until: date


class OccasionPage(ShownPage):
    """Occasions, the next one first."""

    items: list[ShownOccasion]


class TrainingPage(ShownPage):
    """Trainings by title."""

    items: list[ShownTraining]


class EnrolmentPage(ShownPage):
    """Enrolments."""

    items: list[ShownEnrolment]
