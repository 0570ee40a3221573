"""The queries for the lists of this service, and the roles that see everything in them."""

from typing import Annotated, Any, Literal

from pydantic import Field

from shared.contracts.event import CountyName
from shared.contracts.shipment_codes import Audience, HazardClass, ImplementationStatus, ShipmentKind, SuspectedCategory
from shared.contracts.shipment_fields import KnownMunicipality, KnownPoliceArea
from shared.runtime.auth import INSIDE, Principal
from shared.runtime.lists import ListQuery, SearchQuery, StateQuery
from shared.runtime.models import Printable, RequestModel

IsoWeek = Annotated[str, Field(pattern=r"^\d{4}-W\d{2}$", examples=["2026-W48"])]


class WeekQuery(StateQuery):
    """A query for the signals to count."""

    municipality: KnownMunicipality | None = None
    police_area: KnownPoliceArea | None = None
    kind: ShipmentKind | None = None
    category: SuspectedCategory | None = None
    hazard_class: HazardClass | None = None


class SignalQuery(WeekQuery, ListQuery):
    """A query for signals."""

    week: IsoWeek | None = None
    status: Literal["RELEASED", "WITHDRAWN", "EXPIRED", "ANY"] = "RELEASED"
    exercise: bool | None = None

    def state_filter(self) -> dict[str, Any]:
        """The part of a state that everything listed contains: the week as its year and number."""
        found = super().state_filter()
        if "week" in found:
            year, _, week = found.pop("week").partition("-W")
            found |= {"iso_week_year": int(year), "iso_week": int(week)}
        return found


class SignalFileQuery(SignalQuery):
    """A query for signals as a file: all pages in one, whatever ``cursor`` and ``limit`` say."""

    format: Literal["csv", "stix"] = "csv"

    def state_filter(self) -> dict[str, Any]:
        """The part of a state that everything in the file contains: the format is no part of it."""
        found = super().state_filter()
        del found["format"]
        return found


class GuidanceQuery(ListQuery):
    """A query for routines, safety advice or report numbers."""

    status: Literal["ACTIVE", "RETIRED", "ANY"] = "ACTIVE"


class FeedbackQuery(ListQuery):
    """A query for the answers to a signal: RETIRED are those that were taken back."""

    status: Literal["ACTIVE", "RETIRED", "ANY"] = "ACTIVE"


class InForceQuery(RequestModel):
    """A query for the guidance in force."""

    audience: Audience
    county: CountyName | None = None


class MethodQuery(SearchQuery):
    """A query for methods."""

    q: Printable = Field("", max_length=200, description="A name, or a part of one; old names are found too")


class ImplementationQuery(ListQuery):
    """A query for implementations."""

    municipality: KnownMunicipality | None = None
    status: ImplementationStatus | None = None


def inside(principal: Principal) -> bool:
    """Whether the caller speaks for a county board or the police."""
    return not principal.roles.isdisjoint(INSIDE)
