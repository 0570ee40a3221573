"""Every route × every role × no token, driven by the rights of every service."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from infra.engine import Engine
from infra.gateway import all_services
from shared.contracts.counties import County
from shared.runtime.app import build
from shared.runtime.auth import Role
from shared.runtime.service import OPEN, Route, Service
from shared.runtime.settings import Settings
from tests.support import toy
from tests.support.client import client_of
from tests.support.databases import fresh
from tests.support.tokens import Tokens

PROJECT = Path(__file__).parents[2]
SERVICES = {service.name: service for service in [toy.service, *all_services()]}
ROUTES = [(service, route) for service in SERVICES.values() for route in service.routes()]
CASES = [pytest.param(service, route, id=f"{service.name}-{route.name}") for service, route in ROUTES]


@pytest.fixture(scope="module")
async def client(postgres: Engine, settings: Settings, county: County) -> AsyncIterator[httpx.AsyncClient]:
    for service in SERVICES.values():
        await fresh(postgres, settings, county, service)
    async with client_of(build(list(SERVICES.values()), settings, county)) as client:
        yield client


async def statuses(client: httpx.AsyncClient, route: Route, headers: dict[str, str]) -> set[int]:
    path = re.sub(r"\{county\}", "norrbotten", route.path)
    path = re.sub(r"\{[^}]+\}", str(UUID(int=1)), path)
    return {(await client.request(method, path, headers=headers)).status_code for method in route.methods}


@pytest.mark.parametrize(("service", "route"), CASES)
async def test_without_a_token_every_route_but_the_open_answers_401(
    client: httpx.AsyncClient, service: Service, route: Route
) -> None:
    seen = await statuses(client, route, {})
    if service.rights[route.name] is OPEN:
        assert not seen & {401, 403}
    else:
        assert seen == {401}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("service", "route"), CASES)
async def test_a_role_that_the_rights_do_not_name_gets_403(
    client: httpx.AsyncClient, tokens: Tokens, service: Service, route: Route, role: Role
) -> None:
    seen = await statuses(client, route, tokens.headers("norrbotten", role))
    right = service.rights[route.name]
    if right is OPEN or role in right:
        assert not seen & {401, 403}
    else:
        assert seen == {403}


async def test_no_route_is_open_but_those_of_the_system(
    client: httpx.AsyncClient,
) -> None:
    document = (await client.get("/openapi.json")).json()
    opened = {
        path
        for path, operations in document["paths"].items()
        for operation in operations.values()
        if "security" not in operation
    }

    system = {"/health/live", "/health/ready", "/metrics", "/schemas", "/schemas/{event_type}"}

    assert opened == system | {route.path for service, route in ROUTES if service.rights[route.name] is OPEN}
    for path in system:
        assert (await client.get(path)).status_code not in (401, 403)


@pytest.mark.parametrize("content", [b"{", b"{}", b"\xff", b"x" * 2_000_000], ids=["half", "whole", "bytes", "large"])
async def test_the_token_is_judged_before_the_body_is_read(client: httpx.AsyncClient, content: bytes) -> None:
    for headers in ({"Content-Type": "application/json"}, {"Content-Type": "text/plain"}, {}):
        assert (await client.post("/toys", content=content, headers=headers)).status_code == 401
