"""Partner agencies on a secured Kafka: each may do what its agreement says, in every cell."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
from aiokafka.errors import TopicAuthorizationFailedError
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from typer.testing import CliRunner

from infra import topics
from infra.access import applying
from infra.access.table import Grant
from infra.cli import partners
from infra.engine import Engine
from infra.kafka.clients import configuration
from infra.kafka.folder import KafkaSecrets
from infra.partners.table import canary_topic, replies_topic
from shared.contracts.topics import SERVICES, STREAMS, topic_name
from tests.secured import trying
from tests.secured.conftest import COUNTIES
from tests.secured.partnership import ACTORS, CUSTOMS, ENDED, HOLDS, HOME, POLICE, SIGNALS, as_partner, fetched, run
from tests.secured.trying import Cell
from tests.support.waiting import DEADLINE

READS = {POLICE: {"actors", "trainings"}, CUSTOMS: {"trainings"}}
SHARED = [topic_name(county, stream) for county in COUNTIES for stream in STREAMS]
CANARIES = [canary_topic(HOME, agency) for agency in ("police", "customs")]
REPLIES = replies_topic(HOME, "police")
SEALED = "norrbotten.partners.police.sealed-alerts.v1"
GROUPS = ["police.1", "police.2", "customs.1", "policeman", *(f"{HOME}.{service}" for service in SERVICES)]


def is_agreed(user: str, cell: Cell) -> bool:
    """The table of who may do what, said anew."""
    agency = user.removeprefix(f"{HOME}-partner-")
    if cell.kind == "group":
        return cell.name.startswith(f"{agency}.") and cell.operation in ("READ", "DESCRIBE")
    if cell.name == canary_topic(HOME, agency):
        return cell.operation in ("READ", "WRITE", "DESCRIBE")
    if cell.name == REPLIES:
        return user == POLICE and cell.operation in ("WRITE", "DESCRIBE")
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
    for topic in [*SHARED, *CANARIES, SIGNALS, REPLIES]:
        producer.produce(topic, b"there")
    assert producer.flush(DEADLINE) == 0
    trying.wait_for_groups(administered, GROUPS)

    kafka, every = as_partner(secured, secrets, user), [*SHARED, *CANARIES, SIGNALS, REPLIES, SEALED]
    cells = {**trying.everything(kafka, every, GROUPS, [user, "police.1"]), **trying.delete(kafka, every)}

    print(f"\n{len(cells)} cells of {user} tried, {sum(cells.values())} allowed")
    assert [cell for cell, allowed in cells.items() if allowed != is_agreed(user, cell)] == []


def test_the_service_reads_a_partner_s_answers_while_agreed(
    agreed: dict[str, str], secured: Engine, secrets: KafkaSecrets
) -> None:
    service = f"{HOME}-shipment-alerts"
    kafka, group = as_partner(secured, secrets, service), f"{HOME}.shipment-alerts"
    every = [SIGNALS, REPLIES, *CANARIES, SEALED]

    cells = trying.everything(kafka, every, [group], [])
    Path(agreed["NORRSAM_PARTNERS"], "police.toml").write_text(ENDED)
    said = run(agreed, secrets, "apply")

    allowed = {(cell.name, cell.operation) for cell, allowed in cells.items() if allowed and cell.kind == "topic"}
    assert allowed == {(topic, operation) for topic in (SIGNALS, REPLIES) for operation in ("READ", "DESCRIBE")}
    assert f"{service}\n  remove  topic {SIGNALS}: READ\n  remove  topic {REPLIES}: READ\n" in said
    fetched_then = asyncio.run(fetched(kafka, REPLIES))
    assert fetched_then.topics[0][1][0][1] == TopicAuthorizationFailedError.errno


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
    assert producer.flush(DEADLINE) == 0

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
