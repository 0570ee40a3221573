"""The focus of a county in a year, and lessons that it has learnt: two aggregates of the stream `initiatives`.

Both are the county board's own. Nobody is named in them.
"""

from typing import Annotated

from shared.contracts.actors import PolicyAreas
from shared.contracts.asking import Reference
from shared.contracts.codes import Status
from shared.contracts.event import Event, Shared, events_in
from shared.contracts.fields import MunicipalityCode, WebAddress, as_list, as_set
from shared.contracts.initiative_codes import Theme
from shared.contracts.initiatives import InitiativeDetails, Title
from shared.contracts.prose import Prose, Statement
from shared.contracts.shipment_fields import Year
from shared.contracts.training_codes import MandateArea


class FocusGoal(Shared):
    """A goal of the year, and which of the four tasks of a county board it serves."""

    text: Statement
    mandate_area: MandateArea


class YearlyFocusDetails(Shared):
    """The goals of a county's work in a year."""

    year: Year
    text: Prose
    goals: Annotated[tuple[FocusGoal, ...], as_list(20, "goals")]
    themes: Annotated[tuple[Theme, ...], as_set(0, 20, "themes")] = ()
    policy_areas: PolicyAreas = ()


class YearlyFocus(YearlyFocusDetails, Event, stream="initiatives"):
    """The focus of a county in one year. A year has one, whose id follows from county and year."""

    status: Status = Status.ACTIVE


class YearlyFocusDecided(YearlyFocus, version=1):
    """A county has decided on its focus."""


class YearlyFocusChanged(YearlyFocus, version=1):
    """The focus of a year says something else than before: this is how it is now."""


class YearlyFocusWithdrawn(YearlyFocus, version=1):
    """A focus holds no more. It stays readable."""


class LessonDetails(InitiativeDetails):
    """Something that others can learn from: what was done, and what came of it.

    ``learnt_from`` are meetings, trainings, pictures or measures that it comes from, ``links`` where more is said.
    """

    municipalities: Annotated[tuple[MunicipalityCode, ...], as_set(0, 50, "municipalities")] = ()
    title: Title
    text: Prose
    year: Year
    learnt_from: Annotated[tuple[Reference, ...], as_set(0, 20, "sources")] = ()
    links: Annotated[tuple[WebAddress, ...], as_set(0, 10, "links")] = ()


class Lesson(LessonDetails, Event, stream="initiatives"):
    """A lesson of the county that shares it."""

    status: Status = Status.ACTIVE


class LessonShared(Lesson, version=1):
    """All counties see a lesson from now on."""


class LessonChanged(Lesson, version=1):
    """A lesson says something else than before: this is how it is now."""


class LessonWithdrawn(Lesson, version=1):
    """A lesson is not recommended any more. It stays readable."""


EVENTS = events_in(globals())
