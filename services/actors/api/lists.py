"""The queries for the lists of this service."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from shared.contracts.codes import ActorLevel, ActorSector, ActorType, PolicyArea
from shared.contracts.fields import Code, MunicipalityCode
from shared.runtime.lists import AggregateName, SearchQuery


class DirectoryQuery(SearchQuery):
    """A query for a list of this service. ``members`` is the field of a state that names actors."""

    one_of: ClassVar[Mapping[str, str]] = {"policy_area": "policy_areas"}
    members: ClassVar[str] = "members"

    status: Literal["ACTIVE", "RETIRED", "ANY"] = "ACTIVE"

    def state_filter(self) -> dict[str, Any]:
        """The part of a state that everything listed contains: a member is one of several there."""
        found = super().state_filter()
        if "member" in found:
            county, _, identity = found.pop("member").partition("/")
            found[self.members] = [{"county": county, "id": identity.lower()}]
        return found


class ActorQuery(DirectoryQuery):
    """A query for actors."""

    sector: ActorSector | None = None
    level: ActorLevel | None = None
    type: ActorType | None = None
    municipality: MunicipalityCode | None = None
    police_area: Code | None = None
    policy_area: PolicyArea | None = None


class CooperationQuery(DirectoryQuery):
    """A query for agreements."""

    members = "parties"

    member: AggregateName | None = None


class NetworkQuery(DirectoryQuery):
    """A query for networks."""

    level: ActorLevel | None = None
    policy_area: PolicyArea | None = None
    member: AggregateName | None = None
