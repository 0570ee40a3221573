"""The model of answers about action items, and the query for their list."""

import json
from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import Field, computed_field

from services.meetings.api.minutes_views import word
from services.meetings.domain.action_items import ItemProgress, age_of, progress
from services.meetings.store import actors, follow_ups
from services.meetings.store.items import UNFINISHED, WantedItems
from shared import calendar
from shared.contracts.action_items import ActionItem
from shared.contracts.asking import Reference, awaits_answer
from shared.contracts.codes import FunctionCode
from shared.contracts.event import READER, CountyName
from shared.contracts.minutes_codes import Work
from shared.links import identity as database
from shared.runtime.aggregates import Stored
from shared.runtime.auth import Principal
from shared.runtime.db import Connection
from shared.runtime.lists import QueryDay, SearchQuery
from shared.runtime.models import Versioned


class ItemQuery(SearchQuery):
    """A query for action items, in the order of the days they are due. ``county`` is the host's."""

    owner: CountyName | None = Field(None, description="The county that is to do it")
    function: FunctionCode | None = Field(None, description="The function that is to do it")
    meeting: UUID | None = None
    first: QueryDay | None = Field(None, alias="from", description="The first day on which it is due")
    last: QueryDay | None = Field(None, alias="to", description="The last day on which it is due")
    progress: ItemProgress | Literal["UNFINISHED", "ANY"] = Field(
        "UNFINISHED", description="Today, by this county's clock"
    )
    mine: bool = Field(False, description="Only what the caller's function is to do in this county")

    def wanted(self, today: date) -> WantedItems:
        """The items of all pages."""
        chosen = {"UNFINISHED": UNFINISHED, "ANY": tuple(ItemProgress)}.get(self.progress) or (
            ItemProgress(self.progress),
        )
        named = {"county": self.owner, "function": self.function}
        owner = {name: value for name, value in named.items() if value is not None}
        state: dict[str, Any] = {"owner": owner} if owner else {}
        if self.meeting is not None:
            state["meeting"] = str(self.meeting)
        first, last = self.first or date.min, self.last or date.max
        return WantedItems(today, chosen, self.county, json.dumps(state), None, first, last, self.q)

    def of(self, principal: Principal, county: str) -> "ItemQuery":
        """With ``mine`` the same query for the caller's function in this county."""
        if not self.mine:
            return self
        mine: dict[str, object] = {"owner": county}
        if principal.function in FunctionCode.codes():
            mine["function"] = FunctionCode(principal.function)
        return self.model_copy(update=mine)


class ItemView(Versioned, ActionItem):
    """An action item in its version, with which its ETag begins, as it is today by this county's clock.

    ``work`` is what the owner has said last. ``received``: the owner's county has this very version.
    ``reachable``: this county knows a shared mailbox of the owner. Without one its county tells it nothing by mail.
    """

    progress: ItemProgress
    work: Work | None
    received: bool
    reachable: bool

    @computed_field
    def due_swedish(self) -> str:
        """The day it is due in Swedish, and why it is not the one asked for."""
        return calendar.moved_day(self.asked_due, self.due)

    @computed_field
    def swedish(self) -> str:
        """How far it is, in Swedish."""
        return word(self.progress)


async def item_views(conn: Connection, stored: list[Stored[ActionItem]], own: str, today: date) -> list[ItemView]:
    """The items as this county, ``own``, knows them ``today``."""
    epoch = await database.epoch(conn)
    reports = await follow_ups.reports_of(conn, [each.state for each in stored])
    owners = {each.state.owner for each in stored}
    contacts = {each: await actors.contacts_of(conn, each.county, each) for each in owners}
    views = []
    for each in stored:
        item = each.state
        report = reports.get(Reference(county=item.county, id=item.id))
        age = age_of(item, item.owner.county, epoch if item.county == own else each.epoch, each.version)
        fields = {
            **dict(item),
            "version": each.version,
            "progress": progress(item, report, today),
            "work": report.work if report else None,
            "received": not awaits_answer(age, report),
            "reachable": any(each.mailbox for each in contacts[item.owner]),
        }
        views.append(ItemView.model_validate(fields, context=READER))
    return views
