"""Routes that leave no trace, and services that repeat nothing of a request."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from uuid import uuid4

import httpx
import pytest
import structlog

from shared.contracts.counties import County
from shared.messaging.leading import Connect
from shared.runtime import coarse
from shared.runtime.app import build
from shared.runtime.part import Part
from shared.runtime.settings import Settings
from tests.support import toy
from tests.support.client import client_of
from tests.support.tokens import Tokens

MARKER = "Kiosken vid bron"
TRACE = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
MINE = str(uuid4())
MADE_UP = {"X-Correlation-ID": MINE, "traceparent": TRACE, "Idempotency-Key": "mine"}


@pytest.fixture(scope="module", autouse=True)
def _calls_alone_log() -> Iterator[None]:
    """No relay and no inbox work here: they say again and again that there is no Kafka."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Part, "start", lambda part: part.db.open())
        yield


@pytest.fixture(scope="module")
async def discreet(
    toys: Connect, settings: Settings, county: County, tokens: Tokens
) -> AsyncIterator[httpx.AsyncClient]:
    """A coordinator's client of the discreet toy service."""
    async with client_of(build([replace(toy.service, discreet=True)], settings, county)) as client:
        client.headers.update(tokens.headers(county.name, "COUNTY_COORDINATOR"))
        yield client


async def wished(client: httpx.AsyncClient) -> tuple[float, float]:
    """The numbers of wishes that the metrics have counted and timed."""
    lines = [line for line in (await client.get("/metrics")).text.splitlines() if '"/toys/wish"' in line]
    counted = sum(float(line.split()[-1]) for line in lines if line.startswith("norrsam_http_requests_total"))
    timed = sum(float(line.split()[-1]) for line in lines if line.startswith("norrsam_http_request_seconds"))
    return counted, timed


@pytest.mark.parametrize(("path", "status"), [("/toys/wish", 200), ("/toys/wish/", 404)])
async def test_an_untraced_call_is_answered_and_leaves_no_trace(
    client: httpx.AsyncClient, path: str, status: int
) -> None:
    stranger = {"Authorization": "Bearer nonsense"} | MADE_UP

    with structlog.testing.capture_logs() as logs:
        answer = await client.post(path, json={"name": MARKER}, headers=stranger)

    assert answer.status_code == status
    assert not {name for name in answer.headers if "correlation" in name or "trace" in name}
    assert logs == []


async def test_the_count_of_untraced_calls_tells_no_single_one(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ask(times: int) -> None:
        for _ in range(times):
            await client.post("/toys/wish", json={"name": MARKER})

    before = await wished(client)
    await ask(25)

    assert await wished(client) == before  # a new number comes once an hour

    monkeypatch.setattr(coarse, "SECONDS", 0)
    counted, timed = await wished(client)
    assert (counted % coarse.STEP, timed) == (0, 0)
    assert counted > before[0]

    monkeypatch.setattr(coarse, "SECONDS", 3600)
    await ask(coarse.STEP)
    assert await wished(client) == (counted, 0)

    monkeypatch.setattr(coarse, "SECONDS", 0)
    assert await wished(client) == (counted + coarse.STEP, 0)


async def test_a_failing_untraced_route_logs_nothing_of_the_call(client: httpx.AsyncClient) -> None:
    with structlog.testing.capture_logs() as logs:
        answer = await client.post("/toys/wish", json={"name": "crash"}, headers=MADE_UP)

    assert answer.status_code == 500
    (line,) = logs
    assert (line["event"], line["error"]) == ("request.failed", "RuntimeError")
    assert any("wish" in frame for frame in line["raised_at"])
    assert not {"path", "correlation_id"} & line.keys()
    assert "secret" not in json.dumps(logs)


async def test_calls_of_a_traced_route_are_joined_as_ever(client: httpx.AsyncClient) -> None:
    answer = await client.get("/toys", headers={"X-Correlation-ID": MINE})

    assert answer.headers["x-correlation-id"] == MINE


async def test_a_discreet_service_takes_over_no_id_of_a_caller(discreet: httpx.AsyncClient, toys: Connect) -> None:
    made = await discreet.post("/toys", json={"name": "bear"}, headers=MADE_UP)

    assert made.headers["x-correlation-id"] != MINE

    conn = await toys()
    headers = await conn.fetchval("SELECT headers FROM outbox ORDER BY position DESC LIMIT 1")
    await conn.close()
    assert json.loads(headers)["ce_correlationid"] == made.headers["x-correlation-id"]
    assert "traceparent" not in json.loads(headers)


WRONG: dict[str, dict[str, object]] = {
    "a value": {"json": {"name": [MARKER]}},
    "a field": {"json": {"name": "bear", MARKER: 1}},
    "a body": {"content": f'{{"name": {MARKER}'.encode(), "headers": {"Content-Type": "application/json"}},
    "another body": {"json": MARKER},
    "a key": {"json": {"name": "refused"}, "headers": {"Idempotency-Key": MARKER.replace(" ", "-")}},
    "a filter": {"json": {"name": 3}, "params": {MARKER: MARKER}},
}


@pytest.mark.parametrize("place", WRONG)
async def test_a_discreet_service_repeats_nothing_misplaced(
    discreet: httpx.AsyncClient, toys: Connect, place: str
) -> None:
    with structlog.testing.capture_logs() as logs:
        answer = await discreet.post("/toys", **WRONG[place])  # type: ignore[arg-type]

    assert answer.status_code in (400, 409, 422)
    await assert_nowhere(answer, logs, toys)


async def test_a_discreet_service_repeats_nothing_of_the_address(discreet: httpx.AsyncClient, toys: Connect) -> None:
    headers = {"Idempotency-Key": "k", "If-Match": '"1"'}

    with structlog.testing.capture_logs() as logs:
        answer = await discreet.put(f"/toys/{MARKER}", json={"name": "bear"}, headers=headers)

    assert answer.status_code == 422
    assert answer.json()["instance"] == "/toys/-"
    assert answer.json()["errors"] == [{"field": "toy", "message": "it must be a UUID"}]
    await assert_nowhere(answer, logs, toys)


async def test_a_discreet_refusal_names_the_thing_and_the_known_fields(discreet: httpx.AsyncClient) -> None:
    toy = uuid4()
    headers = {"If-Match": '"1"'}

    answer = await discreet.put(f"/toys/{toy}", json={"name": "bear", MARKER: 1}, headers=headers)

    assert answer.json()["instance"] == f"/toys/{toy}"
    text = "one field is not known; leave it out (known are name, seconds)"
    assert answer.json()["errors"] == [{"field": "", "message": text}]


async def test_a_discreet_query_is_told_the_filters_that_are_known(discreet: httpx.AsyncClient) -> None:
    answer = await discreet.get("/toys", params={MARKER: MARKER})

    text = "one field is not known; leave it out (known are limit)"
    assert answer.json()["errors"] == [{"field": "", "message": text}]
    assert answer.json()["detail"] == f"The request is not valid: query: {text}"
    assert MARKER not in answer.text


async def test_one_key_at_two_discreet_addresses_is_two_commands(discreet: httpx.AsyncClient) -> None:
    toys = [(await discreet.post("/toys", json={"name": name})).headers["location"] for name in ("one", "two")]
    headers = {"Idempotency-Key": "renamed", "If-Match": '"1"'}

    answers = [await discreet.put(place, json={"name": "three"}, headers=headers) for place in toys]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert not any("idempotency-replayed" in answer.headers for answer in answers)


async def test_a_kept_command_cannot_be_guessed_by_trying_it_out(discreet: httpx.AsyncClient, toys: Connect) -> None:
    keys = [str(uuid4()) for _ in range(2)]
    for key in keys:
        await discreet.post("/toys", json={"name": "refused"}, headers={"Idempotency-Key": key})

    conn = await toys()
    kept = await conn.fetch("SELECT request_hash FROM idempotency_keys ORDER BY created_at DESC LIMIT 2")
    await conn.close()

    assert len({row["request_hash"] for row in kept}) == len(keys)


async def test_a_failing_discreet_service_logs_where_and_not_what(discreet: httpx.AsyncClient) -> None:
    with structlog.testing.capture_logs() as logs:
        answer = await discreet.post("/toys", json={"name": "crash"})

    assert answer.status_code == 500
    (line,) = [line for line in logs if line["event"] == "request.failed"]
    assert (line["error"], line["path"]) == ("RuntimeError", "/toys")
    assert any("toy.py" in frame for frame in line["raised_at"])
    assert "exc_info" not in line


async def assert_nowhere(answer: httpx.Response, logs: object, toys: Connect) -> None:
    """Assert that the marker is in no answer, no log line and no stored row."""
    conn = await toys()
    kept = [dict(row) for row in await conn.fetch("SELECT * FROM idempotency_keys")]
    await conn.close()
    for word in (MARKER, MARKER.replace(" ", "-"), MARKER.replace(" ", "%20")):
        assert word not in answer.text
        assert word not in str(answer.headers)
        assert word not in json.dumps(logs, default=str)
        assert word not in str(kept)
