"""Three brokers of one county: one after the other is killed, and nothing that was acknowledged is lost.

Two processes of its service take commands meanwhile, and a second county reads.
"""

import asyncio
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest
from confluent_kafka.admin import AdminClient
from typer.testing import CliRunner

from infra.cli.county import local_token
from infra.cli.main import _program
from infra.engine import Engine
from infra.engine.county import MigrationRun
from infra.engine.jars import fetch_jars
from infra.engine.kafka import Kafka, new_cluster_id
from infra.engine.ports import free_ports
from infra.engine.settings import user_cache
from tests.faults.databases import Databases
from tests.faults.field import Replica
from tests.support.waiting import eventually

OWNER, READER = "lindby", "bergby"
LISTED = f"{OWNER}:91,{READER}:92"
SERVICE = ("actors",)
ACTOR = {"name": "En skola", "type": "SCHOOL", "level": "LOCAL"}
LONG = 120.0


@dataclass(frozen=True)
class Broker(Kafka):
    """One of several brokers that are their own controllers."""

    node: int = 1
    voters: str = ""

    def _write_settings(self) -> None:
        Kafka._write_settings(self)
        lines = [line for line in self._settings.read_text().splitlines() if not line.startswith("controller.quorum")]
        text = "\n".join([*lines, f"controller.quorum.voters={self.voters}", ""])
        text = text.replace("node.id=1", f"node.id={self.node}")
        self._settings.write_text(
            text.replace("offsets.topic.replication.factor=1", "offsets.topic.replication.factor=3")
        )


@pytest.fixture
def brokers(postgres: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Broker]]:
    """Three that run."""
    identity = new_cluster_id()
    monkeypatch.setattr("infra.engine.kafka.new_cluster_id", lambda: identity)
    jars = fetch_jars(user_cache(), lambda done, total: None)
    ports = free_ports(6)
    voters = ",".join(f"{node + 1}@127.0.0.1:{port}" for node, port in enumerate(ports[3:]))
    found = [
        Broker(
            postgres.config.data,
            ports[at],
            ports[3 + at],
            lambda: jars,
            name=f"kafka-{at + 1}",
            node=at + 1,
            voters=voters,
        )
        for at in range(3)
    ]
    for broker in found:
        broker.launch()
    for broker in found:
        broker.wait_until_ready()
    yield found
    for broker in found:
        broker.kill()


def in_sync(bootstrap: str) -> set[tuple[int, int]]:
    """Of each shared topic, how many replicas it has, and how many of them have all of it."""
    topics = AdminClient({"bootstrap.servers": bootstrap}).list_topics(timeout=10).topics
    shared = [topics[name].partitions[0] for name in topics if ".shared." in name]
    return {(len(each.replicas), len(each.isrs)) for each in shared}


class Counties:
    """Two processes of the owner's service, one of the reader's, and what the owner has acknowledged."""

    def __init__(self, engine: Engine, env: dict[str, str]) -> None:
        first = engine.county(OWNER, SERVICE, env=env)
        second = Replica(OWNER, first.data, free_ports(1)[0], first.program, first.env, SERVICE)
        self.owners, self.processes = [first, second], [first, second, engine.county(READER, SERVICE, env=env)]
        self.acknowledged = list[UUID]()
        self._databases = Databases(engine.postgres_admin_dsn)
        self._token = local_token(engine.config.data, OWNER, ["COUNTY_COORDINATOR"])

    async def command(self) -> None:
        """Give commands to both processes, until cancelled. None may fail: they do without Kafka."""
        headers = {"Authorization": f"Bearer {self._token}"}
        async with httpx.AsyncClient(headers=headers, timeout=60) as client:
            while True:
                for process in self.owners:
                    answer = await client.post(f"{process.url}/actors", json=ACTOR)
                    assert answer.status_code == 201, answer.text
                    self.acknowledged.append(UUID(answer.json()["id"]))
                    await asyncio.sleep(0.1)

    async def reader_has(self, wanted: Collection[UUID]) -> bool:
        """Whether the reader has all of these."""
        query = "SELECT id FROM aggregates WHERE county = $1"
        rows = await asyncio.to_thread(self._databases.fetch, f"{READER}_actors", query, OWNER)
        return set(wanted) <= {row["id"] for row in rows}


@pytest.mark.faults
async def test_no_command_is_lost_while_each_broker_is_killed(postgres: Engine, brokers: list[Broker]) -> None:
    kafka = ",".join(broker.bootstrap for broker in brokers)
    env = {"NORRSAM_KAFKA": kafka, "NORRSAM_COUNTIES": LISTED, "NORRSAM_REPLICATION": "3"}
    made, planned = (CliRunner().invoke(_program(["topics"]), ["topics", word], env=env) for word in ("apply", "plan"))
    assert f"create {OWNER}.shared.actors.v1" in made.output
    assert "min.insync.replicas=2" in made.output
    assert planned.output == "All topics are as the register says.\n"

    postgres.create_databases(f"{name}_actors" for name in (OWNER, READER))
    counties = Counties(postgres, env)
    MigrationRun.begin(counties.owners[0].program, SERVICE, counties.owners[0].env).wait()
    for process in counties.processes:
        process.launch()
    for process in counties.processes:
        await asyncio.to_thread(process.wait_until_ready)
    commands = asyncio.create_task(counties.command())
    try:
        for broker, other in zip(brokers, [*brokers[1:], brokers[0]], strict=True):
            await eventually(lambda: in_sync(kafka) == {(3, 3)}, LONG)
            assert broker.kill()
            until = len(counties.acknowledged) + 20
            await eventually(lambda: commands.done() or len(counties.acknowledged) >= until, LONG)  # noqa: B023
            acknowledged = tuple(counties.acknowledged)
            await eventually(lambda: counties.reader_has(acknowledged), LONG)  # noqa: B023 - of two brokers
            assert in_sync(other.bootstrap) == {(3, 2)}
            await asyncio.to_thread(broker.start)
        assert not commands.done()
        commands.cancel()
        await eventually(lambda: counties.reader_has(counties.acknowledged), LONG)
    finally:
        commands.cancel()
        for process in counties.processes:
            await asyncio.to_thread(process.stop)
