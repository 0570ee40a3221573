"""Rules for all aggregates: ids that can be computed, and an end that is final."""

from typing import TypeVar
from uuid import UUID, uuid5

from shared.contracts.codes import Status
from shared.contracts.context import DecisionContext
from shared.contracts.event import Event
from shared.contracts.guidance import Method, Routine, SafetyAdvice
from shared.contracts.reference import MUNICIPALITIES
from shared.contracts.shipment_signals import ReportNumbers, SignalFeedback
from shared.rejected import Rejected

Retirable = Routine | SafetyAdvice | Method | SignalFeedback | ReportNumbers
Changed = TypeVar("Changed", bound=Event)

NAMESPACE = UUID("0b8f3f7e-54c1-5a53-9d1c-6c7a2f1e9a40")
"""Of all ids that are made from what they are about. It is never changed: ids would change with it."""


def id_from(*parts: object) -> UUID:
    """The one id of what these parts name, in every county that looks for it. Never of a signal."""
    return uuid5(NAMESPACE, "/".join(map(str, parts)))


def living(aggregate: Retirable) -> None:
    """Rejected unless the aggregate is active: what is withdrawn changes no more."""
    if aggregate.status is not Status.ACTIVE:
        raise Rejected("withdrawn", "It is withdrawn and cannot be changed.")


def retired(event: type[Changed], aggregate: Retirable) -> Changed:
    """The same state, withdrawn."""
    living(aggregate)
    return event(**dict(aggregate) | {"status": Status.RETIRED})


def check_municipality(code: str, context: DecisionContext) -> None:
    """Rejected unless the municipality lies in this county. The code is not repeated: it may be a place to keep."""
    if code not in MUNICIPALITIES or not code.startswith(context.county.code):
        raise Rejected(
            "invalid-municipality",
            f"That is no municipality of {context.county.name}, whose codes begin with {context.county.code}.",
        )
