"""The JSON Schemas of events, as their readers may rely on them: unknown fields and codes are allowed."""

from functools import cache
from typing import Any

from shared.contracts.event import Event
from shared.contracts.partner_replies import SignalReply
from shared.contracts.registry import EVENTS


def schema(event: type[Event] | type[SignalReply]) -> dict[str, Any]:
    """The published schema of ``event``."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"/schemas/{event.event_type}"}
    opened: dict[str, Any] = _open(event.model_json_schema())
    return head | opened


def schemas() -> dict[str, dict[str, Any]]:
    """The published schema of every type of event. They are made once: nobody may change them."""
    return {name: _known(event) for name, event in sorted(EVENTS.items())}


@cache
def _known(event: type[Event]) -> dict[str, Any]:
    return schema(event)


def _open(part: Any) -> Any:
    """Without the bans on unknown fields: they bind writers, and a later version may have more fields."""
    if isinstance(part, list):
        return [_open(item) for item in part]
    if isinstance(part, dict):
        closed = part.get("additionalProperties") is False
        return {name: _open(value) for name, value in part.items()} | ({"additionalProperties": True} if closed else {})
    return part
