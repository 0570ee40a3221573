"""A workspace as people meet it: with its county's services, and with the development log-in."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic_core import to_json

from infra.cli.county import local_token
from infra.engine import Engine
from infra.engine.keys import ensure_keys
from infra.engine.login import ExampleProvider
from infra.engine.pages import client_secret
from infra.engine.ports import free_ports
from infra.gateway import all_services
from services.workspace.answers import CountyAway
from services.workspace.app import application
from services.workspace.service import service
from services.workspace.settings import WorkspaceSettings
from services.workspace.site import WorkspaceSite
from shared.contracts.counties import County
from shared.contracts.topics import STREAMS, topic_name
from shared.runtime.app import build
from shared.runtime.part import Part
from shared.runtime.settings import Settings
from tests.support.databases import connector, fresh
from tests.support.serving import served
from tests.support.waiting import DEADLINE
from tests.unit.trainings.given import OCCASION, TRAINING

NO_TLS = False
"""For clients of plain HTTP: to read all authorities' certificates takes longer than most tests."""
SECRET = "a-key-of-the-tests-that-nobody-guesses"


@dataclass(frozen=True, slots=True)
class WorkspaceHouse:
    """The addresses of a workspace, of its county and of the log-in, and what the tests look into."""

    url: str
    api: str
    provider: str
    county: County
    settings: Settings
    own: WorkspaceSettings
    site: WorkspaceSite
    app: FastAPI
    example: ExampleProvider

    def token(self, *roles: str) -> str:
        """A token for the county's services."""
        return local_token(self.settings.data, self.county.name, list(roles), function="COUNTY_COORDINATOR")

    def client(self, *roles: str) -> httpx.AsyncClient:
        """A client of the county's services."""
        return self.client_with(self.token(*roles))

    def client_with(self, token: str) -> httpx.AsyncClient:
        """A client of the county's services that sends this token."""
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.AsyncClient(base_url=self.api, headers=headers, verify=NO_TLS, timeout=DEADLINE)


def own_settings(folder: Path, county: County, **changes: Any) -> WorkspaceSettings:
    """Settings of a workspace on this machine."""
    key = folder / "login-key"
    key.write_text(SECRET)
    key.chmod(0o600)
    known: dict[str, Any] = {
        "workspace_url": f"http://127.0.0.1:82{county.code}",
        "api": f"http://127.0.0.1:81{county.code}",
        "oidc_issuer": "http://127.0.0.1:8200",
        "oidc_client": county.name,
        "oidc_secret_file": client_secret(folder, county.name),
        "login_key_file": key,
    }
    return WorkspaceSettings(**(known | changes))


@asynccontextmanager
async def house(engine: Engine, folder: Path, settings: Settings, county: County) -> AsyncIterator[WorkspaceHouse]:
    """All four services of the county, its workspace and the log-in, each on a port of its own; no Kafka."""
    settings = settings.model_copy(
        update={"jwks": str(ensure_keys(folder)), "issuer": "https://norrsam.local", "data": folder}
    )
    services = all_services()
    for each in services:
        await fresh(engine, settings, county, each)
    await fresh(engine, settings, county, service)
    api, pages, login = free_ports(3)
    own = own_settings(
        folder,
        county,
        workspace_url=f"http://127.0.0.1:{pages}",
        api=f"http://127.0.0.1:{api}",
        oidc_issuer=f"http://127.0.0.1:{login}",
    )
    site = WorkspaceSite(settings, own, county)
    for client in (site.interface._client, site.provider._client):
        client.timeout = httpx.Timeout(DEADLINE)  # a busy machine is nobody who is away
    example = ExampleProvider(folder, login, {county.name: own.workspace_url}, {county.name: county.code})
    async with AsyncExitStack() as stack:
        app = build(services, settings, county)
        with pytest.MonkeyPatch.context() as patch:  # while they start: other tests' parts have relays and inboxes
            patch.setattr(Part, "start", lambda part: part.db.open())
            urls = [
                await stack.enter_async_context(served(each, port))
                for each, port in ((app, api), (application(site), pages), (example.application(), login))
            ]
        yield WorkspaceHouse(urls[1], urls[0], urls[2], county, settings, own, site, app, example)


class Visitor:
    """A browser without scripts: it keeps cookies, follows links, and says where a request comes from."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.cookies: dict[str, str] = {}
        self.client = httpx.AsyncClient(follow_redirects=False, verify=NO_TLS, timeout=DEADLINE)

    async def get(self, address: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Open an address, here or elsewhere."""
        return await self._send("GET", address, headers=headers or {})

    async def post(
        self, address: str, data: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send a form from a page of this origin, unless ``headers`` say otherwise."""
        known = {"Sec-Fetch-Site": "same-origin", "Origin": self.origin} if headers is None else headers
        return await self._send("POST", address, headers=known, data=data or {})

    async def log_in(self, person: str, back: str = "/") -> httpx.Response:
        """Log in as an example person; the page after it, not yet opened."""
        to_provider = await self.get(f"/logga-in?till={back}")
        return await self.get(await self.choose(to_provider.headers["location"], person))

    async def choose(self, address: str, person: str) -> str:
        """The way back from the provider, as this person."""
        answer = await self.client.get(f"{address}&person={person}")
        return str(answer.headers["location"])

    async def _send(self, method: str, address: str, **more: Any) -> httpx.Response:
        url = address if address.startswith("http") else self.origin + address
        headers = dict(more.pop("headers"))
        if url.startswith(self.origin):
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = await self.client.request(method, url, headers=headers, **more)
        for line in answer.headers.get_list("set-cookie"):
            name, value = re.match(r"([^=]+)=([^;]*)", line).groups()  # type: ignore[union-attr]
            if "max-age=0" in line.lower():
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value.strip('"')
        return answer


_NUMBERED = """
    INSERT INTO streams (topic, numbered) VALUES ($1, 1)
    ON CONFLICT (topic) DO UPDATE SET numbered = streams.numbered + 1
"""


async def moved(house: WorkspaceHouse, stream: str) -> None:
    """The relay, which does not run here, has numbered an event of that stream of the county."""
    service = STREAMS[stream].service
    assert service
    conn = await connector(house.settings, house.county, service)()
    topic = topic_name(house.county.name, stream)
    await conn.execute(_NUMBERED, topic)
    await conn.close()


def lose_answers(house: WorkspaceHouse, patch: pytest.MonkeyPatch) -> None:
    """From here on commands reach the county, and their answers are lost; until ``patch`` is undone."""
    send = house.site.interface._send

    async def cut(method: str, *rest: object, **more: object) -> object:
        answer = await send(method, *rest, **more)  # type: ignore[arg-type]
        if method != "GET":
            raise CountyAway("ReadTimeout")
        return answer

    patch.setattr(house.site.interface, "_send", cut)


async def given_occasion(
    county: httpx.AsyncClient, training: Mapping[str, Any] | None = None, **changes: Any
) -> dict[str, Any]:
    """A training of the county, and an occasion of it that is to come and open for enrolment."""
    made = await county.post("/trainings", json={**TRAINING, **(training or {})})
    assert made.status_code == 201, made.text
    now, day = datetime.now(UTC), timedelta(days=1)
    times = {"opens_at": now - day, "closes_at": now + 30 * day, "starts_at": now + 31 * day, "ends_at": now + 32 * day}
    details = {**OCCASION, **times, "training": made.json()["id"], **changes}
    answer = await county.post("/occasions", content=to_json(details), headers={"Content-Type": "application/json"})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())
