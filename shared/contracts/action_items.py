"""A task that follows from a meeting, and how far it is: two aggregates of the stream `meetings`.

The item is the host's, the report is of the county that is to do it. That an item is overdue is in no event: each
county computes it by its own clock, also while it hears of no other.
"""

from typing import Self
from uuid import UUID

from pydantic import ValidationInfo, model_validator

from shared.contracts.asking import Reference, RequestVersion
from shared.contracts.event import READER, Event, Shared, events_in
from shared.contracts.meeting_codes import SharedKind
from shared.contracts.minutes import CountyFunction, DecisionReference
from shared.contracts.minutes_codes import ItemStatus, Work
from shared.contracts.prose import Statement
from shared.contracts.times import Day

_SATURDAY = 5


class ItemOwner(CountyFunction):
    """Who is to do it: a function of a county, or of one of its actors, such as a municipality."""

    actor: UUID | None = None


class ActionItemDetails(Shared):
    """The task, who is to do it, until when (the day that was asked for), and by which decision."""

    text: Statement
    owner: ItemOwner
    asked_due: Day
    decision: DecisionReference | None = None


class ActionItem(ActionItemDetails, Event, stream="meetings"):
    """Something that a county is to do. It is due on ``due``: the day asked for, or the next one that is open."""

    meeting: UUID
    kind: SharedKind
    due: Day
    status: ItemStatus = ItemStatus.ASSIGNED

    @model_validator(mode="after")
    def _due_is_open(self, info: ValidationInfo) -> Self:
        if info.context != READER and (self.due < self.asked_due or self.due.weekday() >= _SATURDAY):
            raise ValueError(f"due {self.due} is no weekday from {self.asked_due} on")
        return self


class ActionItemAssigned(ActionItem, version=1):
    """A county is to do something."""


class ActionItemChanged(ActionItem, version=1):
    """Something else is to be done, by somebody else, or until another day."""


class ActionItemCancelled(ActionItem, version=1):
    """It is not to be done any more. It stays readable."""


class ActionReport(Event, stream="meetings"):
    """How far the owner is. Its county has seen the version ``answers`` of the item; there is one for each version."""

    item: Reference
    work: Work = Work.OPEN
    answers: RequestVersion


class ActionItemSeen(ActionReport, version=1):
    """A version of the item has reached the owner's county."""


class ActionItemStarted(ActionReport, version=1):
    """The owner works on it."""


class ActionItemDone(ActionReport, version=1):
    """The owner has done it."""


class ActionItemReopened(ActionReport, version=1):
    """The owner has not done it after all, or not begun."""


EVENTS = events_in(globals())
