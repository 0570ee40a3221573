"""An outbox row with the relay's two headers is a CloudEvent: the official SDK reads it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event

from infra.engine import Engine
from services.actors.service import service
from shared.contracts import links
from shared.contracts.counties import County
from shared.contracts.event import stream_of
from shared.contracts.registry import EVENTS
from shared.contracts.topics import unlinkable
from shared.messaging.leading import Connect
from shared.messaging.outbox import Transaction, Writer
from shared.protocol.envelope import numbered, parse, unnumbered
from shared.runtime.settings import Settings
from tests.support.databases import fresh

GOLDEN = Path(__file__).parent / "golden"
NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture(scope="module")
async def connect(postgres: Engine, settings: Settings, county: County) -> Connect:
    return await fresh(postgres, settings, county, service)


@pytest.mark.parametrize("name", sorted(set(EVENTS) - {event.event_type for event in links.EVENTS}))
async def test_the_sdk_reads_an_event_that_the_relay_has_numbered(name: str, connect: Connect) -> None:
    conn = await connect()
    event = EVENTS[name].read((GOLDEN / f"{name}.json").read_bytes())
    try:
        headers, row = await _emitted(
            conn, Transaction(conn, Writer(event.county, "http://x.test", lambda: NOON), "why"), name
        )
    finally:
        await conn.close()

    read = from_binary_event(KafkaMessage(dict(headers), row["key"], row["payload"]))

    assert read.get_type() == name
    assert read.get_source() == f"/counties/{event.county}/{stream_of(name)}"
    assert read.get_subject() == str(event.id)
    secret = unlinkable(row["topic"])
    assert read.get_time() == NOON.replace(microsecond=0 if secret else 123000)
    assert read.get_dataschema() == f"http://x.test/schemas/{name}"
    assert read.get_datacontenttype() == "application/json"
    assert read.get_data() == json.loads(event.write())
    assert read.get_extension("sequence") == "000000000007"
    assert (read.get_extension("epoch"), read.get_extension("aggregateversion")) == ("1", "5000")
    assert read.get_extension("correlationid") == (None if secret else "why")
    assert read.get_extension("partitionkey") == str(event.id)
    assert parse(row["topic"], headers).number == 7


def test_the_sdk_reads_a_report_as_state_without_a_number() -> None:
    topic, (event,) = "jamtland.shared.links.v1", links.EVENTS
    data = (GOLDEN / f"{event.event_type}.json").read_bytes()
    headers = dict(unnumbered(topic, event.event_type, "actors", NOON))

    read = from_binary_event(KafkaMessage(headers, b"actors", data))

    assert (read.get_source(), read.get_subject()) == ("/counties/jamtland/links", "actors")
    assert read.get_type() == event.event_type
    assert read.get_data() == json.loads(data)
    assert read.get_extension("sequence") is None


async def _emitted(
    conn: asyncpg.Connection, tx: Transaction, name: str
) -> tuple[list[tuple[str, bytes]], asyncpg.Record]:
    """The golden event of this name, as the outbox keeps it, and with all of its headers."""
    await tx.conn.execute("TRUNCATE outbox")
    await tx.emit(EVENTS[name].read((GOLDEN / f"{name}.json").read_bytes()), version=5000)
    row = await conn.fetchrow("SELECT topic, key, headers, payload FROM outbox")
    assert row is not None
    stored = json.loads(row["headers"])
    return numbered([(header, value.encode()) for header, value in stored.items()], 1, 7), row
