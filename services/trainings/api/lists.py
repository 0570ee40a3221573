"""The queries for the lists of this service."""

from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.training_codes import OccasionForm, OccasionStatus, TrainingLevel
from shared.runtime.lists import ListQuery, SearchQuery
from shared.runtime.models import Printable


class TrainingQuery(SearchQuery):
    """A query for trainings."""

    level: TrainingLevel | None = None
    status: Literal["ACTIVE", "RETIRED", "ANY"] = "ACTIVE"


class OccasionQuery(SearchQuery):
    """A query for occasions."""

    q: Printable = Field("", max_length=200, description="A place, or a part of one")
    training: UUID | None = None
    status: OccasionStatus | None = None
    form: OccasionForm | None = None


class OwnQuery(ListQuery):
    """A query for the own county's requests or certificates; one for another county is refused."""

    occasion: UUID | None = None

    def state_filter(self) -> dict[str, Any]:
        """The part of a state that everything listed contains."""
        return {} if self.occasion is None else {"occasion": {"id": str(self.occasion)}}
