"""What the lists of this service can be asked, and who sees what is not for everybody."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.event import CountyName
from shared.contracts.shipment_codes import (
    Audience,
    HazardClass,
    ImplementationStatus,
    ShipmentKind,
    SuspectedCategory,
)
from shared.contracts.shipment_fields import KnownMunicipality, KnownPoliceArea
from shared.runtime import lists
from shared.runtime.auth import Principal, Role

INSIDE = frozenset({Role.COUNTY_COORDINATOR, Role.POLICE, Role.READER})
"""Those who speak for a county board or the police. The others see what its label lets be spread further."""

IsoWeek = Annotated[str, Field(pattern=r"^\d{4}-W\d{2}$", examples=["2026-W48"])]


class WeekQuery(BaseModel):
    """Which signals to count."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    county: CountyName | None = None
    municipality: KnownMunicipality | None = None
    police_area: KnownPoliceArea | None = None
    kind: ShipmentKind | None = None
    category: SuspectedCategory | None = None
    hazard_class: HazardClass | None = None

    def state_filter(self) -> Mapping[str, Any]:
        """The part of a state that everything counted contains."""
        names = ("municipality", "police_area", "kind", "category", "hazard_class")
        return {name: value for name in names if (value := getattr(self, name)) is not None}


class SignalQuery(WeekQuery, lists.ListQuery):
    """Which signals to list."""

    week: IsoWeek | None = None
    status: Literal["RELEASED", "WITHDRAWN", "EXPIRED", "ANY"] = "RELEASED"
    exercise: bool | None = None

    def state_filter(self) -> Mapping[str, Any]:
        """The part of a state that everything listed contains."""
        found = dict(super().state_filter())
        if self.week is not None:
            year, _, week = self.week.partition("-W")
            found |= {"iso_week_year": int(year), "iso_week": int(week)}
        if self.status != "ANY":
            found["status"] = self.status
        return found if self.exercise is None else found | {"exercise": self.exercise}


class GuidanceQuery(lists.ListQuery):
    """Which routines, safety advice or report numbers to list."""

    status: Literal["ACTIVE", "RETIRED", "ANY"] = "ACTIVE"

    def state_filter(self) -> Mapping[str, Any]:
        """The part of a state that everything listed contains."""
        return {} if self.status == "ANY" else {"status": self.status}


class InForceQuery(BaseModel):
    """Which guidance to show."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    audience: Audience
    county: CountyName | None = None


class MethodQuery(lists.ListQuery):
    """Which methods to list."""

    q: str = Field("", max_length=200, description="A name, or a part of one; old names are found too")

    def search_text(self) -> str:
        """The words that the text of everything listed contains."""
        return self.q


class ImplementationQuery(lists.ListQuery):
    """Which implementations to list."""

    municipality: KnownMunicipality | None = None
    status: ImplementationStatus | None = None

    def state_filter(self) -> Mapping[str, Any]:
        """The part of a state that everything listed contains."""
        given = {"municipality": self.municipality, "status": self.status}
        return {name: value for name, value in given.items() if value is not None}


def inside(principal: Principal) -> bool:
    """Whether the caller speaks for a county board or the police."""
    return not principal.roles.isdisjoint(INSIDE)
