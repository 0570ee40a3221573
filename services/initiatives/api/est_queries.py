"""The queries for lists of EST."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.fields import MunicipalityCode
from shared.runtime.lists import ListQuery, SearchQuery


class EstAreaQuery(SearchQuery):
    """A query for areas."""

    municipality: MunicipalityCode | None = None
    status: Literal["ACTIVE", "RETIRED", "ANY"] = "ACTIVE"


class EstPictureQuery(ListQuery):
    """A query for the closed pictures of weeks."""

    municipality: MunicipalityCode | None = None
    area: UUID | None = None
    iso_week_year: int | None = Field(None, ge=2014, le=2099)
    iso_week: int | None = Field(None, ge=1, le=53)


class EstPriorityQuery(SearchQuery):
    """A query for decisions on quarters."""

    municipality: MunicipalityCode | None = None
    year: int | None = Field(None, ge=2014, le=2099)
    quarter: int | None = Field(None, ge=1, le=4)
    status: Literal["ACTIVE", "RETIRED", "ANY"] = "ACTIVE"


class EstReviewQuery(SearchQuery):
    """A query for reviews of years."""

    municipality: MunicipalityCode | None = None
    year: int | None = Field(None, ge=2014, le=2099)
    status: Literal["ACTIVE", "RETIRED", "ANY"] = "ACTIVE"
