"""Joint measures, of the stream `initiatives`: two aggregates by which municipalities agree, also of several counties.

One municipality leads: the measure is its county's. Each other one is asked, and answers by its own county's aggregate,
which names the version that it has seen. The leading county publishes who has joined.
"""

from typing import Annotated, Self

from pydantic import ValidationInfo, model_validator

from shared.contracts.asking import Reference, RequestVersion
from shared.contracts.event import READER, Event, events_in
from shared.contracts.fields import MunicipalityCode, as_set, within
from shared.contracts.initiative_codes import JointStatus, JoinVerdict
from shared.contracts.measures import MeasureFollowUp, MeasurePlan

JointRevision = Annotated[int, within(1, 999)]


class JointMeasure(MeasurePlan, Event, stream="initiatives"):
    """A measure that ``lead`` takes with those of its ``municipalities`` that have ``joined``; all counties see it.

    ``revision`` counts the plans that were proposed. Whoever has joined an earlier one is asked anew.
    """

    lead: MunicipalityCode
    revision: JointRevision = 1
    joined: Annotated[tuple[MunicipalityCode, ...], as_set(1, 50, "municipalities")]
    status: JointStatus = JointStatus.PROPOSED
    follow_up: MeasureFollowUp | None = None

    @model_validator(mode="after")
    def _joint(self, info: ValidationInfo) -> Self:
        if info.context == READER:
            return self
        if len(self.municipalities) < 2:
            raise ValueError("a joint measure is of at least two municipalities")
        if self.lead not in self.joined or not set(self.joined) <= set(self.municipalities):
            raise ValueError("the lead has joined, and only municipalities that were asked have")
        return self


class JointMeasureProposed(JointMeasure, version=1):
    """A municipality proposes a measure to others."""


class JointMeasureChanged(JointMeasure, version=1):
    """The plan is another one, and all are asked anew."""


class JointMembersChanged(JointMeasure, version=1):
    """A municipality has joined, or has left."""


class JointMeasureStarted(JointMeasure, version=1):
    """At least two municipalities have joined, and the measure is under way."""


class JointMeasureFollowedUp(JointMeasure, version=1):
    """It was looked at how the joint measure goes."""


class JointMeasureDone(JointMeasure, version=1):
    """The joint measure has been taken."""


class JointMeasureStopped(JointMeasure, version=1):
    """The joint measure is not taken any more. It stays readable."""


class JointAnswer(Event, stream="initiatives"):
    """A municipality's answer to the ``revision`` of a joint measure that was read, in the version ``answers``."""

    joint: Reference
    municipality: MunicipalityCode
    verdict: JoinVerdict
    revision: JointRevision
    answers: RequestVersion


class JointAnswerGiven(JointAnswer, version=1):
    """A municipality joins a measure, or does not."""


EVENTS = events_in(globals())
