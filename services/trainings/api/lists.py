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

    def holds(self) -> Mapping[str, Any]:
        """What the state of everything listed contains."""
        status = {} if self.status == "ANY" else {"status": self.status}
        return status if self.level is None else status | {"level": self.level}

    def words(self) -> str:
        """What the words of everything listed contain."""
        return self.q


class OccasionQuery(lists.ListQuery):
    """Which occasions to list."""

    q: str = Field("", max_length=200, description="A place, or a part of one")
    training: UUID | None = None
    status: OccasionStatus | None = None
    form: OccasionForm | None = None

    def holds(self) -> Mapping[str, Any]:
        """What the state of everything listed contains."""
        given = {"training": self.training and str(self.training), "status": self.status, "form": self.form}
        return {name: value for name, value in given.items() if value is not None}

    def words(self) -> str:
        """What the words of everything listed contain."""
        return self.q


class OwnQuery(lists.ListQuery):
    """Which of the own county's to list; that of another county is refused."""

    occasion: UUID | None = None

    def holds(self) -> Mapping[str, Any]:
        """What the state of everything listed contains."""
        return {} if self.occasion is None else {"occasion": {"id": str(self.occasion)}}
