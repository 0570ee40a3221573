"""What the lists of this service can be asked."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.training_codes import OccasionForm, OccasionStatus, TrainingLevel
from shared.runtime import lists


class TrainingQuery(lists.ListQuery):
    """Which trainings to list."""

    q: str = Field("", max_length=200, description="Words or parts of words; å, ä and ö are letters of their own")
    level: TrainingLevel | None = None
    status: Literal["ACTIVE", "RETIRED", "ANY"] = "ACTIVE"

    def state_filter(self) -> Mapping[str, Any]:
        """The part of a state that everything listed contains."""
        status = {} if self.status == "ANY" else {"status": self.status}
        return status if self.level is None else status | {"level": self.level}

    def search_text(self) -> str:
        """The words that the text of everything listed contains."""
        return self.q


class OccasionQuery(lists.ListQuery):
    """Which occasions to list."""

    q: str = Field("", max_length=200, description="A place, or a part of one")
    training: UUID | None = None
    status: OccasionStatus | None = None
    form: OccasionForm | None = None

    def state_filter(self) -> Mapping[str, Any]:
        """The part of a state that everything listed contains."""
        given = {"training": self.training and str(self.training), "status": self.status, "form": self.form}
        return {name: value for name, value in given.items() if value is not None}

    def search_text(self) -> str:
        """The words that the text of everything listed contains."""
        return self.q


class OwnQuery(lists.ListQuery):
    """Which of the own county's to list; that of another county is refused."""

    occasion: UUID | None = None

    def state_filter(self) -> Mapping[str, Any]:
        """The part of a state that everything listed contains."""
        return {} if self.occasion is None else {"occasion": {"id": str(self.occasion)}}
