"""The queries for lists of focuses and lessons."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from services.initiatives.api.lists import InitiativeQuery
from shared.contracts.codes import PolicyArea
from shared.contracts.initiative_codes import Theme
from shared.runtime.lists import SearchQuery


class FocusQuery(SearchQuery):
    """A query for yearly focuses."""

    one_of: ClassVar[Mapping[str, str]] = {"theme": "themes", "policy_area": "policy_areas"}

    year: int | None = Field(None, ge=2014, le=2099)
    theme: Theme | None = None
    policy_area: PolicyArea | None = None
    status: Literal["ACTIVE", "RETIRED", "ANY"] = "ACTIVE"


class LessonQuery(InitiativeQuery):
    """A query for lessons."""

    year: int | None = Field(None, ge=2014, le=2099)
    status: Literal["ACTIVE", "RETIRED", "ANY"] = "ACTIVE"
