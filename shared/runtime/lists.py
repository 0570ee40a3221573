"""What every list can be asked, and what a page of it is."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.event import CountyName
from shared.links.freshness import Freshness
from shared.rejected import Rejected
from shared.runtime import cursors
from shared.runtime.aggregates import LIST_START, ListPosition

Item = TypeVar("Item")


class ListQuery(BaseModel):
    """What every list can be asked. An unknown filter is refused, for ignoring it would show too much."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    county: CountyName | None = None
    cursor: str | None = Field(None, description="`next` of the page before")
    limit: int = Field(50, ge=1, le=500)

    def state_filter(self) -> Mapping[str, Any]:
        """The part of a state that everything listed contains."""
        return {}

    def search_text(self) -> str:
        """The words that the text of everything listed contains."""
        return ""

    def after(self) -> ListPosition:
        """Where the page begins; Rejected if the cursor is not one of ours."""
        if self.cursor is None:
            return LIST_START
        sort_key, county, identity = (str(part) for part in cursors.decode(self.cursor, 3))
        try:
            return sort_key, county, UUID(identity)
        except ValueError:
            raise Rejected("invalid-cursor", "The cursor is not one of this list; begin again without it.") from None


class Page(BaseModel, Generic[Item]):
    """A page of a list. ``next`` leads to the next one; ``counties`` says how complete each county's part is."""

    items: list[Item]
    next: str | None
    counties: list[Freshness]
