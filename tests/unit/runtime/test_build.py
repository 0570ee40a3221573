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


def test_given_a_route_without_rights_when_built_then_refused(settings: Settings, county: County) -> None:
    rights = {name: roles for name, roles in toy.service.rights.items() if name != "make_toy"}
    with pytest.raises(ValueError, match="no rights are given for the route make_toy"):
        build([replace(toy.service, rights=rights)], settings, county)


def test_given_a_route_without_rights_in_a_router_within_when_built_then_refused(
    settings: Settings, county: County
) -> None:
    outer = APIRouter()
    outer.include_router(toy.router)
    with pytest.raises(ValueError, match="no rights are given"):
        build([with_router(outer)], settings, county)


def test_given_rights_for_no_route_when_built_then_refused(settings: Settings, county: County) -> None:
    rights = {**toy.service.rights, "mkae_toy": toy.READERS}
    with pytest.raises(ValueError, match="mkae_toy, which is no route"):
        build([replace(toy.service, rights=rights)], settings, county)


def test_given_two_services_with_a_route_of_one_name_when_built_then_refused(
    settings: Settings, county: County
) -> None:
    with pytest.raises(ValueError, match="both have a route"):
        build([toy.service, replace(toy.service, name="other")], settings, county)


def test_given_a_route_that_no_right_can_guard_when_built_then_refused(settings: Settings, county: County) -> None:
    router = APIRouter()

    @router.websocket("/live")
    async def live(socket: WebSocket) -> None: ...

    with pytest.raises(ValueError, match="not a plain route"):
        build([with_router(router, "live")], settings, county)


def test_given_a_name_that_no_service_has_when_looked_for_then_the_error_says_so() -> None:
    with pytest.raises(LookupError, match="'fishing'"):
        find("fishing")
