"""Lists: filters, search, pages, and how complete each county's part of them is."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json
from starlette.responses import Response

from services.actors import store
from shared.contracts.codes import ActorLevel, ActorSector, ActorType, PolicyArea
from shared.contracts.event import CountyName
from shared.contracts.fields import Code, MunicipalityCode
from shared.rejected import Rejected
from shared.runtime import cursors
from shared.runtime.call import CallOf

MemberName = Annotated[str, Field(pattern=r"^[a-z-]{1,40}/[0-9a-fA-F-]{36}$", examples=["norrbotten/018f…"])]


class ListQuery(BaseModel):
    """What every list can be asked. An unknown filter is refused, for ignoring it would show too much."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field("", max_length=200, description="Words or parts of words; å, ä and ö are letters of their own")
    county: CountyName | None = None
    status: Literal["ACTIVE", "RETIRED", "ANY"] = "ACTIVE"
    cursor: str | None = Field(None, description="`next` of the page before")
    limit: int = Field(50, ge=1, le=500)

    def holds(self) -> dict[str, Any]:
        """What the state of everything listed contains."""
        return {} if self.status == "ANY" else {"status": self.status}


class ActorQuery(ListQuery):
    """Which actors to list."""

    sector: ActorSector | None = None
    level: ActorLevel | None = None
    type: ActorType | None = None
    municipality: MunicipalityCode | None = None
    police_area: Code | None = None
    policy_area: PolicyArea | None = None

    def holds(self) -> dict[str, Any]:
        """What the state of everything listed contains."""
        plain = ("sector", "level", "type", "municipality", "police_area")
        given = {name: value for name in plain if (value := getattr(self, name)) is not None}
        return super().holds() | given | _containing("policy_areas", self.policy_area)


class CooperationQuery(ListQuery):
    """Which agreements to list."""

    member: MemberName | None = None

    def holds(self) -> dict[str, Any]:
        """What the state of everything listed contains."""
        return super().holds() | _containing("parties", _member(self.member))


class NetworkQuery(ListQuery):
    """Which networks to list."""

    level: ActorLevel | None = None
    policy_area: PolicyArea | None = None
    member: MemberName | None = None

    def holds(self) -> dict[str, Any]:
        """What the state of everything listed contains."""
        level = {} if self.level is None else {"level": self.level}
        parts = _containing("policy_areas", self.policy_area) | _containing("members", _member(self.member))
        return super().holds() | level | parts


async def listed(call: CallOf, kind: str, query: ListQuery) -> Response:
    """One page in Swedish order. What is said of completeness was true before the rows were read."""
    if query.county not in (None, *(county.name for county in call.counties)):
        raise Rejected("invalid-county", f"{query.county} is no county here.")
    after = _place(query.cursor)
    counties = await call.freshness("actors")
    async with call.db.read() as conn:
        rows = await store.page(conn, kind, query.county, query.holds(), query.q, after, query.limit + 1)
    shown = rows[: query.limit]
    more = len(rows) > len(shown)
    body = {
        "items": [row.body for row in shown],
        "next": cursors.encode([str(part) for part in shown[-1].place]) if more else None,
        "counties": counties,
    }
    return Response(to_json(body), media_type="application/json")


def _place(cursor: str | None) -> tuple[str, str, UUID]:
    """Where the page begins; Rejected if the cursor is not one of ours."""
    if cursor is None:
        return store.FIRST
    sort_key, county, identity = (str(part) for part in cursors.decode(cursor, 3))
    try:
        return sort_key, county, UUID(identity)
    except ValueError:
        raise Rejected("invalid-cursor", "The cursor is not one of this list; begin again without it.") from None


def _containing(field: str, value: object) -> dict[str, Any]:
    return {} if value is None else {field: [value]}


def _member(name: str | None) -> dict[str, str] | None:
    if name is None:
        return None
    county, _, identity = name.partition("/")
    return {"county": county, "id": identity.lower()}
