"""The queries for the lists of this service: each can be asked for a theme, a policy area and a municipality."""

from collections.abc import Mapping
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.codes import PolicyArea
from shared.contracts.fields import MunicipalityCode
from shared.contracts.initiative_codes import JointStatus, MeasureStatus, PictureStatus, Theme
from shared.contracts.readiness_codes import ProcessStep, SupportForm, SupportStatus
from shared.runtime.lists import ListQuery, SearchQuery

SEVERAL: Mapping[str, str] = {"policy_area": "policy_areas", "municipality": "municipalities"}


class InitiativeQuery(SearchQuery):
    """A query for initiatives of one kind."""

    one_of: ClassVar[Mapping[str, str]] = SEVERAL

    theme: Theme | None = None
    policy_area: PolicyArea | None = None
    municipality: MunicipalityCode | None = None


class PictureQuery(InitiativeQuery):
    """A query for problem pictures."""

    status: PictureStatus | None = None


class MeasureQuery(InitiativeQuery):
    """A query for measures."""

    status: MeasureStatus | None = None
    picture: UUID | None = None


class JointQuery(InitiativeQuery):
    """A query for joint measures."""

    status: JointStatus | None = None


class SupportQuery(InitiativeQuery):
    """A query for requests for support."""

    form: SupportForm | None = None
    status: SupportStatus | None = None


class ProcessQuery(SearchQuery):
    """A query for cooperation processes."""

    one_of: ClassVar[Mapping[str, str]] = SEVERAL

    municipality: MunicipalityCode | None = None
    policy_area: PolicyArea | None = None
    step: ProcessStep | None = None
    status: Literal["ACTIVE", "RETIRED", "ANY"] = "ACTIVE"


class ReadinessQuery(ListQuery):
    """A query for readiness that is shared."""

    municipality: MunicipalityCode | None = None
