"""200 people in four counties ask for 20 seats while processes are killed: nobody is seated twice or lost."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import uuid4

import httpx
import pytest

from infra import topics
from infra.cli.county import local_token
from infra.demo.county import DemoCounty, until, wait_known
from infra.demo.trainings import HOST, MAILBOX, path, publish
from infra.engine import Engine, temporary_engine
from tests.flow.conftest import COUNTIES

pytestmark = pytest.mark.faults

SEATS, ASKERS, CANCELLED = 20, 200, 50
LEAST_KILLS = 4
PATIENCE = 240.0
AGAIN_SECONDS = 0.5
OFFERS_HAVE_LAPSED = {"NORRSAM_CLOCK": "P8D"}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """An engine that may be killed at any time."""
    with temporary_engine(fsync=True) as own:
        yield own


@pytest.fixture(scope="module")
def counties(engine: Engine) -> Iterator[dict[str, DemoCounty]]:
    """The four, ready."""
    topics.apply(engine.kafka, list(COUNTIES))
    engine.migrate(list(COUNTIES))
    urls = {name: engine.start_county(name) for name in COUNTIES}
    data = engine.config.data
    found = {name: DemoCounty(name, url, local_token(data, name, ["COUNTY_COORDINATOR"])) for name, url in urls.items()}
    yield found
    for county in found.values():
        county.close()


@contextmanager
def kills(engine: Engine, seed: int) -> Iterator[list[str]]:
    """Kill and restart the targets in turn within the block; yields the list of kills."""
    rng, over, done = random.Random(seed), threading.Event(), list[str]()
    servers: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "kafka": (engine.kill_kafka, engine.start_kafka),
        "postgres": (engine.kill_postgres, engine.start_postgres),
    }
    for name in COUNTIES:
        servers[name] = (partial(engine.kill_county, name), partial(engine.start_county, name))
    deck = [*servers, HOST]

    def kill() -> None:
        while not over.is_set():
            chosen = rng.choice(deck)
            begin, end = servers[chosen]
            begin()
            over.wait(rng.uniform(0.1, 1.0))
            end()
            done.append(chosen)
            over.wait(rng.uniform(0.3, 1.0))

    with ThreadPoolExecutor(1) as pool:
        killing = pool.submit(kill)
        try:
            yield done
        finally:
            over.set()
            killing.result()


def persist(county: DemoCounty, address: str, body: Any, version: int | None = None) -> dict[str, Any]:
    """The command's answer; sends the command with the same key until an answer comes."""
    headers = {"Idempotency-Key": str(uuid4())}
    if version is not None:
        headers["If-Match"] = f'"{version}"'
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        try:
            answer = county.client.post(address, json=body, headers=headers)
        except httpx.TransportError:
            time.sleep(AGAIN_SECONDS)
            continue
        if not answer.is_server_error:
            assert answer.is_success, answer.text
            return dict(answer.json())
        time.sleep(AGAIN_SECONDS)
    raise AssertionError(f"{county.name} has not answered {address} for {PATIENCE} s")


def all_seats(county: DemoCounty, occasion: dict[str, Any]) -> list[dict[str, Any]]:
    """Every seat and place in line, in the order of arrival."""
    return list(county.get(path(occasion, "occasions") + "/seats")["items"])


def by_state(seats: list[dict[str, Any]], state: str) -> list[str]:
    """The requests in this state, in the order of arrival."""
    return [seat["request"] for seat in seats if seat["state"] == state]


def answered(counties: dict[str, DemoCounty], requests: dict[str, str]) -> bool:
    """Whether every asker has the answer to the newest version of its request."""
    waits = {
        item["id"]
        for name in set(requests.values())
        for item in _listed(counties[name])
        if any(seat["waits"] for seat in item["seats"])
    }
    return not waits & requests.keys()


def _listed(county: DemoCounty) -> Iterator[dict[str, Any]]:
    cursor: str | None = ""
    while cursor is not None:
        page = county.get("/enrolments", limit=100, **({"cursor": cursor} if cursor else {}))
        yield from page["items"]
        cursor = page["next"]


def test_of_200_asking_for_20_seats_20_sit_and_180_wait_in_order(
    engine: Engine, counties: dict[str, DemoCounty], record_property: Callable[[str, object], None]
) -> None:
    host = counties[HOST]
    occasion = publish(host, list(COUNTIES), reserved=[], release_at=None, seats=SEATS)
    wait_known(list(counties.values()), "occasions", occasion)
    place = {"county": HOST, "id": occasion["id"]}
    names = list(COUNTIES)

    def ask(number: int) -> tuple[str, str]:
        county = counties[names[number % len(names)]]
        person = {"name": f"Ombud {number}", "mailbox": MAILBOX.format(number)}
        who = person | {"actor_type": "POST_AGENT", "function": "POST_STAFF"}
        return persist(county, "/enrolments", {"occasion": place, "participants": [who]})["id"], county.name

    with kills(engine, 1) as killed:
        with ThreadPoolExecutor(ASKERS) as pool:
            requests = dict(pool.map(ask, range(ASKERS)))
        until(lambda: len(killed) >= LEAST_KILLS, "enough was killed to prove something", PATIENCE)
    record_property("killed", ", ".join(killed))
    assert len(requests) == ASKERS
    until(lambda: answered(counties, requests), "every asker has its answer", PATIENCE)
    seats = all_seats(host, occasion)
    assert sorted(seat["request"] for seat in seats) == sorted(requests)
    assert [seat["arrival"] for seat in seats] == list(range(1, ASKERS + 1))
    assert [seat["state"] for seat in seats] == ["CONFIRMED"] * SEATS + ["WAITING"] * (ASKERS - SEATS)

    gone = [*by_state(seats, "CONFIRMED"), *by_state(seats, "WAITING")[: 2 * (CANCELLED - SEATS) : 2]]
    line = [each for each in by_state(seats, "WAITING") if each not in gone]

    def give_up(request: str) -> None:
        county = counties[requests[request]]
        persist(county, f"/enrolments/{county.name}/{request}/cancel", {}, 1)

    with kills(engine, 2), ThreadPoolExecutor(8) as pool:
        list(pool.map(give_up, gone))
    until(lambda: answered(counties, requests), "every cancellation has its answer", PATIENCE)
    seats = all_seats(host, occasion)
    offered = by_state(seats, "OFFERED")
    assert sorted(by_state(seats, "CANCELLED")) == sorted(gone)
    assert offered == line[:SEATS]
    assert by_state(seats, "WAITING") == line[SEATS:]

    def accept(request: str) -> None:
        county = counties[requests[request]]
        persist(county, f"/enrolments/{county.name}/{request}/accept", {}, 1)

    for request in offered[: SEATS // 2]:
        accept(request)
    until(lambda: len(by_state(all_seats(host, occasion), "CONFIRMED")) == SEATS // 2, "half have accepted", PATIENCE)
    engine.kill_county(HOST)
    late = [each for each in offered[SEATS // 2 :] if requests[each] != HOST]
    for request in late:
        accept(request)
    engine.start_county(HOST, env=OFFERS_HAVE_LAPSED)
    until(lambda: answered(counties, requests), "every late acceptance has its answer", PATIENCE)
    seats = all_seats(host, occasion)
    assert set(late) <= set(by_state(seats, "LAPSED"))
    assert by_state(seats, "CONFIRMED") == offered[: SEATS // 2]
    assert by_state(seats, "OFFERED") == line[SEATS : SEATS + SEATS // 2]
    for county in counties.values():
        until(lambda seen=county: all_seats(seen, occasion) == seats, f"{county.name} shows the same", PATIENCE)  # type: ignore[misc]
