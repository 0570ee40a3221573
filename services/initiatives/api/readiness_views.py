"""The models of bodies and answers about municipal readiness."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import BaseModel, computed_field

from services.initiatives.domain.readiness import HomeReadiness, ReadinessProposal
from services.initiatives.domain.requirement_status import Colour, assessment_of, standings
from shared import calendar
from shared.contracts.codes import FunctionCode
from shared.contracts.event import READER, CountyName
from shared.contracts.prose import Statement
from shared.contracts.readiness import Evidence, MunicipalReadiness, ReadinessDetails, ReadinessSums
from shared.contracts.readiness_codes import AssessedStatus, Requirement, RequirementStatus
from shared.contracts.reference import MUNICIPALITIES
from shared.contracts.reference.readiness import REQUIREMENTS, TERMS
from shared.runtime.models import RequestModel, Versioned


class Propose(RequestModel):
    """The county's opinion of a requirement, and why."""

    status: AssessedStatus
    text: Statement


class RequirementView(BaseModel):
    """A requirement of lag (2023:196) as it stands today. ``due``: the last day on which it may be done again."""

    requirement: Requirement
    status: RequirementStatus
    colour: Colour
    due: date | None
    parts: Sequence[str] = ()
    evidence: Sequence[Evidence] = ()
    reason: str | None = None
    assessed_on: date | None = None
    assessed_by: FunctionCode | None = None
    proposal: ReadinessProposal | None = None

    @computed_field
    def section(self) -> str:
        """The paragraph of the law."""
        return REQUIREMENTS[self.requirement].section

    @computed_field
    def swedish(self) -> str:
        """The requirement and its status in Swedish."""
        status = TERMS["RequirementStatus"].get(self.status)
        return f"{REQUIREMENTS[self.requirement].swedish}: {status.swedish if status else ''}"


class ReadinessView(Versioned, ReadinessDetails):
    """The readiness of a municipality today, in its version."""

    county: CountyName
    id: UUID
    municipality: str
    requirements: list[RequirementView]

    @computed_field
    def name(self) -> str:
        """The municipality's name."""
        return MUNICIPALITIES[self.municipality].name if self.municipality in MUNICIPALITIES else ""


class SumsView(Versioned, ReadinessSums):
    """In how many municipalities of a county each requirement is in place: between which two numbers."""


def readiness_view(state: HomeReadiness | MunicipalReadiness, version: int, today: date) -> ReadinessView:
    """The readiness as it stands ``today``. What the county proposes is seen at home alone."""
    details = {name: getattr(state, name) for name in ReadinessDetails.model_fields}
    fields = {**details, "county": state.county, "id": state.id, "municipality": state.municipality}
    shown = {**fields, "version": version, "requirements": _requirements(state, today)}
    return ReadinessView.model_validate(shown, context=READER)


def _requirements(state: HomeReadiness | MunicipalReadiness, today: date) -> list[RequirementView]:
    proposals = state.proposals if isinstance(state, HomeReadiness) else ()
    proposed = {each.requirement: each for each in proposals}
    views = []
    for requirement, now in standings(state, today, calendar).items():
        said = assessment_of(state, requirement)
        names = ("parts", "evidence", "reason", "assessed_on", "assessed_by")
        more = {name: getattr(said, name) for name in names} if said else {}
        fields = {"requirement": requirement, "status": now.status, "colour": now.colour, "due": now.due}
        views.append(
            RequirementView.model_validate({**fields, **more, "proposal": proposed.get(requirement)}, context=READER)
        )
    return views
