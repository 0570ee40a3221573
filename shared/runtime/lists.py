"""Queries for lists, and the page that answers one."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Annotated, Any, ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.event import CountyName
from shared.links.freshness import Freshness
from shared.rejected import Rejected
from shared.runtime import cursors
from shared.runtime.aggregates import LIST_START, ListPosition
from shared.runtime.models import Printable, RequestModel

Item = TypeVar("Item")
QueryDay = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]
AggregateName = Annotated[
    str,
    Field(
        pattern=r"^[a-z]+(-[a-z]+)*/[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
        max_length=40 + 1 + 36,
        examples=["norrbotten/018f4c3e-7b1a-7c2d-9e4f-5a6b7c8d9e0f"],
    ),
]
"""An aggregate in a query, by its owner and its id: whatever matches can be taken apart at the slash."""
_NOT_OF_STATES = {"county", "cursor", "limit", "q"}


class StateQuery(RequestModel):
    """A query for aggregates. An unknown filter is refused, for ignoring it would show too much."""

    one_of: ClassVar[Mapping[str, str]] = {}
    """The filters whose value is one of several in a state, with the field that has these."""

    county: CountyName | None = None

    def state_filter(self) -> dict[str, Any]:
        """The part of a state that everything found contains: each filter that is given. ANY is no filter."""
        given = self.model_dump(mode="json", exclude=_NOT_OF_STATES, exclude_none=True)
        asked = {name: value for name, value in given.items() if (name, value) != ("status", "ANY")}
        return {self.one_of.get(name, name): [value] if name in self.one_of else value for name, value in asked.items()}


class ListQuery(StateQuery):
    """A query for one page of a list."""

    places: ClassVar[frozenset[str]] = frozenset({"cursor", "limit"})
    """The fields that say where a page begins and ends; all others are filters."""

    cursor: str | None = Field(None, description="`next` of the page before")
    limit: int = Field(50, ge=1, le=500)

    def search_text(self) -> str:
        """The words that the text of everything listed contains."""
        return ""

    def list_id(self, *of: object) -> str:
        """The digest that binds a cursor to all filters, and to the path and whatever else the list is ``of``."""
        return cursors.list_id(*of, self.model_dump(mode="json", exclude=set(self.places)))

    def rows_at_home(self, county: str) -> int:
        """How many rows to read of a list that each county has for itself: none for another county than this one."""
        return self.limit + 1 if self.county in (None, county) else 0

    def after(self, list_id: str) -> ListPosition:
        """Where the page begins; Rejected if the cursor is not one that this list gave out with these filters."""
        if self.cursor is None:
            return LIST_START
        of_list, sort_key, county, identity = (str(part) for part in cursors.decode(self.cursor, 4))
        with suppress(ValueError):
            if of_list == list_id:
                return sort_key, county, UUID(identity)
        raise Rejected("invalid-cursor", "The cursor is of another list, or of other filters; begin again without it.")


class SearchQuery(ListQuery):
    """A query for one page of a list that can be searched."""

    q: Printable = Field("", max_length=200, description="Words or parts of words; å, ä and ö are letters of their own")

    def search_text(self) -> str:
        """The words that the text of everything listed contains."""
        return self.q


class Page(BaseModel, Generic[Item]):
    """A page of a list. ``next`` leads to the next one; ``counties`` says how complete each county's part is."""

    items: list[Item]
    next: str | None
    counties: list[Freshness]
