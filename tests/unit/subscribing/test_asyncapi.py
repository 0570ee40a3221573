"""FastStream's own document of a subscriber beside ours: the same channels and messages."""

import json
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

import pytest
from faststream.kafka import KafkaBroker
from faststream.specification import AsyncAPI

from shared.contracts.event import Event, stream_of
from shared.contracts.registry import EVENTS, MARKERS
from shared.contracts.topics import LINKS, STREAMS, topic_name
from shared.subscribing import SqliteStore, Withdrawn, subscription

OURS = json.loads((Path(__file__).parents[3] / "docs" / "asyncapi" / "norrsam.json").read_bytes())
COUNTIES = ("norrbotten", "jamtland")


def described(handler: Any, topics: list[str]) -> dict[str, Any]:
    broker = KafkaBroker("127.0.0.1:19092")
    store = SqliteStore(":memory:")
    broker.include_router(subscription(handler, store, group="police.1", topics=topics))
    store.connection.close()
    document: dict[str, Any] = AsyncAPI(broker, schema_version="3.0.0").to_specification().to_jsonable()
    return document


def names(schema: dict[str, Any], document: dict[str, Any]) -> set[str]:
    """The types that a payload may be."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/components/schemas/")
        found = document["components"]["schemas"][name]
        return names(found, document) if "anyOf" in found else {name}
    return {name for each in schema["anyOf"] for name in names(each, document)}


@pytest.mark.parametrize("stream", sorted(STREAMS.keys() - {LINKS}))
def test_faststream_describes_the_channels_and_messages_of_ours(stream: str) -> None:
    types = [event for name, event in EVENTS.items() if stream_of(name) == stream and event is not MARKERS[stream]]

    async def keep(event: Event) -> None:
        """Keeps it."""

    keep.__annotations__["event"] = reduce(or_, [*types, Withdrawn])
    document = described(keep, [topic_name(county, stream) for county in COUNTIES])

    address = OURS["channels"][stream]["address"]
    addresses = {channel["address"] for channel in document["channels"].values()}
    assert addresses == {address.replace("{county}", county) for county in COUNTIES}
    messages = [OURS["components"]["messages"][name] for name in OURS["channels"][stream]["messages"]]
    ours = {each["title"] for each in messages} - {"StreamRestated"}
    for message in document["components"]["messages"].values():
        assert names(message["payload"], document) == {*ours, "Withdrawn"}


def test_a_handler_that_takes_no_withdrawal_is_refused() -> None:
    async def keep(event: Event) -> None:
        """Keeps it."""

    with pytest.raises(ValueError, match="Withdrawn"):
        described(keep, [topic_name("jamtland", "actors")])
