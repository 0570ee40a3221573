"""Two counties with all services on one secured Kafka, each service as itself; and what nobody gets past."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiokafka.errors import TopicAuthorizationFailedError
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)
from typer.testing import CliRunner

from infra import topics
from infra.cli import access
from infra.cli import secrets as secrets_command
from infra.cli import topics as topics_command
from infra.cli.county import local_token
from infra.demo import agency
from infra.demo.county import DemoCounty, wait_until_seen
from infra.demo.police import Police
from infra.demo.shipments import HANDLING, case
from infra.engine import Engine
from infra.kafka.clients import configuration
from infra.kafka.folder import KafkaSecrets
from infra.partners.folder import agreement
from infra.partners.forwarding import keep_forwarding
from shared.contracts.counties import DEFAULT, parse
from shared.contracts.partner_replies import ReplyCode
from shared.contracts.topics import SERVICES
from shared.runtime.settings import Settings
from shared.transport.clients import stop
from shared.transport.kafka import KafkaCluster
from shared.transport.login import LoginRefused
from shared.transport.sending import OutgoingRecord, send_batch
from tests.secured.conftest import COUNTIES, Apply
from tests.secured.partnership import POLICE, as_partner
from tests.support.waiting import DEADLINE, eventually

pytestmark = pytest.mark.faults

HOME, OTHER = "norrbotten", "vasterbotten"
SCHOOL = {"name": "Skolan vid älven", "type": "SCHOOL", "level": "LOCAL", "municipality": "2584"}
FORGED: OutgoingRecord = (b"key", b"{}", [("ce_source", b"/counties/vasterbotten/actors")])


@pytest.fixture(scope="module")
def counties(secured: Engine, apply: Apply) -> Iterator[list[DemoCounty]]:
    """Two counties, each with all services. What was denied before is no concern of theirs."""
    apply(COUNTIES)
    (secured.config.data / "logs" / "kafka.log").write_text("", encoding="utf-8")
    secured.migrate((HOME, OTHER))
    with ThreadPoolExecutor(2) as pool:
        urls = list(pool.map(secured.start_county, (HOME, OTHER)))
    found = [
        DemoCounty(name, url, local_token(secured.config.data, name, ["COUNTY_COORDINATOR"]))
        for name, url in zip((HOME, OTHER), urls, strict=True)
    ]
    yield found
    for county in found:
        county.close()
        secured.stop_county(county.name)


@pytest.fixture
def administration(secured: Engine, secrets: KafkaSecrets) -> dict[str, str]:
    """The environment of who administers this Kafka."""
    assert secured.own_kafka
    return {
        "NORRSAM_KAFKA": secured.own_kafka.administered.bootstrap,
        "NORRSAM_KAFKA_SECURITY": "SSL",
        "NORRSAM_KAFKA_CA": str(secrets.ca),
        "NORRSAM_KAFKA_CERTIFICATE": str(secrets.folder / "administrator.pem"),
    }


async def test_an_event_reaches_another_county(counties: list[DemoCounty]) -> None:
    home, other = counties

    registered = home.register(SCHOOL)

    wait_until_seen([other], (registered["county"], registered["id"]), 1)


async def test_no_service_lacks_anything_that_it_needs(counties: list[DemoCounty], secured: Engine) -> None:
    def all_is_well() -> None:
        for county in counties:
            found = county.client.get("/health/ready").json()["services"]
            assert set(found) == set(SERVICES)
            assert [state["faults"] for state in found.values()] == [[]] * len(SERVICES)
            assert {state["inbox"] for state in found.values()} == {"up"}

    await eventually(all_is_well)
    assert [line for line in _audit(secured) if f"User:{HOME}-" in line or f"User:{OTHER}-" in line] == []


async def test_a_partner_s_answer_reaches_the_service_through_acls(
    counties: list[DemoCounty], agreed: dict[str, str], secured: Engine, secrets: KafkaSecrets
) -> None:
    assert secured.own_kafka
    home, county = counties[0], parse(DEFAULT)[0]
    police = Police(county, home.url, local_token(secured.config.data, HOME, ["POLICE"]))
    signal = await asyncio.to_thread(police.release, case("2584"), HANDLING)
    where = f"/shipment-signals/{HOME}/{signal['id']}/partners"
    settings = Settings(partners=Path(agreed["NORRSAM_PARTNERS"]), counties=parse(DEFAULT))
    shows = keep_forwarding(secured.own_kafka.administered, HOME, agreement(settings, "police"), COUNTIES)
    forwarding = asyncio.create_task(shows)

    answered = await eventually(
        lambda: agency.answer(
            as_partner(secured, secrets, POLICE), HOME, "police", ReplyCode.NO_USE, UUID(signal["id"])
        )
    )
    forwarding.cancel()

    assert [str(each.id) for each in answered] == [signal["id"]]
    items = await eventually(lambda: _acknowledged(home, where), 2 * DEADLINE)
    assert [(each["agency"], each["state"], each["code"]) for each in items] == [("police", "ACKNOWLEDGED", None)]
    assert police.client.get(where).json()["items"][0]["code"] == "NO_USE"
    police.close()


def _acknowledged(county: DemoCounty, where: str) -> list[dict[str, Any]]:
    return [each for each in county.get(where)["items"] if each["acknowledged_at"]]


@pytest.mark.parametrize(
    ("user", "topic"),
    [
        ("jamtland-actors", "vasterbotten.shared.actors.v1"),
        ("jamtland-trainings", "jamtland.shared.actors.v1"),
        ("jamtland-actors", "vasterbotten.shared.links.v1"),
    ],
)
async def test_no_record_of_others_can_be_forged(
    secured: Engine, secrets: KafkaSecrets, apply: Apply, user: str, topic: str
) -> None:
    apply(COUNTIES)
    kafka = KafkaCluster(secured.kafka, secrets.of(user))

    producer = await kafka.producer()
    with pytest.raises(TopicAuthorizationFailedError):
        await send_batch(producer, topic, [FORGED])
    await stop(producer)

    def is_in_the_audit_log() -> bool:
        said = f"Principal = User:{user} is Denied operation = WRITE"
        return any(said in line and f"Topic:LITERAL:{topic} " in line for line in _audit(secured))

    await eventually(is_in_the_audit_log)


async def test_a_wrong_password_is_told_from_a_kafka_that_is_away(
    secured: Engine, secrets: KafkaSecrets, apply: Apply, tmp_path: Path
) -> None:
    apply(COUNTIES)
    other = KafkaSecrets(tmp_path)
    (tmp_path / "passwords").mkdir()
    (tmp_path / "ca.pem").write_bytes(secrets.ca.read_bytes())
    (tmp_path / "passwords" / "norrbotten-actors").write_text("guessed")

    with pytest.raises(LoginRefused, match=r"refuses norrbotten-actors with its password of NORRSAM_KAFKA_PASSWORDS"):
        await KafkaCluster(secured.kafka, other.of("norrbotten-actors")).cluster_id()


async def test_a_password_is_replaced_while_connections_go_on(
    secured: Engine, secrets: KafkaSecrets, apply: Apply, administration: dict[str, str], tmp_path: Path
) -> None:
    apply(COUNTIES)
    login, topic = secrets.of("vasternorrland-meetings"), "vasternorrland.shared.meetings.v1"
    kafka, before = KafkaCluster(secured.kafka, login), login.read_password()
    producer = await kafka.producer()
    await send_batch(producer, topic, [FORGED])

    said = CliRunner().invoke(
        secrets_command.app, ["rotate", login.user, "--folder", str(secrets.folder.parent)], env=administration
    )

    assert said.output == "vasternorrland-meetings: replaced\n", said.exception
    assert login.read_password() != before
    await send_batch(producer, topic, [FORGED])  # a connection that was open
    await stop(producer)
    assert await kafka.cluster_id()
    old = KafkaSecrets(tmp_path)
    (tmp_path / "passwords").mkdir()
    (tmp_path / "ca.pem").write_bytes(secrets.ca.read_bytes())
    (tmp_path / "passwords" / login.user).write_text(before)
    with pytest.raises(LoginRefused):
        await KafkaCluster(secured.kafka, old.of(login.user)).cluster_id()


def test_what_is_not_in_the_register_is_removed(
    secured: Engine, secrets: KafkaSecrets, apply: Apply, administration: dict[str, str]
) -> None:
    apply(COUNTIES)
    assert secured.own_kafka
    rule = AclBinding(
        ResourceType.TOPIC,
        "norrbotten.",
        ResourcePatternType.PREFIXED,
        "User:eve",
        "*",
        AclOperation.READ,
        AclPermissionType.ALLOW,
    )
    admin = AdminClient(configuration(secured.own_kafka.administered))
    (made,) = admin.create_acls([rule]).values()
    made.result()

    commands = (["plan"], ["apply", "--folder", str(secrets.folder.parent)], ["plan"])
    told = [CliRunner().invoke(access.app, words, env=administration).output for words in commands]

    removed = "eve\n  remove  topic norrbotten.*: READ\n"
    assert told == [removed, removed, "Access is as the register says.\n"]


@pytest.mark.usefixtures("secured")
def test_topics_are_administered_with_the_certificate(apply: Apply, administration: dict[str, str]) -> None:
    apply(COUNTIES)

    said = CliRunner().invoke(topics_command.app, ["plan"], env=administration)

    assert said.output == "All topics are as the register says.\n", said.exception


def test_without_security_nobody_is_let_in(secured: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "SECONDS", 2.0)
    said = CliRunner().invoke(topics_command.app, ["plan"], env={"NORRSAM_KAFKA": secured.kafka})

    assert f"Kafka at {secured.kafka}" in str(said.exception)


def _audit(engine: Engine) -> list[str]:
    log = (engine.config.data / "logs" / "kafka.log").read_text(encoding="utf-8")
    return [line for line in log.splitlines() if "(kafka.authorizer.logger)" in line and " is Denied " in line]
