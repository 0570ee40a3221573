"""The queries for lists of focuses and lessons."""

from typing import Any, Literal

from pydantic import Field

from services.initiatives.api.lists import InitiativeQuery
from shared.contracts.codes import PolicyArea
from shared.contracts.initiative_codes import Theme
from shared.runtime.lists import SearchQuery


class FocusQuery(SearchQuery):
    """A query for yearly focuses."""

    year: int | None = Field(None, ge=2014, le=2099)
    theme: Theme | None = None
    policy_area: PolicyArea | None = None
    status: Literal["ACTIVE", "RETIRED", "ANY"] = "ACTIVE"

    def state_filter(self) -> dict[str, Any]:
        """The part of a state that everything listed contains: a theme or policy area is one of several there."""
        found = super().state_filter()
        for one, several in (("theme", "themes"), ("policy_area", "policy_areas")):
            if one in found:
                found[several] = [found.pop(one)]
        return found


class LessonQuery(InitiativeQuery):
    """A query for lessons."""

    year: int | None = Field(None, ge=2014, le=2099)
    status: Literal["ACTIVE", "RETIRED", "ANY"] = "ACTIVE"
