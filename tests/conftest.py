"""Fixtures for all tests: one engine and one key for the whole run."""

import gc
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest
import structlog

from infra.engine import Engine, ports, temporary_engine
from shared.contracts.counties import DEFAULT, County, parse
from shared.runtime import metrics, part, system
from shared.runtime.settings import Settings
from tests.support.connections import open_connections, running
from tests.support.together import pytest_xdist_make_scheduler as pytest_xdist_make_scheduler
from tests.support.tokens import ISSUER, Tokens
from tests.support.waiting import DEADLINE, eventually

structlog.configure(processors=[structlog.stdlib.add_log_level, structlog.processors.KeyValueRenderer()])

# The time that an example takes says something of the machine alone.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")


gc.set_threshold(20_000, 50, 100)  # as in a service: modules and tests would be looked through again and again

os.environ.setdefault("NORRSAM_FIRST_CONTACT_SECONDS", "1")  # many tests run a county alone

# Each worker takes ports of its own. Between the choice of a port and its use another one could choose it too.
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
ports._FREE = ports._FREE[_WORKER :: int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))]

NO_KAFKA = "127.0.0.1:1"
ENGINES = {"postgres", "engine", "own_engine", "secured", "jamtland", "norrbotten", "four"}
SYSTEM = (
    "tests/flow",
    "tests/browser",
    "tests/contract/test_interface.py",
    "tests/secured",
    "tests/security",
    "tests/federated",
    "tests/engine",
    "tests/contract/test_adding_a_field.py",
    "tests/delivery/test_upgrading.py",
    "tests/model/test_mutations.py",
    "tests/service/test_backups.py",
    "tests/service/test_databases_command.py",
    "tests/service/test_notices_",
    "tests/service/test_operator_commands.py",
)
"""Tests of whole counties and of the command `norrsam`, as people run them, of upgrades and of a field that is added,
and of the model without each of its rules. The longest come first: a worker that got one of them last would be alone at
the end. What starts most processes, flow and federated, does not start beside each other.
"""
LONG = (
    "tests/delivery",
    "tests/service/test_",
    "tests/model",
    "tests/saga",
    "tests/unit/recovery/test_one_judgement.py",
)
"""Of the other tests, what has the longest files: they come before the rest, for the same reason."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave unread what the marks of `make test` and `make test-system` leave out: each worker reads for itself."""
    path, marks = collection_path.relative_to(config.rootpath).as_posix(), config.option.markexpr
    if "not system" in marks and path.startswith(SYSTEM):
        return True
    if marks.startswith("system") and not (path.startswith(SYSTEM) or any(each.startswith(path) for each in SYSTEM)):
        return True
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test that asks for an engine or is of a whole county, and begin with the longest.

    Files without an engine come last: they are short, so that no worker is alone for long at the end.
    """
    starting = set()
    for item in items:
        if isinstance(item, pytest.Function) and ENGINES & set(item.fixturenames):
            item.add_marker("engine")
            starting.add(item.path)
        if _rank(item, SYSTEM) < len(SYSTEM):
            item.add_marker("system")
    items.sort(key=lambda item: (_rank(item, SYSTEM), _rank(item, LONG), item.path not in starting))


def pytest_collection_finish() -> None:
    """Let the collector pass over modules and tests from now on."""
    gc.freeze()


def _rank(item: pytest.Item, order: tuple[str, ...]) -> int:
    path = item.path.relative_to(item.config.rootpath).as_posix()
    return next((rank for rank, each in enumerate(order) if path.startswith(each)), len(order))


@pytest.fixture(scope="module", autouse=True)
async def _no_connection_to_kafka_outlives_its_file() -> AsyncIterator[None]:
    yield

    def all_are_closed() -> None:
        assert open_connections() == [], f"left open by the tests of this file, or by a fixture; it runs {running()}"

    await eventually(all_are_closed)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Engine]:
    """An engine whose PostgreSQL answers."""
    with temporary_engine(kafka=False) as engine:
        yield engine


@pytest.fixture(scope="session")
def engine(postgres: Engine) -> Engine:
    """An engine whose PostgreSQL and Kafka answer: the same one."""
    postgres.start_kafka()
    return postgres


@pytest.fixture(scope="session")
def county() -> County:
    """The county that most tests are about."""
    return parse(DEFAULT)[0]


@pytest.fixture(scope="session")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Tokens:
    """Signs tokens that count in `settings`."""
    return Tokens(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def settings(postgres: Engine, tokens: Tokens) -> Settings:
    """The settings of a county in the test engine, with a Kafka that never answers.

    Else what a file publishes would depend on whether another has started Kafka, and made topics, before it.
    """
    return Settings(
        kafka=NO_KAFKA,
        postgres=postgres.postgres,
        database_password=postgres.database_password,
        jwks=str(tokens.jwks),
        issuer=ISSUER,
        public_url="http://county.test",
        data=postgres.config.data,  # mails become files there
    )


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at a process's health shows the present state: none is kept, and none is given up as too slow."""
    monkeypatch.setattr(system, "FRESH_SECONDS", 0)
    monkeypatch.setattr(part, "HEALTH_SECONDS", DEADLINE)
    monkeypatch.setattr(metrics, "MEASURE_SECONDS", DEADLINE)
