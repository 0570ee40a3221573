import asyncio
import base64
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import asyncpg
import httpx
import pytest

from infra.engine import Engine
from shared.contracts.counties import County
from shared.messaging.leading import Connect
from shared.runtime import auth, jwks, metrics, system
from shared.runtime.app import build
from shared.runtime.part import Part
from shared.runtime.settings import Settings
from tests.support import toy
from tests.support.client import client_of
from tests.support.databases import empty, fresh
from tests.support.tokens import Tokens
from tests.support.waiting import eventually

PROJECT = Path(__file__).parents[3]
CASE = "0192f0a0-0000-7000-8000-000000000000"


async def test_a_process_is_ready_while_kafka_is_away(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health/ready")

    assert answer.status_code == 200
    state = answer.json()["services"]["toys"]
    assert (state["postgres"], state["migrations_pending"]) == ("up", [])
    assert {"relay", "inbox"} <= state.keys()
    assert state["mail"] == "files"


async def test_a_fault_is_in_health_links_and_figures_and_commands_go_on(client: httpx.AsyncClient) -> None:
    async def told() -> None:
        answer = await client.get("/health/ready")
        assert answer.status_code == 200
        faults = [each for each in answer.json()["services"]["toys"]["faults"] if each["kind"] == "inbox-waits"]
        assert [each["runbook"] for each in faults] == ["docs/runbook.md#the-inbox-waits"]
        links = (await client.get("/links/toys")).json()
        assert "inbox-waits" in [each["kind"] for each in links["faults"]]
        figure = 'norrsam_fault{county="norrbotten",kind="inbox-waits",service="toys",topic=""} 1.0'
        assert figure in (await client.get("/metrics")).text

    await eventually(told)

    assert (await client.post("/toys", json={"name": "meanwhile"})).status_code == 201


async def test_an_unmigrated_database_is_not_ready_and_says_why(postgres: Engine, settings: Settings) -> None:
    elsewhere = settings.county("jamtland")
    await empty(postgres, [elsewhere.database("toys")])

    async with client_of(build([toy.service], settings, elsewhere)) as client:
        answer = await client.get("/health/ready")

    assert answer.status_code == 503
    assert "toys/0001_toys.sql" in answer.json()["services"]["toys"]["migrations_pending"]


async def test_commands_are_503_until_postgres_is_back(postgres: Engine, client: httpx.AsyncClient) -> None:
    await client.post("/toys", json={"name": "before"})
    postgres.stop_postgres()

    try:
        assert (await client.get("/health/ready")).status_code == 503

        refused = await client.post("/toys", json={"name": "meanwhile"})
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/unavailable")
        assert int(refused.headers["retry-after"]) > 0
        assert (await client.get("/health/live")).status_code == 200
        assert 'norrsam_database_up{county="norrbotten",service="toys"} 0.0' in (await client.get("/metrics")).text
    finally:
        postgres.start_postgres()

    assert (await client.get("/health/ready")).status_code == 200
    assert (await client.post("/toys", json={"name": "after"})).status_code == 201


async def test_a_read_only_database_is_503_and_says_so(postgres: Engine, settings: Settings, tokens: Tokens) -> None:
    elsewhere = settings.county("vasterbotten")  # sessions are ended, which another test would notice
    database = elsewhere.database("toys")
    await fresh(postgres, settings, elsewhere, toy.service)
    admin = await asyncpg.connect(postgres.postgres_admin_dsn)
    await admin.execute(f"ALTER DATABASE {database} SET default_transaction_read_only = on")
    await admin.close()

    async with client_of(build([toy.service], settings, elsewhere)) as client:
        client.headers.update(tokens.headers(elsewhere.name, "COUNTY_COORDINATOR"))

        answer = await client.get("/health/ready")

        assert (answer.status_code, answer.json()["services"]["toys"]["postgres"]) == (503, "read-only")

        refused = await client.post("/toys", json={"name": "meanwhile"})
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/unavailable")
        assert 'norrsam_database_up{county="vasterbotten",service="toys"} 0.0' in (await client.get("/metrics")).text


async def test_metrics_tell_number_and_age_of_outbox_events(
    client: httpx.AsyncClient, settings: Settings, county: County
) -> None:
    await client.post("/toys", json={"name": "counted"})
    part = Part(toy.service, settings, county)
    part.streams = replace(
        part.streams, writes=["norrbotten.shared.toys.v1"]
    )  # no register names it, so nobody relays it
    await part.db.open()
    try:
        await metrics.measure([part])
    finally:
        await part.db.close()
    labels = (county.name, "toys", "norrbotten.shared.toys.v1")

    assert metrics.UNNUMBERED.labels(*labels)._value.get() >= 1
    assert metrics.OLDEST.labels(*labels)._value.get() > 0
    assert metrics.UNACKNOWLEDGED.labels(*labels)._value.get() == 0


async def test_requests_are_counted_by_route_and_not_by_address(client: httpx.AsyncClient) -> None:
    await client.put("/toys/0192f0a0-0000-7000-8000-000000000000", json={"name": "x"}, headers={"If-Match": '"1"'})
    await client.get("/nowhere/at/all")
    text = (await client.get("/metrics")).text
    labels = 'county="norrbotten",method="PUT",route="/toys/{toy}",service="toys",status="404"'

    assert f"norrsam_http_requests_total{{{labels}}}" in text
    assert "0192f0a0" not in text
    assert "nowhere" not in text


async def test_the_schema_of_a_published_type_is_served(client: httpx.AsyncClient) -> None:
    types = (await client.get("/schemas")).json()["types"]

    assert types
    for event_type in types:
        answer = await client.get(f"/schemas/{event_type}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/schema+json")
        assert answer.json()["properties"]


@pytest.mark.parametrize("name", ["..%2Ftopics", "%2e%2e/registry", "x"])
async def test_a_path_in_place_of_a_type_is_404(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.get(f"/schemas/{name}")).status_code == 404


async def test_a_correlation_id_is_on_the_answer_and_in_the_event(client: httpx.AsyncClient, toys: Connect) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    headers = {"X-Correlation-ID": CASE, "traceparent": trace}

    answer = await client.post("/toys", json={"name": "traced"}, headers=headers)

    assert answer.headers["x-correlation-id"] == CASE

    written = await _last_headers(toys)
    assert (written["ce_correlationid"], written["traceparent"]) == (CASE, trace)


@pytest.mark.parametrize(
    "given", ["", "a b", "case-17", "Anna-Andersson", "åäö", CASE[:-1], f"{{{CASE}}}", f"urn:uuid:{CASE}"]
)
async def test_a_bad_correlation_id_is_replaced_by_a_new_one(
    client: httpx.AsyncClient, toys: Connect, given: str
) -> None:
    answer = await client.post(
        "/toys",
        json={"name": "traced"},
        headers=[(b"X-Correlation-ID", given.encode()), (b"traceparent", b"00-0-0-0")],
    )

    assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["x-correlation-id"])

    written = await _last_headers(toys)
    assert written["ce_correlationid"] == answer.headers["x-correlation-id"]
    assert "traceparent" not in written


async def _last_headers(toys: Connect) -> dict[str, str]:
    conn = await toys()
    try:
        headers = await conn.fetchval("SELECT headers FROM outbox ORDER BY position DESC LIMIT 1")
    finally:
        await conn.close()
    read: dict[str, str] = json.loads(headers)
    return read


async def test_the_openapi_has_operations_problems_and_headers(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    make = document["paths"]["/toys"]["post"]
    rename = document["paths"]["/toys/{toy}"]["put"]

    assert make["operationId"] == "make_toy"
    assert make["security"] == [{"HTTPBearer": []}]
    assert "application/problem+json" in make["responses"]["422"]["content"]
    assert [one["name"] for one in make["parameters"]] == ["Idempotency-Key"]
    assert {one["name"] for one in rename["parameters"]} == {"toy", "Idempotency-Key", "If-Match"}
    assert "security" not in document["paths"]["/health/ready"]["get"]
    assert "HTTPValidationError" not in document["components"]["schemas"]


async def test_many_who_ask_at_once_are_answered_by_one_look(
    toys: Connect, settings: Settings, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0
    look = metrics.measure

    async def counted(parts: Sequence[Part]) -> None:
        nonlocal looks
        looks += 1
        await look(parts)

    monkeypatch.setattr(metrics, "measure", counted)
    monkeypatch.setattr(system, "FRESH_SECONDS", 60)
    async with client_of(build([toy.service], settings, county)) as client:
        answers = await asyncio.gather(*(client.get("/metrics") for _ in range(50)))

    assert {answer.status_code for answer in answers} == {200}
    assert looks == 1


async def test_a_process_forgets_a_removed_key(
    toys: Connect, settings: Settings, county: County, tokens: Tokens, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(auth, "LEEWAY_SECONDS", 0)  # so long is a token believed that was checked
    monkeypatch.setattr(jwks, "REFETCH_SECONDS", 0)
    monkeypatch.setattr(jwks, "RENEW_SECONDS", 0.01)
    published = tmp_path / "jwks.json"
    published.write_bytes(tokens.jwks.read_bytes())
    own = settings.model_copy(update={"jwks": str(published)})
    async with client_of(build([toy.service], own, county)) as client:
        client.headers.update(tokens.headers(county.name, "COUNTY_COORDINATOR"))
        assert (await client.get("/toys")).status_code == 200

        (tmp_path / "others").mkdir()
        published.write_bytes(Tokens(tmp_path / "others").jwks.read_bytes())

        async def forgotten() -> None:
            assert (await client.get("/toys")).status_code == 401

        await eventually(forgotten)


@pytest.mark.parametrize("path", ["/toys", "/health/live", "/schemas"])
async def test_head_is_as_get_without_the_content(client: httpx.AsyncClient, path: str) -> None:
    got, asked = await client.get(path), await client.head(path)

    assert (asked.status_code, asked.content) == (200, b"")
    assert asked.headers["content-length"] == got.headers["content-length"]


async def test_head_where_there_is_no_get_is_405(client: httpx.AsyncClient) -> None:
    answer = await client.head("/toys/boom")

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST"), "PUT is possible beside it"


@pytest.mark.parametrize("path", ["/toys/", "/health/live/", "/docs/"])
async def test_a_slash_too_many_is_no_redirect(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"Host": "evil.example"})

    assert answer.status_code == 404
    assert "evil" not in f"{answer.headers} {answer.text}"


@pytest.mark.parametrize("path", ["/toys", "/health/live", "/docs", "/nowhere", "/openapi.json"])
async def test_every_answer_has_the_headers_that_bind_a_browser(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


def test_every_page_of_html_has_a_policy_that_no_frame_shows_it() -> None:
    pages = [
        path
        for folder in ("services", "shared")
        for path in (PROJECT / folder).rglob("*.py")
        if "<!doctype html>" in (text := path.read_text("utf-8")).lower() or "get_swagger_ui_html" in text
    ]

    assert sorted(path.name for path in pages) == ["check_page.py", "docs.py"]
    for path in pages:
        assert "frame-ancestors 'none'" in path.read_text("utf-8")


async def test_the_page_of_docs_asks_no_other_host(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    named = re.findall(r'(?:src|href)="([^"]*)"', page.text)

    assert len(named) == 3
    for address in named:
        assert address.startswith("/docs/")
        assert (await client.get(address)).status_code == 200
    (start,) = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(start.encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in page.headers["content-security-policy"]
    assert "'/openapi.json'" in start
