"""Fixtures for all tests: one engine and one key for the whole run."""

from collections.abc import Iterator

import pytest
import structlog

from infra.engine import Engine, temporary_engine
from shared.contracts.counties import DEFAULT, County, parse
from shared.runtime.settings import Settings
from tests.support.tokens import ISSUER, Tokens

structlog.configure(processors=[structlog.stdlib.add_log_level, structlog.processors.KeyValueRenderer()])


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
    """The settings of a county in the test engine. Kafka answers only where `engine` is asked for too."""
    return Settings(
        kafka=postgres.kafka,
        postgres=postgres.postgres,
        database_password=postgres.database_password,
        jwks=str(tokens.jwks),
        issuer=ISSUER,
        public_url="http://county.test",
    )
