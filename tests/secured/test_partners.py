"""Partner agencies on a secured Kafka: each may do what its agreement says, in every cell, until it ends."""

import asyncio
import os
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiokafka.conn import create_conn
from aiokafka.errors import NoError, TopicAuthorizationFailedError
from aiokafka.protocol.fetch import FetchRequest
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient
from typer.testing import CliRunner

from infra import topics
from infra.access import applying
from infra.access.table import Grant
from infra.cli import partners
from infra.engine import Engine
from infra.kafka.clients import configuration
from infra.kafka.folder import KafkaSecrets
from infra.mirror.keys import own_keys
from infra.partners.folder import agreement
from infra.partners.forwarding import keep_forwarding
from infra.partners.keeping import Keeper
from infra.partners.own_topic import own_topic
from infra.partners.table import canary_topic
from shared.contracts.counties import DEFAULT, parse
from shared.contracts.shipment_codes import Tlp
from shared.contracts.topics import SERVICES, STREAMS, topic_name
from shared.runtime.settings import Settings
from shared.transport.kafka import KafkaCluster
from shared.transport.login import LoginRefused
from shared.transport.quotas import quotas
from tests.secured import trying
from tests.secured.conftest import COUNTIES, Apply
from tests.secured.trying import Cell
from tests.support.waiting import eventually
from tests.unit.partners.test_agreements import GOOD
from tests.unit.partners.test_bundles import opened
from tests.unit.partners.test_own_topic import TOPIC as SHARED_SIGNALS
from tests.unit.partners.test_own_topic import event

HOME = "norrbotten"
POLICE, CUSTOMS = f"{HOME}-partner-police", f"{HOME}-partner-customs"
READS = {POLICE: {"actors", "trainings"}, CUSTOMS: {"trainings"}}
SHARED = [topic_name(county, stream) for county in COUNTIES for stream in STREAMS]
CANARIES = [canary_topic(HOME, agency) for agency in ("police", "customs")]
SIGNALS = own_topic(HOME, "police", Tlp.AMBER)
SEALED = "norrbotten.partners.police.sealed-alerts.v1"
GROUPS = ["police.1", "police.2", "customs.1", "policeman", *(f"{HOME}.{service}" for service in SERVICES)]
ACTORS = topic_name("jamtland", "actors")
TODAY = datetime.now(UTC).date()
UNTIL = TODAY + timedelta(days=400)
HOLDS = (
    GOOD.replace('trainings"', 'trainings", "shipment-signals"')
    .replace("2026-12-01", f"{TODAY - timedelta(days=2)}")
    .replace("2027-11-30", f"{UNTIL}")
)
ENDED = HOLDS.replace(f"{UNTIL}", f"{TODAY - timedelta(days=2)}")


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


def run(environment: Mapping[str, str], secrets: KafkaSecrets, *words: str) -> str:
    """The output of the command."""
    folder = [] if words[0] in ("plan",) else ["--folder", str(secrets.folder.parent)]
    said = CliRunner().invoke(partners.app, [*words, "--county", HOME, *folder], env=environment)
    assert said.exit_code == 0, said.exception
    return said.output


@pytest.fixture
def agreed(environment: dict[str, str], secrets: KafkaSecrets) -> Iterator[dict[str, str]]:
    """The environment, with what is agreed made so."""
    run(environment, secrets, "apply")
    yield environment
    for file in Path(environment["NORRSAM_PARTNERS"]).glob("*.toml"):
        file.unlink()
    run(environment, secrets, "apply")


def as_partner(secured: Engine, secrets: KafkaSecrets, user: str) -> KafkaCluster:
    return KafkaCluster(secured.kafka, secrets.of(user))


def is_agreed(user: str, cell: Cell) -> bool:
    """The table of who may do what, said anew."""
    agency = user.removeprefix(f"{HOME}-partner-")
    if cell.kind == "group":
        return cell.name.startswith(f"{agency}.") and cell.operation in ("READ", "DESCRIBE")
    if cell.name == canary_topic(HOME, agency):
        return cell.operation in ("READ", "WRITE", "DESCRIBE")
    if cell.name == SIGNALS:
        return user == POLICE and cell.operation in ("READ", "DESCRIBE")
    reads = cell.name in SHARED and cell.name.split(".")[2] in READS[user]
    return reads and cell.operation in ("READ", "DESCRIBE")


@pytest.mark.parametrize("user", [POLICE, CUSTOMS])
def test_a_partner_may_do_in_each_cell_what_is_agreed(
    agreed: dict[str, str], secured: Engine, secrets: KafkaSecrets, user: str
) -> None:
    assert secured.own_kafka
    administered = secured.own_kafka.administered
    topics.apply(administered.bootstrap, COUNTIES, administered.login)
    producer = Producer(configuration(administered))
    for topic in [*SHARED, *CANARIES, SIGNALS]:
        producer.produce(topic, b"there")
    assert producer.flush(20) == 0
    trying.wait_for_groups(administered, GROUPS)

    kafka, every = as_partner(secured, secrets, user), [*SHARED, *CANARIES, SIGNALS, SEALED]
    cells = {**trying.everything(kafka, every, GROUPS, [user, "police.1"]), **trying.delete(kafka, every)}

    print(f"\n{len(cells)} cells of {user} tried, {sum(cells.values())} allowed")
    assert [cell for cell, allowed in cells.items() if allowed != is_agreed(user, cell)] == []


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
    assert producer.flush(20) == 0
    slowed = 0

    for _ in range(3):
        slowed += (await fetched(as_partner(secured, secrets, CUSTOMS), topic_name(HOME, "trainings"))).throttle_time_ms

    known = await quotas(secured.own_kafka.administered)
    assert known["user", CUSTOMS]["consumer_byte_rate"] == 20_000
    assert known["user", CUSTOMS]["request_percentage"] == 25
    assert known["ip", "192.0.2.10"] == {"connection_creation_rate": 10}
    assert slowed > 0


async def fetched(kafka: KafkaCluster, topic: str, wait_ms: int = 100, offset: int = 0) -> Any:
    """The answer to one request, over a connection of its own."""
    assert kafka.login
    host, _, port = kafka.bootstrap.rpartition(":")
    conn = await create_conn(host, int(port), **kafka.login.arguments())
    try:
        return await conn.send(FetchRequest(wait_ms, 1, 1_000_000, 0, [(topic, [(0, offset, 1_000_000)])]))
    finally:
        await conn.close()


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
    with pytest.raises(LoginRefused):
        await kafka.cluster_id()
    (secrets.passwords / POLICE).unlink()


async def test_an_open_connection_reads_nothing_once_revoked(
    agreed: dict[str, str], secured: Engine, secrets: KafkaSecrets
) -> None:
    kafka = as_partner(secured, secrets, POLICE)
    assert kafka.login
    host, _, port = kafka.bootstrap.rpartition(":")
    conn = await create_conn(host, int(port), **kafka.login.arguments())
    asked = FetchRequest(100, 1, 1_000_000, 0, [(ACTORS, [(0, 0, 1_000)])])
    before = (await conn.send(asked)).topics[0][1][0][1]

    said = await asyncio.to_thread(run, agreed, secrets, "revoke", "police")
    revoked = time.monotonic()

    async def is_refused() -> bool:
        return bool((await conn.send(asked)).topics[0][1][0][1] == TopicAuthorizationFailedError.errno)

    await eventually(is_refused)
    print(f"\nrefused {(time.monotonic() - revoked) * 1000:.0f} ms after the command has ended")
    await conn.close()

    assert before == NoError.errno
    assert said.startswith(f"{POLICE} may do nothing any more, and cannot log in\n")
    assert "police.toml" not in os.listdir(agreed["NORRSAM_PARTNERS"])
    assert "add" not in await asyncio.to_thread(run, agreed, secrets, "plan")


async def test_a_request_that_waits_may_be_answered_once(
    agreed: dict[str, str], secured: Engine, secrets: KafkaSecrets
) -> None:
    kafka = as_partner(secured, secrets, POLICE)
    assert kafka.login
    assert secured.own_kafka
    end = (await kafka.ends([ACTORS]))[ACTORS]
    waits = asyncio.create_task(fetched(kafka, ACTORS, 20_000, end))
    await asyncio.sleep(2)
    await asyncio.to_thread(run, agreed, secrets, "revoke", "police")
    producer = Producer(configuration(secured.own_kafka.administered))
    producer.produce(ACTORS, b"secret")
    producer.flush(10)

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
    assert producer.flush(20) == 0

    monkeypatch.chdir(folder)
    settings = dict(line.split("=", 1) for line in (folder / "kcat.conf").read_text().splitlines())
    consumer = Consumer({**settings, "group.id": "police.bundle", "auto.offset.reset": "earliest"})
    consumer.subscribe([topic for topic in (folder / "topics").read_text().split() if "actors" in topic])
    seen = next(each for each in iter(lambda: consumer.poll(20), None) if each.value() == b"from earliest")
    consumer.close()

    assert (seen.topic(), seen.error()) == (ACTORS, None)


def looked(environment: Mapping[str, str], secured: Engine, secrets: KafkaSecrets) -> tuple[int, str]:
    """The exit status of `norrsam partners test`, and what it prints."""
    service = {
        "NORRSAM_KAFKA": secured.kafka,
        "NORRSAM_KAFKA_SECURITY": "SASL_SSL",
        "NORRSAM_KAFKA_CERTIFICATE": "",
        "NORRSAM_KAFKA_PASSWORDS": str(secrets.passwords),
    }
    said = CliRunner().invoke(partners.app, ["test", "police", "--county", HOME], env={**environment, **service})
    assert said.exception is None or isinstance(said.exception, SystemExit), said.exception
    assert max(map(len, said.output.splitlines())) <= 80
    return said.exit_code, said.output


def words(text: str, word: str) -> list[str]:
    """All that was looked at and is good, or bad."""
    return [line[8:33].strip() for line in text.splitlines() if line.startswith(f"  {word}")]


ALL = [
    "TLS",
    "log-in",
    "reads actors",
    "reads trainings",
    "reads shipment-signals",
    "schemas",
    "does no more",
    "is refused all else",
    "canary",
]


def test_the_county_plays_the_agency_and_all_is_good(
    agreed: dict[str, str], secured: Engine, secrets: KafkaSecrets
) -> None:
    assert secured.own_kafka
    event = [("ce_type", b"se.norrsam.actors.ActorChanged.v1")]
    producer = Producer(configuration(secured.own_kafka.administered))
    for stream in ("actors", "trainings"):
        for county in COUNTIES:
            producer.produce(topic_name(county, stream), b"{}", headers=event)
    assert producer.flush(20) == 0

    status, text = looked(agreed, secured, secrets)

    print(f"\n{text}")
    assert (status, words(text, "good"), words(text, "bad")) == (0, ALL, [])
    assert "there and back, and committed, in" in text


@pytest.mark.parametrize(
    ("topic", "operation", "bad"),
    [
        (topic_name(HOME, "meetings"), "READ", ["does no more", "is refused all else"]),
        (ACTORS, "WRITE", ["does no more"]),
        (topic_name(HOME, "links"), "ALTER_CONFIGS", ["is refused all else"]),
        (topic_name(HOME, "enrolments"), "CREATE", ["is refused all else"]),
    ],
)
def test_a_right_too_much_is_bad_and_then_taken_away(
    agreed: dict[str, str], secured: Engine, secrets: KafkaSecrets, topic: str, operation: str, bad: list[str]
) -> None:
    assert secured.own_kafka
    rule = applying._rule(Grant(POLICE, "topic", topic, False, operation))
    admin = AdminClient(configuration(secured.own_kafka.administered))
    (given,) = admin.create_acls([rule]).values()
    given.result()

    status, text = looked(agreed, secured, secrets)
    taken = run(agreed, secrets, "apply")

    assert (status, words(text, "bad")) == (1, bad)
    assert operation in text
    assert taken == f"{POLICE}\n  remove  topic {topic}: {operation}\n"


def test_a_partner_that_was_revoked_is_not_let_in(
    agreed: dict[str, str], secured: Engine, secrets: KafkaSecrets
) -> None:
    password = (secrets.passwords / POLICE).read_text()
    run(agreed, secrets, "revoke", "police")
    (secrets.passwords / POLICE).write_text(password)
    Path(agreed["NORRSAM_PARTNERS"], "police.toml").write_text(HOLDS)

    status, text = looked(agreed, secured, secrets)
    (secrets.passwords / POLICE).unlink()

    assert (status, words(text, "good"), words(text, "bad")) == (1, ["TLS"], ["log-in"])


async def test_the_list_says_what_a_partner_has_not_read(
    agreed: dict[str, str], secured: Engine, secrets: KafkaSecrets
) -> None:
    kafka = as_partner(secured, secrets, POLICE)
    assert secured.own_kafka
    producer = Producer(configuration(secured.own_kafka.administered))
    for _ in range(3):
        producer.produce(ACTORS, b"{}")
    assert producer.flush(20) == 0
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
    with pytest.raises(LoginRefused):
        await kafka.cluster_id()
    (secrets.passwords / POLICE).unlink()
    assert keeper.reason == ""


async def test_a_partner_is_shown_signals_by_its_own_topic_alone(
    agreed: dict[str, str], secured: Engine, secrets: KafkaSecrets
) -> None:
    assert secured.own_kafka
    administered, kafka = secured.own_kafka.administered, as_partner(secured, secrets, POLICE)
    settings = Settings(partners=Path(agreed["NORRSAM_PARTNERS"]), counties=parse(DEFAULT))
    public, secret = uuid4(), uuid4()
    producer = Producer(configuration(administered))

    def publish(version: int, label: str, signal: UUID) -> None:
        topic, headers, key, payload = event(version, label, signal=signal)
        producer.produce(topic, payload, key, headers=headers)
        assert producer.flush(20) == 0

    async def shown() -> list[tuple[bytes, bytes]]:
        headers = [dict(record.headers) async for batch in kafka.read(SIGNALS) for record in batch]
        return [
            (each["ce_subject"], each["ce_aggregateversion"])
            for each in headers
            if each.get("ce_subject") in (str(public).encode(), str(secret).encode())
        ]

    async def forwarded_until(expected: list[tuple[bytes, bytes]]) -> None:
        async def is_shown() -> None:
            assert await shown() == expected

        work = asyncio.create_task(keep_forwarding(administered, HOME, agreement(settings, "police"), COUNTIES))
        await eventually(is_shown)
        work.cancel()
        await asyncio.wait([work])

    publish(1, "AMBER+STRICT", secret)
    publish(1, "AMBER", public)
    await forwarded_until([(str(public).encode(), b"1")])
    publish(2, "AMBER+STRICT", public)
    publish(2, "GREEN", secret)
    both = [(str(public).encode(), b"1"), (str(public).encode(), b"2"), (str(secret).encode(), b"2")]
    await forwarded_until(both)

    fetch = await fetched(kafka, SHARED_SIGNALS)
    last = [each async for batch in kafka.read(SIGNALS) for each in batch]
    assert fetch.topics[0][1][0][1] == TopicAuthorizationFailedError.errno
    assert not [each for each in last if b"AMBER+STRICT" in (each.value or b"")]
    assert {each.timestamp % 3_600_000 for each in last if dict(each.headers).get("ce_subject")} == {0}


def test_another_label_is_another_topic_and_the_old_one_goes(
    agreed: dict[str, str], secured: Engine, secrets: KafkaSecrets
) -> None:
    file = Path(agreed["NORRSAM_PARTNERS"], "police.toml")
    file.write_text(HOLDS.replace("[quotas]", "") + 'label = "GREEN"\n')

    said = run(agreed, secrets, "apply")

    green = own_topic(HOME, "police", Tlp.GREEN)
    assert f"  add     topic {green}: READ\n" in said
    assert f"delete  topic {SIGNALS}\n" in said
    assert secured.own_kafka
    there = AdminClient(configuration(secured.own_kafka.administered)).list_topics(timeout=10).topics
    assert (green in there, SIGNALS in there) == (True, False)
