"""The AsyncAPI document: valid by the specification's own schema, and true of what is sent."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, FormatChecker

from infra import generate
from infra.contracts import golden
from infra.contracts.asyncapi import document
from infra.engine import Engine
from services.actors.service import service
from shared.contracts import links
from shared.contracts.counties import County
from shared.contracts.event import stream_of
from shared.contracts.registry import EVENTS
from shared.contracts.topics import LINKS, STREAMS, topic_name
from shared.messaging.leading import Connect
from shared.messaging.outbox import Transaction, Writer
from shared.protocol.envelope import numbered, unnumbered
from shared.runtime.settings import Settings
from tests.support.databases import fresh

every_type = pytest.mark.parametrize("name", sorted(EVENTS))
every_type_of_history = pytest.mark.parametrize("name", sorted(name for name in EVENTS if stream_of(name) != LINKS))


@pytest.fixture(scope="module")
def specification() -> Draft7Validator:
    """A validator for the JSON schema of AsyncAPI 3.0.0, as the AsyncAPI initiative publishes it."""
    return Draft7Validator(json.loads((Path(__file__).parent / "asyncapi" / "3.0.0.json").read_bytes()))


@pytest.fixture(scope="module")
async def connect(postgres: Engine, settings: Settings, county: County) -> Connect:
    return await fresh(postgres, settings, county, service)


@cache
def whole() -> dict[str, Any]:
    """The document, made once: it tells the form of each type."""
    return document()


def validator(*steps: str) -> Draft7Validator:
    """Validates by the part of the document at this place."""
    return Draft7Validator({**whole(), "$ref": "#/" + "/".join(steps)}, format_checker=FormatChecker())


def references(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from references(item)
    elif isinstance(part, dict):
        for word, value in part.items():
            if word == "$ref":
                yield value
            else:
                yield from references(value)


def test_the_document_is_valid_by_the_specification(specification: Draft7Validator) -> None:
    committed = json.loads((generate.ROOT / generate.ASYNCAPI / "norrsam.json").read_bytes())
    assert [error.message for error in specification.iter_errors(committed)] == []


def test_a_document_with_a_wrong_part_is_not_valid(specification: Draft7Validator) -> None:
    wrongs: list[dict[str, object]] = [{"adress": "x"}, {"address": 1}, {"parameters": {"county": {"schema": {}}}}]
    for wrong in wrongs:
        broken = document()
        broken["channels"]["actors"] |= wrong
        assert not specification.is_valid(broken)


def test_every_reference_in_the_document_leads_somewhere() -> None:
    for reference in set(references(whole())):
        part: Any = whole()
        for step in reference.removeprefix("#/").split("/"):
            part = part[step]


def test_each_stream_is_a_channel_with_its_types_and_grounds() -> None:
    channels = whole()["channels"]

    assert channels.keys() == STREAMS.keys()
    for name, stream in STREAMS.items():
        channel = channels[name]
        assert channel["address"] == topic_name("{county}", name)
        assert channel["parameters"].keys() == {"county"}
        assert channel["x-purpose"] == stream.purpose
        assert channel["x-legal-ground"] == stream.legal_ground
        assert channel["x-recipients"] == stream.recipients
        assert channel["x-partners"] == stream.partners
        kept = "unlimited" if stream.retention is None else f"P{stream.retention.days}D"
        assert channel["x-retention"] == kept
    messages = [name for channel in channels.values() for name in channel["messages"]]
    assert sorted(messages) == sorted(EVENTS)


@every_type
def test_a_golden_event_is_a_payload_of_its_message(name: str) -> None:
    payload = validator("components", "messages", name, "payload")
    for path in golden.files(generate.ROOT, name):
        payload.validate(json.loads(path.read_bytes()))

    assert not payload.is_valid({"id": "5"})


@every_type_of_history
async def test_the_headers_of_an_outbox_event_are_those_of_its_message(name: str, connect: Connect) -> None:
    event = EVENTS[name].read(golden.files(generate.ROOT, name)[-1].read_bytes())
    conn = await connect()
    try:
        await conn.execute("TRUNCATE outbox")
        await Transaction(conn, Writer(event.county, "http://x.test"), "why").emit(event, version=5000)
        stored = json.loads(await conn.fetchval("SELECT headers FROM outbox"))
    finally:
        await conn.close()
    complete = numbered([(header, value.encode()) for header, value in stored.items()], 1, 7)
    headers = _texts(complete)
    described = validator("components", "messages", name, "headers")

    described.validate(headers)

    assert headers.keys() <= whole()["components"]["schemas"]["headersOfHistory"]["properties"].keys()
    for wrong in ({"ce_type": "se.norrsam.actors.Other.v1"}, {"ce_sequence": "7"}, {"ce_id": "Boden"}):
        assert not described.is_valid(headers | wrong)
    for missing in ("ce_epoch", "ce_dataschema", "content-type"):
        assert not described.is_valid({header: value for header, value in headers.items() if header != missing})


def test_the_headers_of_a_report_are_those_of_its_message() -> None:
    (event,) = links.EVENTS
    topic = topic_name("jamtland", LINKS)
    headers = _texts(unnumbered(topic, event.event_type, "actors", datetime(2026, 11, 24, tzinfo=UTC)))

    validator("components", "messages", event.event_type, "headers").validate(headers)

    assert headers.keys() == whole()["components"]["schemas"]["headersOfState"]["properties"].keys()


def _texts(headers: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    return {name: value.decode() for name, value in headers}
