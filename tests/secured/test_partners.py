"""Partner agencies on a secured Kafka: what an agreement says is made so, until it ends."""

import asyncio
import os
import time
from pathlib import Path

import pytest
from aiokafka.errors import NoError, TopicAuthorizationFailedError
from confluent_kafka import Consumer, Producer
from typer.testing import CliRunner

from infra.cli import partners
from infra.engine import Engine
from infra.kafka.clients import configuration
from infra.kafka.folder import KafkaSecrets
from infra.mirror.keys import own_keys
from infra.partners.keeping import Keeper
from shared.contracts.counties import DEFAULT, parse
from shared.contracts.topics import topic_name
from shared.runtime.settings import Settings
from shared.transport.quotas import quotas
from tests.secured.conftest import COUNTIES, Apply
from tests.secured.partnership import (
    ACTORS,
    CUSTOMS,
    ENDED,
    HOME,
    POLICE,
    UNTIL,
    as_partner,
    connected,
    fetch,
    fetched,
    is_refused,
    run,
)
from tests.support.waiting import DEADLINE, eventually
from tests.unit.partners.test_bundles import opened


def test_what_is_agreed_is_planned_made_and_then_left(environment: dict[str, str], secrets: KafkaSecrets) -> None:
    planned = run(environment, secrets, "plan")
    made, again = run(environment, secrets, "apply"), run(environment, secrets, "plan")

    assert planned == made
    assert f"{POLICE}\n  add     user\n" in planned
    assert f"  add     topic {ACTORS}: READ\n  add" in planned
    assert "set     192.0.2.10: connection_creation_rate 10\n" in planned
    assert max(map(len, planned.splitlines())) <= 80
    assert again == "Partners have what is agreed.\n"


async def test_quotas_are_kafka_s_and_slow_a_partner_down(
    agreed: dict[str, str], secured: Engine, secrets: KafkaSecrets
) -> None:
    assert secured.own_kafka
    producer = Producer(configuration(secured.own_kafka.administered))
    for _ in range(20):
        producer.produce(topic_name(HOME, "trainings"), b"x" * 50_000)
    assert producer.flush(DEADLINE) == 0
    slowed = 0

    for _ in range(3):
        slowed += (await fetched(as_partner(secured, secrets, CUSTOMS), topic_name(HOME, "trainings"))).throttle_time_ms

    known = await quotas(secured.own_kafka.administered)
    assert known["user", CUSTOMS]["consumer_byte_rate"] == 20_000
    assert known["user", CUSTOMS]["request_percentage"] == 25
    assert known["ip", "192.0.2.10"] == {"connection_creation_rate": 10}
    assert slowed > 0


def test_what_is_no_longer_agreed_is_taken_away(agreed: dict[str, str], secured: Engine, secrets: KafkaSecrets) -> None:
    assert secured.own_kafka
    Path(agreed["NORRSAM_PARTNERS"], "customs.toml").unlink()

    said = run(agreed, secrets, "apply")

    assert f"{CUSTOMS}\n  remove  user\n" in said
    assert POLICE not in said
    assert not (secrets.passwords / CUSTOMS).exists()
    known = asyncio.run(quotas(secured.own_kafka.administered))
    assert not {("user", CUSTOMS), ("ip", "192.0.2.10")} & known.keys()


async def test_after_its_last_day_an_agreement_gives_nothing(
    agreed: dict[str, str], secured: Engine, secrets: KafkaSecrets
) -> None:
    kafka, later = as_partner(secured, secrets, POLICE), agreed | {"NORRSAM_CLOCK": "P500D"}
    password = (secrets.passwords / POLICE).read_text()
    assert await kafka.cluster_id()

    await asyncio.to_thread(run, later, secrets, "apply")

    (secrets.passwords / POLICE).write_text(password)
    await eventually(lambda: is_refused(kafka))  # Kafka takes up what it has confirmed a little later
    (secrets.passwords / POLICE).unlink()


async def test_an_open_connection_reads_nothing_once_revoked(
    agreed: dict[str, str], secured: Engine, secrets: KafkaSecrets
) -> None:
    async with connected(as_partner(secured, secrets, POLICE)) as conn:
        before = (await conn.send(fetch(ACTORS))).topics[0][1][0][1]

        said = await asyncio.to_thread(run, agreed, secrets, "revoke", "police")
        revoked = time.monotonic()

        async def reads_nothing() -> bool:
            return bool((await conn.send(fetch(ACTORS))).topics[0][1][0][1] == TopicAuthorizationFailedError.errno)

        await eventually(reads_nothing)
        print(f"\nrefused {(time.monotonic() - revoked) * 1000:.0f} ms after the command has ended")

    assert before == NoError.errno
    assert said.startswith(f"{POLICE} may do nothing any more, and cannot log in\n")
    assert "police.toml" not in os.listdir(agreed["NORRSAM_PARTNERS"])
    assert "add" not in await asyncio.to_thread(run, agreed, secrets, "plan")


async def test_a_request_that_waits_may_be_answered_once(
    agreed: dict[str, str], secured: Engine, secrets: KafkaSecrets
) -> None:
    kafka = as_partner(secured, secrets, POLICE)
    assert secured.own_kafka
    end = (await kafka.ends([ACTORS]))[ACTORS]
    async with connected(kafka) as conn:
        waits = asyncio.create_task(conn.send(fetch(ACTORS, DEADLINE, end)))
        await asyncio.sleep(2)  # Kafka has the request
        await asyncio.to_thread(run, agreed, secrets, "revoke", "police")
        producer = Producer(configuration(secured.own_kafka.administered))
        producer.produce(ACTORS, b"secret")
        producer.flush(DEADLINE)

        (_, ((_, code, *_, records),)), *_ = (await waits).topics

    assert (code, b"secret" in records) == (NoError.errno, True)


def test_others_access_leaves_partners_alone(agreed: dict[str, str], secrets: KafkaSecrets, apply: Apply) -> None:
    changes = apply(COUNTIES)

    assert list(changes.lines()) == []
    assert run(agreed, secrets, "plan") == "Partners have what is agreed.\n"


def test_an_agency_reads_with_the_files_of_its_bundle(
    agreed: dict[str, str], secured: Engine, secrets: KafkaSecrets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert secured.own_kafka
    folder = tmp_path / "agency"
    folder.mkdir()
    opened(folder, "key", "police")
    sealed = ["--key", str(folder / "police.key"), "--address", secured.kafka, "--to", str(folder / "bundle")]
    run(agreed, secrets, "bundle", "police", *sealed)
    (folder / "norrbotten.key").write_text(own_keys(secrets.folder.parent, HOME).text())
    opened(folder, "open", "norrbotten.key", "bundle")
    producer = Producer(configuration(secured.own_kafka.administered))
    producer.produce(ACTORS, b"from earliest")
    assert producer.flush(DEADLINE) == 0

    monkeypatch.chdir(folder)
    settings = dict(line.split("=", 1) for line in (folder / "kcat.conf").read_text().splitlines())
    consumer = Consumer({**settings, "group.id": "police.bundle", "auto.offset.reset": "earliest"})
    consumer.subscribe([topic for topic in (folder / "topics").read_text().split() if "actors" in topic])
    seen = next(each for each in iter(lambda: consumer.poll(DEADLINE), None) if each.value() == b"from earliest")
    consumer.close()

    assert (seen.topic(), seen.error()) == (ACTORS, None)


async def test_the_list_says_what_a_partner_has_not_read(
    agreed: dict[str, str], secured: Engine, secrets: KafkaSecrets
) -> None:
    kafka = as_partner(secured, secrets, POLICE)
    assert secured.own_kafka
    producer = Producer(configuration(secured.own_kafka.administered))
    for _ in range(3):
        producer.produce(ACTORS, b"{}")
    assert producer.flush(DEADLINE) == 0
    end = (await kafka.ends([ACTORS]))[ACTORS]
    await kafka.commit("police.one", {ACTORS: end - 2})

    said = await asyncio.to_thread(CliRunner().invoke, partners.app, ["list", "--county", HOME], env=agreed)

    print(f"\n{said.output}")
    assert said.exit_code == 0, said.exception
    (line,) = (line.split() for line in said.output.splitlines() if "police.one" in line)
    assert [*line[:3], *line[5:]] == ["police.one", "actors", "jamtland", "2", line[6], "s", "never"]
    assert f"police: Polismyndigheten, polisregion Nord, until {UNTIL} (" in said.output


async def test_an_ended_agreement_ends_by_itself(
    agreed: dict[str, str], secured: Engine, secrets: KafkaSecrets
) -> None:
    assert secured.own_kafka
    kafka, ended = as_partner(secured, secrets, POLICE), Path(agreed["NORRSAM_PARTNERS"], "police.toml")
    password = (secrets.passwords / POLICE).read_text()
    settings = Settings(partners=ended.parent, counties=parse(DEFAULT))
    keeper = Keeper(settings, HOME, secured.own_kafka.administered, secrets.passwords)
    await asyncio.to_thread(keeper.turn)
    assert await kafka.cluster_id()

    await asyncio.to_thread(ended.write_text, ENDED)
    await asyncio.to_thread(keeper.turn)

    (secrets.passwords / POLICE).write_text(password)
    await eventually(lambda: is_refused(kafka))  # Kafka takes up what it has confirmed a little later
    (secrets.passwords / POLICE).unlink()
    assert keeper.reason == ""
