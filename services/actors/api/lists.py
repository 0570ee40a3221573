"""What the lists of this service can be asked."""

from typing import Annotated, Any, Literal

from pydantic import Field

from shared.contracts.codes import ActorLevel, ActorSector, ActorType, PolicyArea
from shared.contracts.fields import Code, MunicipalityCode
from shared.runtime import lists

MemberName = Annotated[str, Field(pattern=r"^[a-z-]{1,40}/[0-9a-fA-F-]{36}$", examples=["norrbotten/018f…"])]


class ListQuery(lists.ListQuery):
    """What every list of this service can be asked."""

    q: str = Field("", max_length=200, description="Words or parts of words; å, ä and ö are letters of their own")
    status: Literal["ACTIVE", "RETIRED", "ANY"] = "ACTIVE"

    def state_filter(self) -> dict[str, Any]:
        """The part of a state that everything listed contains."""
        return {} if self.status == "ANY" else {"status": self.status}

    def search_text(self) -> str:
        """The words that the text of everything listed contains."""
        return self.q


class ActorQuery(ListQuery):
    """Which actors to list."""

    sector: ActorSector | None = None
    level: ActorLevel | None = None
    type: ActorType | None = None
    municipality: MunicipalityCode | None = None
    police_area: Code | None = None
    policy_area: PolicyArea | None = None

    def state_filter(self) -> dict[str, Any]:
        """The part of a state that everything listed contains."""
        plain = ("sector", "level", "type", "municipality", "police_area")
        given = {name: value for name in plain if (value := getattr(self, name)) is not None}
        return super().state_filter() | given | _containing("policy_areas", self.policy_area)


class CooperationQuery(ListQuery):
    """Which agreements to list."""

    member: MemberName | None = None

    def state_filter(self) -> dict[str, Any]:
        """The part of a state that everything listed contains."""
        return super().state_filter() | _containing("parties", _member(self.member))


class NetworkQuery(ListQuery):
    """Which networks to list."""

    level: ActorLevel | None = None
    policy_area: PolicyArea | None = None
    member: MemberName | None = None

    def state_filter(self) -> dict[str, Any]:
        """The part of a state that everything listed contains."""
        level = {} if self.level is None else {"level": self.level}
        parts = _containing("policy_areas", self.policy_area) | _containing("members", _member(self.member))
        return super().state_filter() | level | parts


def _containing(field: str, value: object) -> dict[str, Any]:
    return {} if value is None else {field: [value]}


def _member(name: str | None) -> dict[str, str] | None:
    if name is None:
        return None
    county, _, identity = name.partition("/")
    return {"county": county, "id": identity.lower()}
