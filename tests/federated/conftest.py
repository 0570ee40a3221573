"""Two counties, each with a secured Kafka of its own; the mirror of one brings what the other shares."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from infra import topics
from infra.access import applying, table
from infra.engine import Engine, temporary_engine
from infra.engine.mirror import MIRROR, WATCHDOG
from infra.engine.processes import EngineProcess
from infra.kafka.folder import KafkaSecrets
from infra.mirror import looking, newest, rights
from infra.mirror.joining import Joining
from shared.contracts.counties import parse
from shared.runtime.settings import Settings
from shared.transport.clients import stop
from shared.transport.kafka import KafkaCluster
from shared.transport.reading import Record
from shared.transport.sending import OutgoingRecord, send_batch

COUNTIES = parse("norrbotten:25,jamtland:23")
NAMES = [county.name for county in COUNTIES]
LONG = 150.0
"""Seconds; a mirror that brings nothing is started again after thirty."""


@pytest.fixture(autouse=True)
def _all_may_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (newest, rights, looking):
        monkeypatch.setattr(module, "ANSWERS_WITHIN", LONG)
    monkeypatch.setattr(looking, "COMES_WITHIN", LONG)


@dataclass(frozen=True, slots=True)
class Side:
    """A county, the engine that runs its Kafka, and the secrets of that."""

    county: str
    engine: Engine
    secrets: KafkaSecrets

    @property
    def peers(self) -> Path:
        """Its folder of NORRSAM_PEERS."""
        return self.secrets.folder.parent / "peers"

    @property
    def joining(self) -> Joining:
        """How its operator joins others."""
        return Joining(Settings(counties=COUNTIES, peers=self.peers), self.county, self.secrets.folder.parent)

    def join(self, other: "Side") -> None:
        """Add the bundle of the other county."""
        key, bundle = self.peers.with_name("sent.key"), self.peers.with_name("sent.bundle")
        key.write_text(self.joining.keys.text())
        made, _ = other.joining.export(self.county, key, other.engine.kafka, timedelta(days=1))
        bundle.write_text(made)
        key.write_text(other.joining.keys.text())
        self.joining.add(bundle, key)

    def kafka(self, user: str) -> KafkaCluster:
        """Its Kafka, as a user logs in to it."""
        return KafkaCluster(self.engine.kafka, self.secrets.of(user))

    @property
    def administered(self) -> KafkaCluster:
        """Its Kafka, as its administrator comes to it."""
        assert self.engine.own_kafka
        return self.engine.own_kafka.administered

    def allow(self, grants: Sequence[table.Grant]) -> None:
        """Allow this and nothing else."""
        applying.apply(self.administered, table.users([self.county], NAMES), grants, self.secrets.passwords)

    async def write(self, topic: str, records: list[OutgoingRecord]) -> None:
        """Write, as the administrator may to any topic."""
        producer = await self.administered.producer()
        await send_batch(producer, topic, records)
        await stop(producer)

    async def records(self, topic: str) -> list[Record]:
        """All records of a topic."""
        return [record async for batch in self.administered.read(topic) for record in batch]

    def part(self, name: str) -> psutil.Process:
        """The running process of a part."""
        found = self._part(name).process()
        assert found, name
        return found

    def log(self, name: str) -> str:
        """The log of a part."""
        return self._part(name).log.read_text(encoding="utf-8")

    def _part(self, name: str) -> EngineProcess:
        return EngineProcess(f"{name}-{self.county}" if name in (MIRROR, WATCHDOG) else name, self.engine.config.data)


def _side(county: str, folder: Path) -> Iterator[Side]:
    secrets = KafkaSecrets(folder / county / "kafka")
    secrets.make(["127.0.0.1"], table.users([county], NAMES))
    with temporary_engine(COUNTIES, postgres=False, kafka_secrets=secrets.folder) as engine:
        side = Side(county, engine, secrets)
        topics.apply(side.administered.bootstrap, NAMES, side.administered.login)
        side.allow(table.grants([county], NAMES))
        yield side


@pytest.fixture(scope="package")
def jamtland(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Side]:
    """The county that shares; it has no mirror."""
    yield from _side("jamtland", tmp_path_factory.mktemp("secrets"))


@pytest.fixture(scope="package")
def norrbotten(tmp_path_factory: pytest.TempPathFactory, jamtland: Side) -> Iterator[Side]:
    """The county whose mirror runs, with its watchdog, from before it was joined to any."""
    for side in _side("norrbotten", tmp_path_factory.mktemp("secrets")):
        side.peers.mkdir()
        side.engine.start_mirror(side.county, side.peers)
        side.join(jamtland)
        yield side
