"""Two agreements with partner agencies, and how a test acts for the county and for an agency."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from aiokafka.conn import AIOKafkaConnection, create_conn
from aiokafka.protocol.fetch import FetchRequest
from typer.testing import CliRunner

from infra.cli import partners
from infra.engine import Engine
from infra.kafka.folder import KafkaSecrets
from infra.partners.own_topic import own_topic
from shared.contracts.shipment_codes import Tlp
from shared.contracts.topics import topic_name
from shared.transport.kafka import KafkaCluster
from shared.transport.login import LoginRefused
from tests.support.waiting import DEADLINE
from tests.unit.partners.test_agreements import GOOD

HOME = "norrbotten"
POLICE, CUSTOMS = f"{HOME}-partner-police", f"{HOME}-partner-customs"
SIGNALS = own_topic(HOME, "police", Tlp.AMBER)
ACTORS = topic_name("jamtland", "actors")
TODAY = datetime.now(UTC).date()
UNTIL = TODAY + timedelta(days=400)
HOLDS = (
    GOOD.replace('trainings"', 'trainings", "shipment-signals"')
    .replace("2026-12-01", f"{TODAY - timedelta(days=2)}")
    .replace("2027-11-30", f"{UNTIL}")
)
ENDED = HOLDS.replace(f"{UNTIL}", f"{TODAY - timedelta(days=2)}")


def run(environment: Mapping[str, str], secrets: KafkaSecrets, *words: str) -> str:
    """The output of the command."""
    folder = [] if words[0] in ("plan", "list") else ["--folder", str(secrets.folder.parent)]
    said = CliRunner().invoke(partners.app, [*words, "--county", HOME, *folder], env=environment)
    assert said.exit_code == 0, said.exception
    return said.output


def as_partner(secured: Engine, secrets: KafkaSecrets, user: str) -> KafkaCluster:
    return KafkaCluster(secured.kafka, secrets.of(user))


async def is_refused(kafka: KafkaCluster) -> bool:
    """Whether nobody can log in so."""
    try:
        await kafka.cluster_id()
    except LoginRefused:
        return True
    return False


async def fetched(kafka: KafkaCluster, topic: str) -> Any:
    """The answer to one request, over a connection of its own."""
    async with connected(kafka) as conn:
        return await conn.send(fetch(topic))


@asynccontextmanager
async def connected(kafka: KafkaCluster) -> AsyncIterator[AIOKafkaConnection]:
    """A connection that has logged in."""
    assert kafka.login
    host, _, port = kafka.bootstrap.rpartition(":")
    conn = await create_conn(host, int(port), request_timeout_ms=int(2000 * DEADLINE), **kafka.login.arguments())
    try:
        yield conn
    finally:
        await conn.close()


def fetch(topic: str, seconds: float = 0.1, offset: int = 0) -> Any:
    """The request for what is there, or comes within so many seconds."""
    return FetchRequest(int(1000 * seconds), 1, 1_000_000, 0, [(topic, [(0, offset, 1_000_000)])])
