"""The models of answers about minutes, and the queries for their lists."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, computed_field

from services.meetings.domain import minutes as deciding
from services.meetings.domain.approvals import is_waiting
from services.meetings.domain.minutes import MinutesDraft, age_of
from services.meetings.store import follow_ups
from shared.contracts.event import READER, CountyName
from shared.contracts.minutes import Minutes, MinutesApproval, MinutesDetails
from shared.contracts.minutes_codes import MinutesStatus, MinutesType, Verdict
from shared.contracts.prose import Statement
from shared.contracts.reference.minutes import TERMS
from shared.links import identity as database
from shared.runtime.aggregates import LIST_START, ListPosition, Stored
from shared.runtime.db import Connection
from shared.runtime.lists import QueryDay, SearchQuery
from shared.runtime.models import Printable, RequestModel, Versioned
from shared.runtime.resource import Body

PUBLIC_RECORD = (
    "När detta skickas blir det en allmän handling hos varje länsstyrelse som tar emot det "
    "(2 kap. 9–10 §§ tryckfrihetsförordningen)."
)


class MinutesQuery(SearchQuery):
    """A query for minutes, in the order of the days until which they are to be approved."""

    first: QueryDay | None = Field(None, alias="from", description="The first day until which they are to be approved")
    last: QueryDay | None = Field(None, alias="to", description="The last of these days")
    meeting: UUID | None = None
    type: MinutesType | None = None
    status: MinutesStatus | None = None
    waiting: bool = Field(False, description="Only those that wait for the caller's approval; a page may be shorter")

    def state_filter(self) -> dict[str, Any]:
        """The part of a state that everything listed contains."""
        return {
            name: value for name, value in super().state_filter().items() if name not in ("first", "last", "waiting")
        }

    def after(self, list_id: str) -> ListPosition:
        """Where the page begins: at the first day, or behind the page before."""
        begins = (self.first.isoformat(), "", LIST_START[2]) if self.first else LIST_START
        return max(begins, super().after(list_id), key=lambda position: position[:2])

    def until(self, bodies: Sequence[Body]) -> Sequence[Body]:
        """Those of a page's minutes that are to be approved on the last day at the latest."""
        return [body for body in bodies if body["approve_by"] <= (self.last or date.max).isoformat()]


class DoubtView(BaseModel):
    """A place that a person must look at before the text is sent. It is not quoted."""

    field: str
    line: int
    column: int
    what: str


class MinutesDraftView(MinutesDetails):
    """A draft in its version, which is also its ETag. ``doubts`` are to be confirmed when it is circulated."""

    version: int
    id: UUID
    meeting: UUID
    approve_by: date | None
    doubts: list[DoubtView]
    notice: str = PUBLIC_RECORD


class ApprovalView(BaseModel):
    """An approver's verdict on the present revision. ``waits``: none yet."""

    county: CountyName
    invitee: UUID
    waits: bool
    verdict: Verdict | None
    revision: int | None
    reason: str | None


class MinutesView(Versioned, Minutes):
    """Minutes in their version, with which their ETag begins, and what their approvers say of it.

    ``late``: the day until which they are to be approved has passed.
    """

    approvals: list[ApprovalView]
    late: bool

    @computed_field
    def swedish(self) -> str:
        """Type and status in Swedish, and whether words are masked."""
        masked = (
            f"; ord har maskerats {self.masked_on} (artikel 16–17 dataskyddsförordningen)" if self.masked_on else ""
        )
        return f"{word(self.type)}, {word(self.status)}{masked}"

    @computed_field
    def notice(self) -> str:
        """That these are a public record."""
        return PUBLIC_RECORD


class Circulate(RequestModel):
    """``confirmed``: somebody has looked at the doubts, and finds nobody named as suspected."""

    confirmed: bool = False


class CorrectMinutes(MinutesDetails, Circulate):
    """The text that is right, whole."""


class MaskWords(RequestModel):
    """Words that must not stay in approved minutes, each as it stands there; other forms of a word are other words."""

    words: Annotated[list[Annotated[Printable, Field(max_length=200)]], Field(min_length=1, max_length=20)]


class Approve(RequestModel):
    """For which approver is spoken; it need not be named where the county has one alone."""

    approver: UUID | None = None


class Object(Approve):
    """The reason why the minutes are to be corrected."""

    reason: Statement


def draft_view(draft: MinutesDraft) -> MinutesDraftView:
    """The draft as its county sees it."""
    doubts = [DoubtView.model_validate(each.shown()) for each in deciding.doubts(draft.details)]
    fields = {name: getattr(draft, name) for name in ("version", "id", "meeting", "approve_by")}
    return MinutesDraftView.model_validate({**dict(draft.details), **fields, "doubts": doubts}, context=READER)


def word(code: StrEnum) -> str:
    """The Swedish word for a code."""
    terms = TERMS[type(code).__name__]
    return terms[code].swedish if code in terms else str(code)


async def minutes_views(conn: Connection, stored: list[Stored[Minutes]], own: str, today: date) -> list[MinutesView]:
    """The minutes as this county, ``own``, knows them."""
    epoch = await database.epoch(conn)
    given = await follow_ups.approvals_of(conn, stored)
    return [_view(each, epoch if each.state.county == own else each.epoch, given, today) for each in stored]


def _view(stored: Stored[Minutes], epoch: int, given: dict[UUID, MinutesApproval], today: date) -> MinutesView:
    minutes = stored.state
    shown = []
    for each in minutes.approvers:
        said = given.get(each.invitee)
        waits = is_waiting(minutes, age_of(minutes, each.county, epoch, stored.version), said)
        current = None if said is None or waits else said
        fields: dict[str, Any] = {name: getattr(current, name, None) for name in ("verdict", "revision", "reason")}
        shown.append(ApprovalView(county=each.county, invitee=each.invitee, waits=waits, **fields))
    late = minutes.status is MinutesStatus.CIRCULATED and today > minutes.approve_by
    state = {**dict(minutes), "version": stored.version, "approvals": shown, "late": late}
    return MinutesView.model_validate(state, context=READER)
