from dataclasses import replace

import pytest
from fastapi import APIRouter, WebSocket

from shared.contracts.counties import County
from shared.runtime.app import build
from shared.runtime.service import Service, find
from shared.runtime.settings import Settings
from tests.support import toy


@pytest.fixture
def settings() -> Settings:
    return Settings()


def with_router(router: APIRouter, *names: str) -> Service:
    return replace(toy.service, router=router, rights=dict.fromkeys(names, toy.READERS))


def test_a_route_without_rights_is_refused(settings: Settings, county: County) -> None:
    rights = {name: roles for name, roles in toy.service.rights.items() if name != "make_toy"}

    with pytest.raises(ValueError, match="no rights are given for the route make_toy"):
        build([replace(toy.service, rights=rights)], settings, county)


def test_a_nested_route_without_rights_is_refused(settings: Settings, county: County) -> None:
    outer = APIRouter()
    outer.include_router(toy.router)

    with pytest.raises(ValueError, match="no rights are given"):
        build([with_router(outer)], settings, county)


def test_rights_for_no_route_are_refused(settings: Settings, county: County) -> None:
    rights = {**toy.service.rights, "mkae_toy": toy.READERS}

    with pytest.raises(ValueError, match="mkae_toy, which is no route"):
        build([replace(toy.service, rights=rights)], settings, county)


def test_two_services_with_one_route_name_are_refused(settings: Settings, county: County) -> None:
    with pytest.raises(ValueError, match="both have a route"):
        build([toy.service, replace(toy.service, name="other")], settings, county)


def test_a_route_that_no_right_can_guard_is_refused(settings: Settings, county: County) -> None:
    router = APIRouter()

    @router.websocket("/live")
    async def live(socket: WebSocket) -> None: ...

    with pytest.raises(ValueError, match="no route of a Router"):
        build([with_router(router, "live")], settings, county)


def test_a_service_name_that_nobody_has_is_told() -> None:
    with pytest.raises(LookupError, match="'fishing'"):
        find("fishing")
