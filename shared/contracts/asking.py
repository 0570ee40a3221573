"""Requests and answers between counties: who waits for whom.

A request is an aggregate of the county that asks, an answer one of the county that decides (the host), and neither
calls the other. An answer names the version of the request that it has seen, and there is one for every version that
was seen, even if nothing else changes. So nobody asks again, and nobody gives up: delivery brings what was lost. What
takes long is told to people.
"""

from datetime import datetime, timedelta
from typing import Annotated, Protocol, TypeVar
from uuid import UUID

from pydantic import Field

from shared.contracts.event import CountyName, Shared

Count = Annotated[int, Field(ge=0)]
Recency = tuple[int, int]
"""(epoch, version) of an aggregate: the higher, the newer."""

OVERDUE_AFTER = timedelta(hours=24)
"""After so long without an answer people are told: the other county may be away."""


class Reference(Shared):
    """An aggregate of any county, named by its owner and its id."""

    county: CountyName
    id: UUID

    def __str__(self) -> str:
        return f"{self.county}/{self.id}"


class RequestVersion(Shared):
    """The version of a request that its answer has seen."""

    epoch: Count
    version: Count

    @property
    def recency(self) -> Recency:
        """Its place among the versions of the request."""
        return self.epoch, self.version


class Answering(Protocol):
    """What every answer has: the county that gives it, and what it has seen."""

    @property
    def county(self) -> str:
        """Who gives it."""

    @property
    def answers(self) -> RequestVersion:
        """Which version of the request it has seen."""


Answer = TypeVar("Answer", bound=Answering)


def valid_answer(answer: Answer | None, host: str, withdrawn: bool = False) -> Answer | None:
    """The answer if it counts: only ``host``, who owns what was asked for, gives one, and must have it still."""
    return None if answer is None or answer.county != host or withdrawn else answer


def awaits_answer(asked: Recency, answer: Answering | None) -> bool:
    """Whether this version of a request is still to be answered: the asker waits, and the host has to act."""
    return answer is None or answer.answers.recency < asked


def overdue(since: datetime, now: datetime) -> bool:
    """Whether what waits since then has waited for so long that people are told."""
    return now - since >= OVERDUE_AFTER
