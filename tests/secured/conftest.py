"""A secured Kafka for all tests of this folder."""

from collections.abc import Callable, Iterator, Sequence

import pytest

from infra import topics
from infra.access import applying, table
from infra.engine import Engine, temporary_engine
from infra.kafka.folder import KafkaSecrets
from shared.contracts.counties import DEFAULT, parse

COUNTIES = tuple(county.name for county in parse(DEFAULT))
Apply = Callable[[Sequence[str]], applying.Changes]


@pytest.fixture(scope="package")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> KafkaSecrets:
    """Those of a Kafka that all counties share, and of the mirrors too."""
    made = KafkaSecrets(tmp_path_factory.mktemp("secrets") / "kafka")
    made.make(["127.0.0.1"], {*table.users(COUNTIES, COUNTIES), *table.users(COUNTIES[:1], COUNTIES)})
    return made


@pytest.fixture(scope="package")
def secured(secrets: KafkaSecrets) -> Iterator[Engine]:
    """An engine whose Kafka is secured."""
    with temporary_engine(kafka_secrets=secrets.folder) as engine:
        yield engine


@pytest.fixture(scope="package")
def apply(secured: Engine, secrets: KafkaSecrets) -> Apply:
    """Make topics and access as the register says for these counties' Kafka."""
    assert secured.own_kafka
    kafka = secured.own_kafka.administered

    def run(home: Sequence[str]) -> applying.Changes:
        topics.apply(kafka.bootstrap, COUNTIES, kafka.login)
        return applying.apply(kafka, table.users(home, COUNTIES), table.grants(home, COUNTIES), secrets.passwords)

    return run
