"""Municipal readiness, of the stream `initiatives`: what lag (2023:196) asks of municipalities, and what is in place.

A municipality's readiness is in an event only while the municipality wants it to be. Of all municipalities of a
county together one event tells, for each requirement, between which numbers it is in place: so much is told that
nothing can be worked out of a municipality that has not shared its own.
"""

from typing import Annotated, Self
from uuid import UUID

from pydantic import ValidationInfo, model_validator

from shared.contracts.codes import FunctionCode
from shared.contracts.event import READER, Event, Shared, events_in
from shared.contracts.fields import WebAddress, as_list, as_set, for_writers, listed, text, within
from shared.contracts.initiatives import Title
from shared.contracts.prose import NOT_SENSITIVE, Statement
from shared.contracts.readiness_codes import AssessedStatus, EvidenceKind, Requirement, ResponsibleBoard
from shared.contracts.reference.readiness import PARTS
from shared.contracts.shipment_fields import KnownMunicipality
from shared.contracts.times import Day

MOST_MUNICIPALITIES, MOST_EVIDENCE = 290, 50
PartCode = Annotated[str, listed(PARTS, "the code of a part of a requirement in the reference data")]


def _numbered(value: str) -> str:
    if not any(each.isdigit() for each in value):
        raise ValueError("a diary number has digits, as in 'KS 2026-14'")
    return value


DiaryNumber = Annotated[str, text(60), NOT_SENSITIVE, for_writers(_numbered)]


class Evidence(Shared):
    """A document, a decision, a meeting or an agreement, as its title says. ``valid_to`` is an agreement's last day.

    The agreement of a cooperation process names the ``process``.
    """

    kind: EvidenceKind
    title: Title
    dated: Day
    valid_to: Day | None = None
    diary_number: DiaryNumber | None = None
    url: WebAddress | None = None
    process: UUID | None = None

    @model_validator(mode="after")
    def _in_order(self, info: ValidationInfo) -> Self:
        if info.context == READER or self.valid_to is None:
            return self
        if self.kind is not EvidenceKind.AGREEMENT:
            raise ValueError("valid_to is the last day of an agreement; leave it out")
        if self.valid_to < self.dated:
            raise ValueError(f"valid_to {self.valid_to} lies before {self.dated}")
        return self


EvidenceList = Annotated[tuple[Evidence, ...], as_list(MOST_EVIDENCE, "pieces of evidence")]


class Assessment(Shared):
    """How far a municipality says that it is with one requirement, and what shows it. ``reason``: why not relevant."""

    status: AssessedStatus
    parts: Annotated[tuple[PartCode, ...], as_set(0, 10, "parts")] = ()
    evidence: EvidenceList = ()
    reason: Statement | None = None


class RequirementAssessment(Assessment):
    """The same as it is kept: of which requirement, on which day it was said and by which function."""

    requirement: Requirement
    assessed_on: Day
    assessed_by: FunctionCode


class ReadinessDetails(Shared):
    """Who leads the work in a municipality, and whether other counties see what is in place there.

    ``coordination_function`` is the contact function of the municipality's actor (11 §).
    """

    responsible_board: ResponsibleBoard | None = None
    board_name: Title | None = None
    coordination_function: UUID | None = None
    share_details: bool = False

    @model_validator(mode="after")
    def _named(self, info: ValidationInfo) -> Self:
        other = self.responsible_board is ResponsibleBoard.OTHER
        if info.context != READER and other != (self.board_name is not None):
            raise ValueError("board_name is named with the board OTHER, and with no other")
        return self


class OverdueRequirement(Shared):
    """A requirement that was to be done again until ``due``, and was not."""

    requirement: Requirement
    due: Day


class ReadinessState(ReadinessDetails):
    """All that is known of a municipality's readiness. ``overdue`` has each due day that has passed once."""

    municipality: KnownMunicipality
    requirements: Annotated[tuple[RequirementAssessment, ...], as_list(20, "requirements")] = ()
    overdue: Annotated[tuple[OverdueRequirement, ...], as_list(200, "due days")] = ()


class MunicipalReadiness(ReadinessState, Event, stream="initiatives"):
    """The readiness of a municipality that wants all counties to see it."""

    @model_validator(mode="after")
    def _shared(self, info: ValidationInfo) -> Self:
        if info.context != READER and not self.share_details and self.requirements:
            raise ValueError("the municipality does not share what is in place there")
        return self


class ReadinessShared(MunicipalReadiness, version=1):
    """A municipality shows its readiness to all counties, or has changed who leads the work."""


class ReadinessRequirementAssessed(MunicipalReadiness, version=1):
    """A municipality says how far it is with a requirement."""


class ReadinessEvidenceRecorded(MunicipalReadiness, version=1):
    """A municipality has something new to show for a requirement."""


class ReadinessRequirementOverdue(MunicipalReadiness, version=1):
    """A day until which something was to be done again has passed. Once for each requirement and day."""


class ReadinessWithheld(MunicipalReadiness, version=1):
    """A municipality does not show its readiness any more; nothing of it is left here."""


MunicipalityCount = Annotated[int, within(0, MOST_MUNICIPALITIES)]


class RequirementSum(Shared):
    """In at least so many municipalities of a county a requirement is in place, and in at most so many."""

    requirement: Requirement
    at_least: MunicipalityCount
    at_most: MunicipalityCount


class ReadinessSums(Event, stream="initiatives"):
    """How many municipalities of a county have what the law asks for, as far as that can be told."""

    municipalities: MunicipalityCount
    requirements: Annotated[tuple[RequirementSum, ...], as_list(20, "requirements")]


class ReadinessSummed(ReadinessSums, version=1):
    """More or fewer municipalities of a county have something in place."""


EVENTS = events_in(globals())
