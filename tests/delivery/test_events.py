"""`GET /events` of a county's process, on a real Kafka and a real PostgreSQL."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from infra import topics
from infra.engine import Engine
from infra.engine.ports import free_ports
from services.actors.service import service
from shared.contracts.counties import County, parse
from shared.contracts.topics import topic_name
from shared.messaging import broadcast
from shared.protocol.envelope import attributes
from shared.runtime.app import build
from shared.runtime.settings import Settings
from shared.transport.kafka import KafkaCluster
from tests.delivery.forger import Forger
from tests.delivery.harness import county_name
from tests.support.databases import fresh
from tests.support.serving import served
from tests.support.tokens import Tokens
from tests.support.waiting import DEADLINE

SCHOOL = {"type": "SCHOOL", "level": "LOCAL", "municipality": "2582"}


@dataclass
class Told:
    """An event as somebody got it."""

    id: str
    event: Any

    @property
    def name(self) -> str:
        return str(self.event["data"]["name"])


@dataclass
class Home:
    """A county whose process can be started anew, and a neighbour without one."""

    settings: Settings
    county: County
    neighbour: Forger
    tokens: Tokens
    stops: bool = False
    app: FastAPI = field(init=False)

    @asynccontextmanager
    async def process(self) -> AsyncIterator[httpx.AsyncClient]:
        """A client of the running process, who may read and write all."""
        self.stops = False
        self.app = build([service], self.settings, self.county, lambda: self.stops)
        headers = self.tokens.headers(self.county.name, "COUNTY_COORDINATOR")
        async with (
            served(self.app, free_ports(1)[0]) as origin,
            httpx.AsyncClient(base_url=origin, headers=headers, timeout=DEADLINE) as client,
        ):
            yield client


@pytest.fixture
async def home(engine: Engine, settings: Settings, tokens: Tokens) -> Home:
    own, other = county_name(), county_name()
    counties = parse(f"{own}:25,{other}:23")
    topics.apply(engine.kafka, [own, other])
    known = settings.model_copy(update={"kafka": engine.kafka, "counties": counties})
    await fresh(engine, known, counties[0], service)
    return Home(known, counties[0], Forger(engine, other), tokens)


@asynccontextmanager
async def following(
    client: httpx.AsyncClient, streams: str = "actors", last: str = "", **query: str
) -> AsyncIterator[AsyncGenerator[Told, None]]:
    """All that somebody is told; the first has an id alone."""
    headers = {"Last-Event-ID": last} if last else {}
    async with client.stream("GET", "/events", params={"streams": streams, **query}, headers=headers) as answer:
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        assert answer.headers["x-accel-buffering"] == "no"
        async with asyncio.timeout(3 * DEADLINE):  # for all that the test has told, and not for one event
            yield told(answer)


async def told(answer: httpx.Response) -> AsyncGenerator[Told, None]:
    lines: dict[str, str] = {}
    async for line in answer.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            lines[name] = value
        elif "id" in lines:
            event = json.loads(lines.get("data", "null"))
            assert event is None or event["type"] == lines["event"]
            yield Told(lines["id"], event)
            lines = {}


async def register(client: httpx.AsyncClient, *names: str) -> None:
    for name in names:
        assert (await client.post("/actors", json={**SCHOOL, "name": name})).status_code == 201


async def names_of(events: AsyncGenerator[Told, None], count: int) -> list[str]:
    return [(await anext(events)).name for _ in range(count)]


async def test_events_are_those_of_kafka_also_after_a_restart(home: Home, engine: Engine) -> None:
    forged = home.neighbour
    async with home.process() as client:
        async with following(client, "actors,trainings") as events:
            begun = await anext(events)
            await register(client, "own")
            own = await anext(events)
            forged.send(forged.headers(1, uuid4(), ce_source=b"/counties/skane/actors"), b"{}")
            forged.send(forged.headers(1, toy := uuid4(), ce_aggregateversion=b"1%010d" % 0), forged.data(toy, "false"))
            forged.good(1, name="theirs")
            forged.flush()
            theirs = await anext(events)
        assert (begun.event, own.name, theirs.name) == (None, "own", "theirs")
        await _is_as_on_kafka(KafkaCluster(engine.kafka), own, home.county.name)
        await _is_as_on_kafka(KafkaCluster(engine.kafka), theirs, forged.county)
        await register(client, *"abc")

    many = [str(number) for number in range(300)]
    for number, name in enumerate(many):
        forged.good(number + 2, name=name)
    forged.flush()
    async with home.process() as client:
        async with following(client, last=own.id, streams="trainings,actors") as events:
            await anext(events)
            found = await names_of(events, 304)
            await register(client, "d")
            assert await names_of(events, 1) == ["d"]
        assert [name for name in found if name in "abc"] == list("abc")
        assert [name for name in found if name not in "abc"] == ["theirs", *many]
        async with following(client, **{"from": "earliest"}) as events:
            await anext(events)
            assert len(await names_of(events, 306)) == 306
        elsewhere = f"{home.county.name};{home.county.name}.actors=1.1.77;{forged.county}.actors=999.1.999"
        async with following(client, last=elsewhere) as events:  # other events lie there, or none
            await anext(events)
            assert len(await names_of(events, 306)) == 306


async def _is_as_on_kafka(kafka: KafkaCluster, got: Told, county: str) -> None:
    records = [record async for batch in kafka.read(topic_name(county, "actors")) for record in batch]
    data = {name: value for name, value in got.event.items() if name == "data"}
    assert [json.loads(record.value) for record in records][-1] == data["data"]
    assert {**attributes(records[-1].headers), **data} == got.event


@pytest.mark.parametrize(
    ("query", "last", "status", "named"),
    [
        ({"streams": "actors,enrolments"}, "", 403, "enrolments"),
        ({"streams": "shipment-signals"}, "", 403, "shipment-signals"),
        ({"streams": "links"}, "", 422, "links"),
        ({}, "", 422, "streams"),
        ({"streams": "actors", "from": "yesterday"}, "", 422, "from"),
        ({"streams": "actors"}, "skane;skane.actors=1.1.1", 422, "Last-Event-ID"),
    ],
)
async def test_whoever_may_not_follow_a_stream_is_told_which(
    settings: Settings, tokens: Tokens, county: County, query: Mapping[str, str], last: str, status: int, named: str
) -> None:
    headers = tokens.headers(county.name, "MUNICIPAL_COORDINATOR") | ({"Last-Event-ID": last} if last else {})
    transport = httpx.ASGITransport(app=build([service], settings, county))
    async with httpx.AsyncClient(transport=transport, base_url="http://county.test", headers=headers) as client:
        answer = await client.get("/events", params=query)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert named in answer.json()["detail"]


async def test_whoever_does_not_read_is_ended_and_holds_up_nobody(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast, "QUEUED", 5)
    async with (
        home.process() as client,
        following(client) as slow,
        following(client) as fast,
    ):
        begun = await anext(slow)
        await anext(fast)
        for number in range(60):
            home.neighbour.good(number + 1, name=f"{number:06}" * 40_000)
            home.neighbour.flush()
            assert (await anext(fast)).event["data"]["name"].startswith(f"{number:06}")

        followers = [len(each.events._queue) for each in home.app.state.broadcast._followers[home.neighbour.topic]]
        assert followers == [0, 0]
        async with following(client, last=begun.id) as resumed:
            await anext(resumed)
            assert [name[:6] for name in await names_of(resumed, 60)] == [f"{number:06}" for number in range(60)]
        got = [each.name[:6] async for each in slow]
        assert got == [f"{number:06}" for number in range(len(got))]
        assert len(got) < 60
        home.stops = True
        assert [each async for each in fast] == []
