"""Measures, of the stream `initiatives`: what is done about causes that a problem picture names, and how it goes.

The fields are the columns of the plan of measures that municipalities use: cause, measure, operational goal, when, who,
follow-up. A measure stays in its county until it is released, which its picture must be before. Nobody is named: who
does it is a function.
"""

from typing import Annotated, Self
from uuid import UUID

from pydantic import ValidationInfo, model_validator

from shared.contracts.asking import Reference
from shared.contracts.codes import FunctionCode
from shared.contracts.event import READER, Event, Shared, events_in
from shared.contracts.fields import as_set, text, within
from shared.contracts.initiative_codes import (
    CrimeController,
    FollowUpColour,
    MeasureStatus,
    PreventionLevel,
    PreventionType,
    TriadElement,
)
from shared.contracts.initiatives import InitiativeDetails, Title
from shared.contracts.problem_pictures import CauseNumber
from shared.contracts.prose import NOT_SENSITIVE, Statement
from shared.contracts.times import Day

IndicatorValue = Annotated[int, within(-1_000_000_000, 1_000_000_000)]


MeasureUnit = Annotated[str, text(120, also="%"), NOT_SENSITIVE]
"""In what an indicator is counted: per cent is a unit, and begins no spreadsheet's formula."""


class MeasureIndicator(Shared):
    """By what one sees whether a measure has reached its goal: its value before, and the value wanted."""

    text: Statement
    unit: MeasureUnit
    baseline: IndicatorValue
    target: IndicatorValue


class MeasureFollowUp(Shared):
    """How a measure goes, as seen on a day."""

    colour: FollowUpColour
    text: Statement
    day: Day


class MeasurePlan(InitiativeDetails):
    """The plan of a measure. ``causes`` are numbers of its picture's."""

    title: Title
    picture: UUID
    causes: Annotated[tuple[CauseNumber, ...], as_set(1, 50, "causes")]
    targets: Annotated[tuple[TriadElement, ...], as_set(1, 3, "targets")]
    controllers: Annotated[tuple[CrimeController, ...], as_set(0, 3, "controllers")] = ()
    prevention_type: PreventionType
    prevention_level: PreventionLevel
    operational_goal: Statement
    indicator: MeasureIndicator
    first_day: Day
    last_day: Day
    who: FunctionCode

    @model_validator(mode="after")
    def _in_order(self, info: ValidationInfo) -> Self:
        if info.context != READER and self.last_day < self.first_day:
            raise ValueError(f"last_day {self.last_day} lies before first_day {self.first_day}")
        return self


class MeasureDetails(MeasurePlan):
    """The plan of a measure, which may have another county's measure as its ``model``."""

    model: Reference | None = None


class Measure(MeasureDetails, Event, stream="initiatives"):
    """A measure that all counties see."""

    status: MeasureStatus
    follow_up: MeasureFollowUp | None = None


class MeasureReleased(Measure, version=1):
    """All counties see a measure from now on."""


class MeasureChanged(Measure, version=1):
    """The plan of a measure is another one."""


class MeasureDecided(Measure, version=1):
    """It is decided that a measure is taken."""


class MeasureStarted(Measure, version=1):
    """A measure is under way."""


class MeasureFollowedUp(Measure, version=1):
    """It was looked at how a measure goes."""


class MeasureDone(Measure, version=1):
    """A measure has been taken. Its effect may still be followed up."""


class MeasureStopped(Measure, version=1):
    """A measure is not taken any more. It stays readable."""


EVENTS = events_in(globals())
