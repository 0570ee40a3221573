"""The topics as an AsyncAPI 3 document: one channel for each stream, its messages by the name of their type.

It is whole in itself: each payload is the published schema, in the words that JSON Schema's drafts have in common.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from infra.contracts.schemas import schemas
from shared.contracts.counties import DEFAULT, parse
from shared.contracts.event import stream_of
from shared.contracts.registry import EVENTS
from shared.contracts.topics import LINKS, STREAMS, Stream, topic_name

_ABOUT = """\
Each county publishes on topics of its own, and every county, like each partner agency, reads those of all. An event
is a CloudEvent 1.0 in Kafka's binary mode. Its data are the aggregate's whole shared state after what happened: per
`ce_subject` keep the newest (`ce_epoch`, `ce_aggregateversion`). Every event comes at least once. Skip types and
fields that you do not know, and take a code that you do not know for unknown. Only the records of `links` are state,
not history: they have no number, and the newest counts."""

_HEADERS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "ce_specversion": ("The version of CloudEvents", {"const": "1.0"}),
    "ce_id": ("The event, wherever it is met", {"format": "uuid"}),
    "ce_source": ("Who writes; it agrees with the topic", {"pattern": "^/counties/[a-z-]+/[a-z-]+$"}),
    "ce_type": ("What happened, and with it the form of the data", {"pattern": r"^se\.norrsam\.[a-z-]+\.\w+\.v\d+$"}),
    "ce_subject": ("The aggregate's id (on `links`: the service), which is also the record's key", {}),
    "ce_time": ("When it happened", {"format": "date-time"}),
    "ce_dataschema": ("Where the JSON Schema of the data is served", {"format": "uri"}),
    "ce_aggregateversion": ("The aggregate's version within the epoch", {"pattern": r"^\d{1,18}$"}),
    "ce_epoch": ("The higher epoch is the newer, whatever the versions", {"pattern": r"^\d{1,18}$"}),
    "ce_sequence": ("The number within topic and epoch; a jump is a gap that will be filled", {"pattern": r"^\d{12}$"}),
    "ce_correlationid": ("Joins all that one request has caused", {}),
    "ce_causationid": ("The event that caused this one", {}),
    "ce_restated": ("Set if a restate wrote the state again", {}),
    "traceparent": ("W3C Trace Context", {}),
    "content-type": ("Of the data", {"const": "application/json"}),
}
_OPTIONAL = frozenset({"ce_correlationid", "ce_causationid", "ce_restated", "traceparent"})
_OF_STATE = ("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", "content-type")
"""The headers of a record of `links`: it is state, not history, so none puts records in order or joins them."""


def document() -> dict[str, Any]:
    """The document, for whoever reads or writes shared topics."""
    payloads = {name: _payload(name, schema) for name, schema in schemas().items()}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Norrsam", "version": "1", "description": _ABOUT, "license": {"name": "Apache-2.0"}},
        "defaultContentType": "application/json",
        "channels": {stream.name: _channel(stream) for stream in STREAMS.values()},
        "operations": {name: one for stream in STREAMS for name, one in _operations(stream).items()},
        "components": {
            "messages": {name: _message(name) for name in EVENTS},
            "schemas": {"headersOfHistory": _headers(_HEADERS), "headersOfState": _headers(_OF_STATE), **payloads},
        },
    }


def _channel(stream: Stream) -> dict[str, Any]:
    kept = "for ever" if stream.retention is None else f"for {stream.retention.days} days"
    return {
        "address": topic_name("{county}", stream.name),
        "title": stream.name,
        "description": (
            f"{stream.purpose}. Legal ground: {stream.legal_ground}. Recipients: {stream.recipients}. Kept {kept}."
            + (" Ids are random, times cut to the hour, and nothing joins events." if stream.unlinkable else "")
        ),
        "messages": {name: _ref("components", "messages", name) for name in EVENTS if stream_of(name) == stream.name},
        "parameters": {
            "county": {
                "description": "The county that alone writes the topic",
                "examples": [county.name for county in parse(DEFAULT)],
            }
        },
        "bindings": {"kafka": {"partitions": 1, "topicConfiguration": _topic_configuration(stream)}},
        "x-purpose": stream.purpose,
        "x-legal-ground": stream.legal_ground,
        "x-recipients": stream.recipients,
        "x-partners": stream.partners,
        "x-retention": "unlimited" if stream.retention is None else f"P{stream.retention.days}D",
    }


def _topic_configuration(stream: Stream) -> dict[str, Any]:
    settings = stream.topic_settings()
    return {"cleanup.policy": [settings["cleanup.policy"]], "retention.ms": int(settings["retention.ms"])}


def _operations(stream: str) -> dict[str, Any]:
    channel = _ref("channels", stream)
    return {
        f"write-{stream}": {
            "action": "send",
            "channel": channel,
            "summary": "A county publishes on its own topic.",
        },
        f"read-{stream}": {
            "action": "receive",
            "channel": channel,
            "summary": "Every county, and whoever else may, reads the topics of all.",
        },
    }


def _message(name: str) -> dict[str, Any]:
    event = EVENTS[name]
    headers = "headersOfState" if stream_of(name) == LINKS else "headersOfHistory"
    return {
        "name": name,
        "title": event.__name__,
        "summary": (event.__doc__ or "").partition("\n")[0],
        "contentType": "application/json",
        "headers": {
            "type": "object",
            "allOf": [_ref("components", "schemas", headers), {"properties": {"ce_type": {"const": name}}}],
        },
        "payload": _ref("components", "schemas", name),
        "bindings": {"kafka": {"key": {"type": "string", "description": "The same as ce_subject"}}},
    }


def _headers(names: Iterable[str]) -> dict[str, Any]:
    named = {name: _HEADERS[name] for name in names}
    return {
        "type": "object",
        "description": "The attributes of the CloudEvent, and what goes with it, as the record's headers",
        "required": [name for name in named if name not in _OPTIONAL],
        "properties": {
            name: {"type": "string", "description": meaning, **form} for name, (meaning, form) in named.items()
        },
    }


def _payload(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The published schema as a part of this document: what it refers to lies beside it."""
    part: dict[str, Any] = _moved(schema, _ref("components", "schemas", name)["$ref"])
    return {word: value for word, value in part.items() if word not in ("$id", "$schema")}


def _moved(part: Any, to: str) -> Any:
    """The same with every reference within it leading to where it now lies."""
    if isinstance(part, list):
        return [_moved(item, to) for item in part]
    if isinstance(part, dict):
        return {word: to + value[1:] if word == "$ref" else _moved(value, to) for word, value in part.items()}
    return part


def _ref(*steps: str) -> dict[str, str]:
    return {"$ref": "#/" + "/".join(steps)}
