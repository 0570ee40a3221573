"""The envelope of what a partner agency writes: CloudEvents 1.0 in Kafka's binary mode. None of it is trusted.

The topic alone says who wrote it, for Kafka lets nobody else write there. A contradiction is a mistake or a forgery.
"""

import re
from collections.abc import Iterable

from shared.protocol.envelope import FalseEnvelope, texts

_ID = re.compile(r"[!-~]{1,100}")


def agency_of(topic: str) -> str:
    """The agency that writes or reads a partner's topic."""
    return topic.split(".")[2]


def partner_source(agency: str) -> str:
    """The `ce_source` of all that the agency writes."""
    return f"/partners/{agency}"


def reply_id(topic: str, headers: Iterable[tuple[str, bytes | None]], event_type: str) -> str:
    """The `ce_id`, by which a reply that comes again is known; FalseEnvelope if it is none of this agency and type."""
    values = texts(headers)
    source = partner_source(agency_of(topic))
    for name, expected in {"ce_specversion": "1.0", "ce_source": source, "ce_type": event_type}.items():
        if values.get(name) != expected:
            raise FalseEnvelope(f"header {name} is {values.get(name)!r}, expected {expected!r}")
    if not _ID.fullmatch(values.get("ce_id", "")):
        raise FalseEnvelope("header ce_id is missing, or not 1 to 100 printable characters of ASCII")
    return values["ce_id"]
