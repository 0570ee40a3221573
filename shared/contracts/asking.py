"""Requests and answers between counties (docs/protocol.md, Q1).

A request is an aggregate of the county that asks, an answer one of the county that decides (the host); neither calls
the other. An answer names the version of the request that it has seen, and the host publishes one for every version,
even if nothing else changes. So nobody repeats a request: delivery brings what was lost. A request that waits long is
shown as late.
"""

from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from pydantic import NonNegativeInt

from shared.contracts.event import CountyName, Shared

Recency = tuple[int, int]
"""(epoch, version) of an aggregate: the higher, the newer."""

OVERDUE_AFTER = timedelta(hours=24)
"""A request without an answer for this time is shown as late: the other county may be down."""


class Reference(Shared):
    """An aggregate of any county, named by its owner and its id."""

    county: CountyName
    id: UUID

    def __str__(self) -> str:
        return f"{self.county}/{self.id}"


class RequestVersion(Shared):
    """The version of a request that its answer has seen."""

    epoch: NonNegativeInt
    version: NonNegativeInt

    @property
    def recency(self) -> Recency:
        """(epoch, version)."""
        return self.epoch, self.version


class Answering(Protocol):
    """The fields that every answer has."""

    @property
    def county(self) -> str:
        """The county that gives the answer."""

    @property
    def answers(self) -> RequestVersion:
        """The version of the request that it has seen."""


AnyAnswer = TypeVar("AnyAnswer", bound=Answering)


def valid_answer(answer: AnyAnswer | None, host: str, withdrawn: bool = False) -> AnyAnswer | None:
    """The answer if it is valid: given by ``host``, who owns what was asked for, and not withdrawn; else None."""
    return None if answer is None or answer.county != host or withdrawn else answer


def may_answer(answer: Answering, epoch: int, asked: Reference, asked_epoch: int) -> bool:
    """Whether an answer, known in this ``epoch``, may be one to the aggregate ``asked``, known in ``asked_epoch``.

    What a county answers to itself names no epoch, for both lie in one database. Others receive one after the other,
    and a restored owner gives the version that it has forgotten to another change: so both must be of one epoch.
    """
    return answer.county != asked.county or epoch == asked_epoch


def awaits_answer(asked: Recency, answer: Answering | None) -> bool:
    """Whether the version ``asked`` of a request has no answer yet: the asker waits, and the host must act."""
    return answer is None or answer.answers.recency < asked


def overdue(since: datetime, now: datetime) -> bool:
    """Whether a request that waits since ``since`` is shown as late."""
    return now - since >= OVERDUE_AFTER
