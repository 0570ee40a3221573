"""Sibling services look alike: whoever knows one finds the way in all."""

from pathlib import Path

import pytest

from infra.gateway import all_services
from shared.runtime.service import find, find_any

SERVICES = sorted(Path("services", service.name.replace("-", "_")) for service in all_services())
ROOMS = {"domain", "commands", "store", "api", "handlers", "service", "migrations"}
PAGES = sorted({each.parent for each in Path("services").glob("*/service.py")} - set(SERVICES))
"""Services of the second kind, which have no stream."""
ROOMS_OF_PAGES = {"service", "app", "county", "oidc", "logins", "guard", "pages", "templates", "static", "texts"}


@pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)
def test_every_service_has_the_same_rooms(service: Path) -> None:
    rooms = {each.stem for each in service.iterdir()} - {"__init__", "__pycache__", "data"}
    assert rooms == ROOMS


@pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)
def test_a_command_reads_from_top_to_bottom(service: Path) -> None:
    api = [*service.glob("api.py"), *service.glob("api/*.py")]
    closures = [str(each) for each in api if "    async def " in each.read_text()]
    assert closures == []


@pytest.mark.parametrize("service", PAGES, ids=lambda each: each.name)
def test_pages_have_rooms_of_their_own_and_none_of_streams(service: Path) -> None:
    rooms = {each.stem for each in service.iterdir()}
    assert rooms >= ROOMS_OF_PAGES | {"migrations"}
    assert rooms & (ROOMS - {"service", "migrations"}) == set()
    assert find_any(service.name).migrations == service.absolute() / "migrations"
    with pytest.raises(LookupError, match="has no stream"):
        find(service.name)
