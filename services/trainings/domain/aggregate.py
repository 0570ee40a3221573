"""What the aggregates have in common: a place and a moment, and ids that can be computed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid5

from shared.contracts.asking import Reference

NAMESPACE = UUID("b3a1c6de-7d0b-5e4f-8a35-2f4f8f0e7b61")
"""Of all ids that are made from what they are about. It is never changed: ids would change with it."""


class Calendar(Protocol):
    """What a decision asks of the calendar; the module `shared.calendar` is one."""

    def day_of(self, moment: datetime, /) -> date:
        """The local day."""

    def deadline(self, start: datetime, least: timedelta, working_days: int, /) -> datetime:
        """When so much time has passed, and so many whole working days."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where and when a decision is taken: in which county, at what moment, and by which calendar.

    ``counties`` are those that there are; only what names counties asks for them.
    """

    county: str
    now: datetime
    calendar: Calendar
    counties: frozenset[str] = frozenset()


def answer_id(request: Reference) -> UUID:
    """The id of the one answer to this request."""
    return uuid5(NAMESPACE, f"answer/{request}")


def certificate_id(occasion: Reference, participant: UUID) -> UUID:
    """The id of the one certificate of a participant at an occasion."""
    return uuid5(NAMESPACE, f"certificate/{occasion}/{participant}")
