"""The model's contract, topic and time: the smallest contract that uses every part of the protocol."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from shared.contracts.event import Event
from shared.contracts.restated import restated
from shared.contracts.topics import topic_name
from shared.protocol.envelope import source_of

COUNTY = "norrbotten"
RECEIVERS = ("jamtland", "vasterbotten")
SERVICE = "toys"
TOPIC = topic_name(COUNTY, SERVICE)
START = 1_800_000_000.0
"""When the model's time begins, in Unix seconds."""
RETENTION, MARGIN = 100 * 3600.0, 10 * 3600.0


class Toy(Event):
    """A toy's whole state. ``name`` differs in every version, so it identifies the last command."""

    name: str


class ToyChanged(Toy):
    event_type: ClassVar[str] = "se.norrsam.toys.ToyChanged.v1"


class ToyRenewed(Toy):
    """A type that receivers know only after an upgrade."""

    event_type: ClassVar[str] = "se.norrsam.toys.ToyRenewed.v1"


class ToyEnded(Toy):
    event_type: ClassVar[str] = "se.norrsam.toys.ToyEnded.v1"
    final: ClassVar[bool] = True


ToysRestated = restated(SERVICE)
KNOWN: dict[str, type[Event]] = {event.event_type: event for event in (ToyChanged, ToyRenewed, ToyEnded, ToysRestated)}
KNOWN_BEFORE_UPGRADE = {name: event for name, event in KNOWN.items() if event is not ToyRenewed}

Twin = TypeVar("Twin", bound=Callable[..., Any])


def stands_for(*production: object) -> Callable[[Twin], Twin]:
    """Marks the twin of production code that is SQL or asynchronous. The production name must exist."""

    def mark(twin: Twin) -> Twin:
        twin.__dict__["stands_for"] = production
        return twin

    return mark


def time_of(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def headers_of(event: Event, identity: UUID, version: int, again: bool) -> tuple[tuple[str, bytes], ...]:
    """An event's headers in the outbox: all except epoch and number."""
    headers = {
        "ce_specversion": "1.0",
        "ce_id": str(identity),
        "ce_source": source_of(TOPIC),
        "ce_type": event.event_type,
        "ce_subject": str(event.id),
        "ce_time": "2026-11-23T10:00:00.000Z",
        "ce_aggregateversion": str(version),
        **({"ce_restated": "true"} if again else {}),
    }
    return tuple((name, value.encode()) for name, value in headers.items())
