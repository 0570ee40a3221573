"""Sibling services look alike: whoever knows one finds the way in all."""

from pathlib import Path

import pytest

SERVICES = sorted(each.parent for each in Path("services").glob("*/service.py"))
ROOMS = {"domain", "commands", "store", "api", "handlers", "service", "migrations"}


@pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)
def test_every_service_has_the_same_rooms(service: Path) -> None:
    rooms = {each.stem for each in service.iterdir()} - {"__init__", "__pycache__", "data"}
    assert rooms == ROOMS


@pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)
def test_a_command_reads_from_top_to_bottom(service: Path) -> None:
    api = [*service.glob("api.py"), *service.glob("api/*.py")]
    closures = [str(each) for each in api if "    async def " in each.read_text()]
    assert closures == []
