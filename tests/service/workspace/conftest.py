"""The workspace of Jämtland with its county's services and the development log-in, over real ports, without Kafka."""

from collections.abc import AsyncIterator

import pytest

from infra.engine import Engine
from shared.contracts.counties import DEFAULT, parse
from shared.runtime.settings import Settings
from tests.support.workspace import Visitor, WorkspaceHouse, house, lose_answers

JAMTLAND = next(county for county in parse(DEFAULT) if county.name == "jamtland")


@pytest.fixture(scope="module")
async def jamtlands(
    postgres: Engine, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[WorkspaceHouse]:
    """One for each file of tests."""
    async with house(postgres, tmp_path_factory.mktemp("workspace"), settings, JAMTLAND) as found:
        yield found


@pytest.fixture
async def visitor(jamtlands: WorkspaceHouse) -> AsyncIterator[Visitor]:
    """Somebody who is not logged in."""
    found = Visitor(jamtlands.url)
    yield found
    await found.client.aclose()


@pytest.fixture
def lost(jamtlands: WorkspaceHouse, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Commands reach the county, and their answers are lost; until it is undone."""
    lose_answers(jamtlands, monkeypatch)
    return monkeypatch
