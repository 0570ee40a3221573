"""The envelope of an event: CloudEvents 1.0 in Kafka's binary mode, one header for each attribute.

A topic's name names its only writer. An envelope that contradicts its topic, or lacks what ordering needs, is *false*:
nothing in it counts, least of all its number (docs/protocol.md, C4).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID, uuid4

from shared.contracts.topics import county_of, stream_name, topic_name, unlinkable

Parsed = TypeVar("Parsed")
Headers = Sequence[tuple[str, bytes]]

SEQUENCE_DIGITS = 12
MAX_DIGITS = 18
MAX_HEADER_BYTES = 200
"""Above every header that is written. Some are kept, and sent on in reports and in events."""
UNREADABLE = "norrsam-unreadable"
"""The header of a record that replaces one that the client library cannot read; its value says why."""
_UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_REQUIRED = ("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time")
_NUMBERS = ("ce_sequence", "ce_epoch", "ce_aggregateversion")
_MANDATORY = (*_REQUIRED, *_NUMBERS)
_OPTIONAL = ("ce_correlationid", "ce_causationid", "traceparent", "ce_restated", "ce_dataschema", "content-type")
_KNOWN = frozenset((*_MANDATORY, *_OPTIONAL))
WRITTEN = frozenset((*_REQUIRED, "ce_aggregateversion", *_OPTIONAL))
"""The headers that an outbox row can have: all but those that the relay adds. Tools on the way may add others."""


class FalseEnvelope(Exception):  # noqa: N818 - it states a fact about a record, as in the dead letter's reason
    """The envelope cannot be trusted; the message says why."""


@dataclass(slots=True)
class Envelope:
    """The parsed headers. ``number`` counts within (topic, ``epoch``), ``version`` within the aggregate.

    ``id`` is a UUID in its usual form, however the header spells it.

    ``restated`` marks a copy of an earlier event: nothing new has happened.
    """

    id: str
    type: str
    subject: UUID
    time: datetime
    epoch: int
    number: int
    version: int
    correlation_id: str | None
    causation_id: str | None
    traceparent: str | None
    restated: bool = False

    @property
    def recency(self) -> tuple[int, int, int]:
        """(epoch, version, number): the higher, the newer. A restate has the same version under a new number."""
        return self.epoch, self.version, self.number


@cache
def source_of(topic: str) -> str:
    """The `ce_source` of whoever writes ``topic``: ``/counties/<county>/<stream>``."""
    return f"/counties/{county_of(topic)}/{stream_name(topic)}"


def topic_of_source(stream: str, headers: Iterable[tuple[str, bytes | None]]) -> str:
    """The topic with ``stream`` of the county that `ce_source` names. On a partner's own topic lie those of many."""
    source = next((value for name, value in headers if name == "ce_source" and value), b"")
    return topic_name(source.decode(errors="replace").removeprefix("/counties/").split("/")[0], stream)


def numbered(headers: Iterable[tuple[str, bytes]], epoch: int, number: int) -> list[tuple[str, bytes]]:
    """The headers of an outbox row, with the two that only the relay knows."""
    return [*headers, ("ce_epoch", b"%d" % epoch), ("ce_sequence", b"%0*d" % (SEQUENCE_DIGITS, number))]


def unnumbered(topic: str, event_type: str, subject: str, time: datetime) -> list[tuple[str, bytes]]:
    """The CloudEvents headers of a report on ``topic``: it is state, so it has no epoch, number or version."""
    headers = {
        "ce_specversion": "1.0",
        "ce_id": str(uuid4()),
        "ce_source": source_of(topic),
        "ce_type": event_type,
        "ce_subject": subject,
        "ce_time": timestamp(time),
        "content-type": "application/json",
    }
    return [(name, value.encode()) for name, value in headers.items()]


def timestamp(time: datetime) -> str:
    """The time in the form of `ce_time`: RFC 3339 in UTC, to the millisecond."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse(topic: str, headers: Iterable[tuple[str, bytes | None]]) -> Envelope:
    """The envelope of a record on ``topic``; FalseEnvelope if a header is missing or wrong or contradicts the topic."""
    values = texts(headers)
    if not all(map(values.get, _MANDATORY)):
        missing = next(name for name in _MANDATORY if not values.get(name))
        raise FalseEnvelope(f"header {missing} is missing or empty")
    if values["ce_specversion"] != "1.0":
        raise FalseEnvelope(f"ce_specversion is {values['ce_specversion']!r}, expected '1.0'")
    if values["ce_source"] != source_of(topic):
        raise FalseEnvelope(f"ce_source is {values['ce_source']!r}, but only {source_of(topic)!r} writes {topic}")
    epoch, number, version = (_positive(values, name) for name in ("ce_epoch", "ce_sequence", "ce_aggregateversion"))
    return Envelope(
        id=_parsed(values, "ce_id", _usual_form),
        type=values["ce_type"],
        subject=_parsed(values, "ce_subject", UUID),
        time=_parsed(values, "ce_time", _timestamp),
        epoch=epoch,
        number=number,
        version=version,
        correlation_id=values.get("ce_correlationid"),
        causation_id=values.get("ce_causationid"),
        traceparent=values.get("traceparent"),
        restated="ce_restated" in values,
    )


def attributes(headers: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """The attributes of a true envelope, by their names in CloudEvents' own JSON."""
    known = ((name.removeprefix("ce_"), value.decode()) for name, value in headers if name in _KNOWN)
    return {"datacontenttype" if name == "content-type" else name: value for name, value in known}


def id_of(headers: Iterable[tuple[str, bytes | None]]) -> str:
    """The `ce_id` among the headers as it stands, whether the envelope is true or not; empty if there is none."""
    return next((value.decode(errors="replace") for name, value in headers if name == "ce_id" and value), "")


def correlation_of(record: Any) -> str | None:
    """The correlation id of a record, for logs: a UUID alone, for other words may be anything.

    None if the envelope is false, and on an unlinkable stream, where no event may lead to its cause.
    """
    try:
        given = None if unlinkable(record.topic) else parse(record.topic, record.headers).correlation_id
        return None if given is None else str(UUID(given))
    except (FalseEnvelope, ValueError):
        return None


def texts(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    """The headers that belong to an envelope, as text; FalseEnvelope if one of them cannot be believed."""
    values: dict[str, str] = {}
    for name, value in headers:
        if name not in _KNOWN:
            if name == UNREADABLE:
                raise FalseEnvelope(f"the client library cannot read it ({value!r}); its bytes are only in Kafka")
            continue
        if name in values:
            raise FalseEnvelope(f"header {name} is given twice")
        if value is None:
            raise FalseEnvelope(f"header {name} is null")
        if len(value) > MAX_HEADER_BYTES:
            raise FalseEnvelope(f"header {name} has {len(value)} bytes, more than {MAX_HEADER_BYTES}")
        try:
            values[name] = value.decode()
        except UnicodeDecodeError:
            raise FalseEnvelope(f"header {name} is not UTF-8: {value[:40]!r}") from None
    if "\0" in "".join(values.values()):
        name = next(name for name, text in values.items() if "\0" in text)
        raise FalseEnvelope(f"header {name} contains a NUL character, which PostgreSQL cannot store")
    return values


def _positive(values: dict[str, str], name: str) -> int:
    text = values[name]
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS else 0
    if not number:
        raise FalseEnvelope(f"header {name} is {text[:40]!r}, not a whole number from 1 to 18 digits")
    return number


def _usual_form(text: str) -> str:
    return text if _UUID.fullmatch(text) else str(UUID(text))  # to make a UUID takes as long as half of the rest


def _timestamp(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("no time zone")
    return time.astimezone(UTC)


def _parsed(values: dict[str, str], name: str, read: Callable[[str], Parsed]) -> Parsed:
    try:
        return read(values[name])
    except (ValueError, OverflowError):
        raise FalseEnvelope(f"header {name} is {values[name][:40]!r}, which cannot be read") from None
