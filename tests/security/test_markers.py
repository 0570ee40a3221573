"""What is given where it does not belong (a site's name, who has reported, a free text) is kept nowhere at all."""

import asyncio
import base64
import gzip
import re
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from infra import topics
from infra.cli.county import local_token
from infra.demo.county import DemoCounty, wait_until_seen
from infra.engine import Engine, temporary_engine
from services.shipment_alerts.service import service
from shared.contracts.counties import parse
from shared.runtime.auth import Role
from tests.service.shipment_alerts.given import ROUTINE, SIGNAL
from tests.support.leaking import LEAKS
from tests.support.markers import WORD, Finding, find, marker, stored

COUNTIES = parse("vasterbotten:24,jamtland:23")
HOME, NEIGHBOUR = COUNTIES
PATIENCE = 120.0
DATABASES = [county.database(name) for county in COUNTIES for name in ("actors", "shipment-alerts")]
SITE = {"type": "AGENT", "operator": "postnord", "municipality": "2480"}
ADVICE = {
    "dangers": [],
    "at_work": True,
    "condition": "WHOLE",
    "suspicion": "NARCOTICS",
    "from_abroad": "NO",
    "signs": ["ODOUR", "PRINTED_LABEL"],
}
BODIES: dict[str, dict[str, Any]] = {
    "give_advice": ADVICE,
    "put_operator": {"routine": "DIRECT"},
    "register_site": SITE,
    "change_site": SITE,
    "release_signal": SIGNAL,
    "correct_signal": SIGNAL,
    "give_feedback": {"code": "RECEIVED", "version": 1},
    "release_report_numbers": {"year": 2025, "quarter": 1, "checked": 20},
    "correct_report_numbers": {"year": 2025, "quarter": 1, "checked": 20},
    "draft_routine": {"details": ROUTINE},
    "draft_safety_advice": {"details": ROUTINE | {"hazard_class": "H2"}},
    "acknowledge_routine": {"site": str(uuid4()), "number": 1},
    "register_method": {"code": "TOGETHER_AGAINST_NET_DRUGS", "valid_from": "2016-01-01"},
    "rename_method": {"code": "TOGETHER_AGAINST_ILLEGAL_SHIPMENTS", "valid_from": "2023-01-02"},
    "publish_method_version": {"valid_from": "2023-04-01"},
    "put_implementation": {"municipality": "2480", "status": "PLANNED"},
}
"""A right body for each route that takes one. The name and the slug of an operator are texts, and are left out."""


@dataclass
class Planter:
    """Asks every route in every wrong way, each time with a marker of its own."""

    client: httpx.Client
    number: int = 0
    planted: dict[str, str] = field(default_factory=dict)
    statuses: set[int] = field(default_factory=set)
    answers: list[str] = field(default_factory=list)

    def mark(self, where: str) -> str:
        self.number += 1
        word = marker(self.number, "z" if self.number % 2 else "")
        self.planted[word] = where
        return word

    def plant(self) -> None:
        for route in service.routes():
            for method in sorted(route.methods):
                self._ask(route.name, method, route.path)
        for wrong in ("/shipment-alerts/{}", "/shipment-signals/{}/{}/{}", "/guidance/{}", "/{}"):
            self._send("GET", wrong.replace("{}", self.mark(f"no route {wrong}")), headers=self._headers(wrong))

    def _ask(self, name: str, method: str, path: str) -> None:
        body = BODIES.get(name)
        right = path.replace("{county}", HOME.name).replace("{slug}", "op").replace("{id}", str(uuid4()))
        self._send(method, right, json=body, headers=self._headers(name))
        self._send(method, right, json=body, params={self.mark(name): self.mark(name), "q": self.mark(name)})
        for part in re.findall(r"{(?!slug)[^}]+}", path):
            wrong = path.replace(part, self.mark(f"{name} {part}"))
            wrong = wrong.replace("{county}", HOME.name).replace("{slug}", "op").replace("{id}", str(uuid4()))
            self._send(method, wrong, json=body, headers=self._headers(name))
        for wrong_body in [*self._wrong(name, body or {}), self.mark(name), [self.mark(name)]]:
            self._send(method, right, json=wrong_body, headers=self._headers(name))
        raw = {**self._headers(name), "Content-Type": "application/json"}
        self._send(method, right, content=f'{{"note": {self.mark(name)}'.encode(), headers=raw)

    def _wrong(self, name: str, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The body with a marker as one value, in one list, under one name that nobody asks for, and deeper down."""
        yield {**body, "site_name": self.mark(f"{name} site_name"), self.mark(name): 1}
        yield {**body, "reporter": {"name": self.mark(f"{name} reporter")}}
        for key, value in body.items():
            yield {**body, key: self.mark(f"{name} {key}")}
            yield {**body, key: [self.mark(f"{name} {key} in a list")]}
            if isinstance(value, dict):
                for deeper in self._wrong(name, value):
                    yield {**body, key: deeper}

    def _headers(self, name: str) -> dict[str, str]:
        return {
            "Idempotency-Key": self.mark(f"{name} Idempotency-Key"),
            "X-Correlation-ID": self.mark(f"{name} X-Correlation-ID"),
            "traceparent": f"00-{self.mark(name).encode().hex():0<32.32}-{'ab' * 8}-01",
            "User-Agent": self.mark(f"{name} User-Agent"),
            "Accept-Language": self.mark(f"{name} Accept-Language"),
            "If-Match": '"1"',
        }

    def _send(self, method: str, path: str, **what: Any) -> None:
        answer = self.client.request(method, path, **what)
        self.statuses.add(answer.status_code)
        if answer.status_code != 404:
            self.answers.append(answer.text)


KEPT_AS: dict[str, Callable[[bytes], bytes]] = {
    "clear": bytes,
    "utf-16": lambda text: text.decode().encode("utf-16-be"),
    "hex": lambda text: text.hex().encode(),
    "base64": base64.urlsafe_b64encode,
    "url": lambda text: "".join(f"%{byte:02x}" for byte in text).encode(),
    "gzip, clear": gzip.compress,
    "gzip, hex": lambda text: zlib.compress(text.hex().encode()),
}


@given_any(st.sampled_from(sorted(KEPT_AS)), st.text("abcåäö -", max_size=8), st.text("abcåäö -", max_size=8))
def test_a_word_is_found_within_any_text_in_any_form(form: str, before: str, after: str) -> None:
    kept = b"\x00\xff" + KEPT_AS[form](f"{before}{marker(7)}{after}".encode()) + b"\xff"

    assert form in {finding.form for finding in find([("file", kept)])}
    assert find([("file", KEPT_AS[form](f"{before}{WORD[:4]}{after}".encode()))]) == []


@pytest.fixture
def engine() -> Iterator[Engine]:
    with temporary_engine(COUNTIES) as own:
        topics.apply(own.kafka, [county.name for county in COUNTIES])
        own.migrate()
        yield own


def client(engine: Engine, url: str, county: str, *roles: str) -> httpx.Client:
    claims = {"function": "COUNTY_COORDINATOR", "organisation": "postnord"}
    token = local_token(engine.config.data, county, list(roles), **claims)
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30)


def release(home: httpx.Client, neighbour: DemoCounty) -> dict[str, Any]:
    """A signal that the neighbour has; with it, all that was sent before."""
    answer = home.post("/shipment-signals", json=SIGNAL)
    assert answer.status_code == 201, answer.text
    signal: dict[str, Any] = answer.json()
    place = (signal["county"], signal["id"])
    wait_until_seen([neighbour], place, 1, PATIENCE, f"/shipment-signals/{place[0]}/{place[1]}")
    return signal


def shown(clients: dict[str, httpx.Client]) -> Iterator[tuple[str, bytes]]:
    """All that a county shows to somebody who may see everything."""
    paths = [route.path for route in service.routes() if "GET" in route.methods and "{" not in route.path]
    for county, asking in clients.items():
        for path in ("/metrics", "/health/ready", "/links/shipment-alerts", *paths):
            query = {"audience": "AGENT"} if path == "/guidance" else {}
            answer = asking.get(path, params=query)
            assert answer.status_code == 200, answer.text
            yield f"{county} {path}", answer.content


def checkpoint(engine: Engine) -> None:
    """PostgreSQL's files are as its memory is."""

    async def run() -> None:
        conn = await asyncpg.connect(engine.postgres_admin_dsn)
        await conn.execute("CHECKPOINT")
        await conn.close()

    asyncio.run(run())


def test_no_byte_of_what_does_not_belong_is_kept(engine: Engine) -> None:
    urls = {county.name: engine.start_county(county.name) for county in COUNTIES}
    clients = {name: client(engine, url, name, *Role) for name, url in urls.items()}
    home = clients[HOME.name]
    neighbour = DemoCounty(
        NEIGHBOUR.name, urls[NEIGHBOUR.name], local_token(engine.config.data, NEIGHBOUR.name, [*Role])
    )
    home.put("/shipment-alerts/operators/postnord", json={"name": "PostNord"}).raise_for_status()
    for _ in range(3):
        home.post("/shipment-alerts/sites", json=SITE).raise_for_status()
    release(home, neighbour)
    planter = Planter(home)
    planter.plant()
    assert planter.number > 1_000
    assert planter.statuses >= {404, 422}
    assert [answer for answer in planter.answers if WORD in answer] == []
    known = release(home, neighbour)["id"]
    checkpoint(engine)
    everything = [*stored(engine, DATABASES), *shown(clients)]
    assert _named(find(everything), planter) == []
    places = " ".join(finding.place for finding in find(everything, known))
    for kept in (
        "/base/",
        "/pg_wal/",
        "vasterbotten.shared.shipment-signals.v1-0/",
        "rows of jamtland",
        "jamtland /ship",
    ):
        assert kept in places, f"what is kept is not found in {kept}: the scan looks past it"
    neighbour.close()
    for each in clients.values():
        each.close()


def _named(findings: list[Finding], planter: Planter) -> list[str]:
    """What was found, with where it had been planted."""
    words = sorted(planter.planted, key=len, reverse=True)
    return [
        f"{each.place} ({each.form}): {next((planter.planted[word] for word in words if word in each.near), each.near)}"
        for each in findings
    ]


def test_each_leak_is_found_in_the_form_that_it_has(engine: Engine) -> None:
    metrics: list[tuple[str, bytes]] = []
    for leak in LEAKS:
        program = [sys.executable, "-m", "tests.support.leaking"]
        county = replace(engine.county(HOME.name, env={"NORRSAM_LEAK": leak}), program=program)
        county.launch()
        county.wait_until_ready()
        with client(engine, county.url, HOME.name, *Role) as asking:
            assert asking.post("/shipment-alerts/advice", json={"site": marker(1)}).status_code == 422
            metrics.append((f"{leak}: /metrics", asking.get("/metrics").content))
        county.stop()
    checkpoint(engine)
    found = {(finding.place, finding.form) for finding in find([*stored(engine, DATABASES), *metrics])}

    forms_at = {
        "log": {form for place, form in found if place.endswith("/logs/vasterbotten.log")},
        "files": {form for place, form in found if "/base/" in place},
        "wal": {form for place, form in found if "/pg_wal/" in place},
        "metrics": {form for place, form in found if place == "metric: /metrics"},
        "topic": {form for place, form in found if "vasterbotten.shared.guidance.v1-0/" in place},
    }

    assert forms_at["log"] == {"base64"}
    assert forms_at["files"] >= {"gzip, clear"}
    assert forms_at["wal"] >= {"gzip, clear"}
    assert forms_at["metrics"] == {"url"}
    assert forms_at["topic"] >= {"hex", "utf-16"}
