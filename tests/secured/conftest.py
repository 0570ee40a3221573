"""A secured Kafka for all tests of this folder."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from infra import topics
from infra.access import applying, table
from infra.engine import Engine, temporary_engine
from infra.kafka.folder import KafkaSecrets
from infra.partners import listing, trying
from shared.contracts.counties import DEFAULT, parse
from tests.secured.partnership import HOLDS, run
from tests.support.waiting import DEADLINE

COUNTIES = tuple(county.name for county in parse(DEFAULT))
Apply = Callable[[Sequence[str]], applying.Changes]


@pytest.fixture(autouse=True)
def _kafka_may_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (listing, trying):
        monkeypatch.setattr(module, "ANSWERS_WITHIN", DEADLINE)


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


@pytest.fixture
def environment(secured: Engine, secrets: KafkaSecrets, apply: Apply, tmp_path: Path) -> dict[str, str]:
    """That of who administers this Kafka, with two agreements that hold."""
    apply(COUNTIES)
    assert secured.own_kafka
    (tmp_path / "police.toml").write_text(HOLDS)
    (tmp_path / "customs.toml").write_text(
        HOLDS.replace('"actors", ', "").replace(', "shipment-signals"', "")
        + '[quotas]\nbytes_per_second = 20000\naddresses = ["192.0.2.10"]\n'
    )
    return {
        "NORRSAM_KAFKA": secured.own_kafka.administered.bootstrap,
        "NORRSAM_KAFKA_SECURITY": "SSL",
        "NORRSAM_KAFKA_CA": str(secrets.ca),
        "NORRSAM_KAFKA_CERTIFICATE": str(secrets.folder / "administrator.pem"),
        "NORRSAM_PARTNERS": str(tmp_path),
    }


@pytest.fixture
def agreed(environment: dict[str, str], secrets: KafkaSecrets) -> Iterator[dict[str, str]]:
    """The environment, with what is agreed made so."""
    run(environment, secrets, "apply")
    yield environment
    for file in Path(environment["NORRSAM_PARTNERS"]).glob("*.toml"):
        file.unlink()
    run(environment, secrets, "apply")
