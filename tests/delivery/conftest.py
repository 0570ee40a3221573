"""Owners and receivers for each test, closed afterwards."""

from collections.abc import AsyncIterator

import pytest

from infra.engine import Engine
from shared.contracts import registry
from shared.messaging import relay
from tests.delivery.forger import Forger
from tests.delivery.harness import Owner, Receiver, county_name
from tests.delivery.toy import ToyChanged


@pytest.fixture(autouse=True)
def _toys_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.EVENTS, ToyChanged.event_type, ToyChanged)


@pytest.fixture(autouse=True)
def _reports_come_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "REPORT_SECONDS", 0.3)
    monkeypatch.setattr(relay, "REPORT_SOON_SECONDS", 0.1)


@pytest.fixture
async def owner(engine: Engine) -> AsyncIterator[Owner]:
    node = await Owner(engine, county_name()).open()
    yield node
    await node.close()


@pytest.fixture
async def receiver(engine: Engine) -> AsyncIterator[Receiver]:
    node = await Receiver(engine, county_name()).open()
    yield node
    await node.close()


@pytest.fixture
def forger(engine: Engine, owner: Owner) -> Forger:
    return Forger(engine, owner.county)


@pytest.fixture
async def other(engine: Engine) -> AsyncIterator[Forger]:
    node = await Owner(engine, county_name()).open()
    yield Forger(engine, node.county)
    await node.close()
