"""The queries for the lists of this service."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from services.trainings.store import catalogue
from shared.contracts.codes import PolicyArea
from shared.contracts.training_codes import OccasionForm, OccasionStatus, SeatState, TrainingLevel
from shared.runtime.aggregates import LIST_START, ListPosition
from shared.runtime.lists import ListQuery, QueryDay, SearchQuery
from shared.runtime.models import Printable
from shared.runtime.resource import Body
from shared.swedish import day_of, start_of


class TrainingQuery(SearchQuery):
    """A query for trainings."""

    one_of: ClassVar[Mapping[str, str]] = {"policy_area": "policy_areas"}

    policy_area: PolicyArea | None = None
    level: TrainingLevel | None = None
    status: Literal["ACTIVE", "RETIRED", "ANY"] = "ACTIVE"


class OccasionQuery(SearchQuery):
    """A query for occasions, in the order of their time: those that are to come, if no day is named."""

    places: ClassVar[frozenset[str]] = SearchQuery.places | {"first"}

    first: QueryDay | None = Field(None, alias="from", description="The first day, in Sweden; today without it")
    last: QueryDay | None = Field(None, alias="to", description="The last day, in Sweden")
    q: Printable = Field("", max_length=200, description="A place, or a part of one")
    training: UUID | None = None
    status: OccasionStatus | None = None
    form: OccasionForm | None = None

    def state_filter(self) -> dict[str, Any]:
        """The part of a state that every occasion found contains."""
        return {name: value for name, value in super().state_filter().items() if name not in ("first", "last")}

    def after(self, list_id: str) -> ListPosition:
        """Where the page begins: at the first day, or behind the page before."""
        begins = (catalogue.sort_key_at(start_of(self.first)), "", LIST_START[2]) if self.first else LIST_START
        return max(begins, super().after(list_id), key=lambda position: position[:2])

    def until(self, bodies: Sequence[Body]) -> Sequence[Body]:
        """Those of a page's occasions that begin on the last day at the latest."""
        last = self.last or date.max
        return [body for body in bodies if day_of(datetime.fromisoformat(body["starts_at"])) <= last]


class OwnQuery(ListQuery):
    """A query for the own county's requests or certificates; one for another county is refused."""

    occasion: UUID | None = None

    def state_filter(self) -> dict[str, Any]:
        """The part of a state that everything listed contains."""
        return {} if self.occasion is None else {"occasion": {"id": str(self.occasion)}}


class EnrolmentQuery(OwnQuery):
    """A query for requests. With ``state`` or ``overdue`` a page may be shorter than ``limit`` though more follow."""

    state: SeatState | None = Field(None, description="The state of at least one of the seats")
    overdue: bool | None = Field(None, description="Whether the host's answer is late")

    def chosen(self, fields: Mapping[str, Any]) -> bool:
        """Whether a request that is shown with these fields is listed."""
        states = {seat.state for seat in fields["seats"]}
        return self.state in (None, *states) and self.overdue in (None, fields["overdue"])
