"""Aggregates that stay in their county until they are released: none of them is an event, so nothing publishes them."""

from typing import Self
from uuid import UUID

from shared.contracts.event import READER, CountyName, Shared


class AtHome(Shared):
    """An aggregate of this county that no other county sees."""

    id: UUID
    county: CountyName

    @classmethod
    def read(cls, text: str) -> Self:
        """The aggregate in ``text``, as its row has it."""
        return cls.model_validate_json(text, extra="ignore", context=READER)
