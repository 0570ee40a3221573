"""The queries for the lists of this service."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field

from services.meetings.store.listing import Wanted
from services.meetings.store.meetings import sort_key_at
from shared.contracts.asking import Reference
from shared.contracts.codes import PolicyArea
from shared.contracts.meeting_codes import MeetingKind, MeetingStatus, Rsvp
from shared.runtime.aggregates import LIST_START
from shared.runtime.lists import AggregateName, ListQuery, QueryDay
from shared.runtime.models import Printable
from shared.swedish import day_of, start_of

LAST = "~"
"""A sort key behind that of every meeting."""


class TimedQuery(ListQuery):
    """A query for meetings from a day on, in the order of their time."""

    first: QueryDay | None = Field(None, alias="from", description="The first day, in Sweden; today without it")
    last: QueryDay | None = Field(None, alias="to", description="The last day, in Sweden")

    def wanted(
        self,
        list_id: str,
        now: datetime,
        states: Sequence[Mapping[str, Any]],
        *,
        homes: Sequence[str] | None,
        **more: Any,
    ) -> Wanted:
        """The meetings of the page, and the first one after it."""
        begins = (sort_key_at(start_of(self.first or day_of(now))), "", LIST_START[2])
        after = begins if self.cursor is None else self.after(list_id)
        until = LAST if self.last is None else sort_key_at(start_of(self.last + timedelta(days=1)))
        return Wanted(homes, states, after, until, self.limit + 1, self.county, **more)


class MeetingQuery(TimedQuery):
    """A query for meetings."""

    kind: MeetingKind | None = None
    policy_area: PolicyArea | None = None
    status: MeetingStatus | None = None
    q: Printable = Field("", max_length=200, description="Words or parts of words; å, ä and ö are letters of their own")

    def state_filter(self) -> dict[str, Any]:
        """The part of a state that every meeting found contains."""
        found: dict[str, Any] = {} if self.status is None else {"status": self.status}
        return found if self.policy_area is None else {**found, "policy_areas": [self.policy_area]}

    def wanted(
        self,
        list_id: str,
        now: datetime,
        states: Sequence[Mapping[str, Any]],
        *,
        homes: Sequence[str] | None,
        **more: Any,
    ) -> Wanted:
        """The meetings of the page, and the first one after it."""
        return super().wanted(list_id, now, states, homes=homes, kind=self.kind, query=self.q, **more)


class InvitationQuery(TimedQuery):
    """A query for invitations of functions that the caller answers for. A page may be shorter than ``limit``."""

    state: Rsvp | Literal["ANY"] = Field(Rsvp.NEEDS_ACTION, description="The answer that counts")


class PresenceQuery(ListQuery):
    """A query for the presence of a network's members at its meetings of a period. ``county`` is the members'."""

    network: AggregateName
    first: QueryDay = Field(alias="from", description="The first day, in Sweden")
    last: QueryDay = Field(alias="to", description="The last day, in Sweden")

    def reference(self) -> Reference:
        """The network."""
        county, _, identity = self.network.partition("/")
        return Reference(county=county, id=identity)
