"""The events that a partner without Kafka is sent: their form, their signature, and the meaning of its answers.

An event is sent as CloudEvents 1.0 over HTTP in structured mode, so that the signature covers all of it: that of
Standard Webhooks, HMAC-SHA256 over id, time and body. Before the first one the address is asked whether it wants
events from here (CloudEvents' HTTP 1.1 Web Hooks, 3, abuse protection).
"""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from infra.partners.own_topic import is_own_topic
from shared.contracts.topics import county_of, stream_name
from shared.protocol.envelope import FalseEnvelope, attributes, parse, topic_of_source

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 86_400.0


class WebhookAnswer(StrEnum):
    """The meaning of an answer. What is REFUSED is about that event alone; AGAIN is about the receiver."""

    TAKEN = "taken"
    REFUSED = "refused"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class WebhookMessage:
    """An event as it is sent: its id, by which the receiver knows one that it has, and the body."""

    id: str
    body: bytes


def message(record: Any, county: str) -> WebhookMessage | None:
    """The event in a record on the Kafka of ``county``; None if it is no true event, which the owner knows of."""
    topic = record.topic
    try:
        if is_own_topic(topic, county):
            topic = topic_of_source(stream_name(topic), record.headers)
        envelope, data = parse(topic, record.headers), json.loads(record.value or b"")
        known = {"datacontenttype": "application/json", **attributes(record.headers), "id": envelope.id}
        body = json.dumps({**known, "data": data}, ensure_ascii=False, allow_nan=False).encode()
    except (FalseEnvelope, ValueError, RecursionError):  # also of text that is no Unicode, and of NaN
        return None
    return WebhookMessage(f"{county_of(topic)}.{envelope.id}", body) if isinstance(data, dict) else None


def secret_of(password: str) -> bytes:
    """The key that signs, made of the partner's password: whoever renews that renews both."""
    return hmac.digest(password.strip().encode(), b"norrsam webhook", hashlib.sha256)


def secret_text(secret: bytes) -> str:
    """The key in the form that libraries of Standard Webhooks read."""
    return f"whsec_{b64encode(secret).decode()}"


def headers_of(sent: WebhookMessage, secret: bytes, now: float) -> dict[str, str]:
    """The headers of a request at this Unix time."""
    signed = f"{sent.id}.{int(now)}.".encode() + sent.body
    signature = b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()
    return {
        "content-type": CONTENT_TYPE,
        "webhook-id": sent.id,
        "webhook-timestamp": str(int(now)),
        "webhook-signature": f"v1,{signature}",
    }


def meaning(status: int) -> WebhookAnswer:
    """The meaning of a status. A redirect is not followed: whom it leads to has agreed to nothing."""
    if 200 <= status < 300:
        return WebhookAnswer.TAKEN
    about_the_event = (400, 409, 413, 415, 422)
    return WebhookAnswer.REFUSED if status in about_the_event else WebhookAnswer.AGAIN


def pause(failures: int, status: int | None, retry_after: str | None) -> float:
    """Seconds until the next try after so many in a row: as the receiver asks, else doubled each time, to a day.

    One that is gone (410) is asked once a day.
    """
    if status == 410:
        return LONGEST_PAUSE_SECONDS
    seconds = FIRST_PAUSE_SECONDS * 2.0 ** min(failures - 1, 20)
    with suppress(TypeError, ValueError):
        seconds = max(seconds, float(int(retry_after or "")))
    return min(seconds, LONGEST_PAUSE_SECONDS)


def allowed_rate(origin: str, status: int, headers: Mapping[str, str]) -> float | None:
    """Events a minute that the address takes from ``origin``, inf if as many as come; None if it wants none.

    A rate that cannot be read is none: nothing is sent that may be too much.
    """
    if not 200 <= status < 300 or headers.get("webhook-allowed-origin") not in (origin, "*"):
        return None
    rate = headers.get("webhook-allowed-rate", "*")
    if rate == "*":
        return float("inf")
    return float(rate) if rate.isascii() and rate.isdigit() and int(rate) else None
