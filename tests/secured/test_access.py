"""On a secured Kafka everybody may do what the table below says, and nothing else. Each cell is tried.

The table says it anew, so that a slip of the register shows.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from infra import topics
from infra.access import table
from infra.engine import Engine
from infra.kafka.clients import configuration
from infra.kafka.folder import KafkaSecrets
from shared.contracts.topics import LINKS, SERVICES, STREAMS, topic_name
from shared.transport.kafka import KafkaCluster
from tests.secured import trying
from tests.secured.conftest import COUNTIES, Apply
from tests.secured.trying import Cell, Outcomes
from tests.support.waiting import DEADLINE

WRITES = {
    "actors": {"actors"},
    "shipment-alerts": {"shipment-signals", "guidance"},
    "trainings": {"trainings", "enrolments"},
    "meetings": {"meetings"},
    "initiatives": {"initiatives"},
    "reports": set[str](),
}
READS = {
    "actors": set(STREAMS),  # for `/events`
    "shipment-alerts": {"actors", "shipment-signals", "guidance"},
    "trainings": {"actors", "trainings", "enrolments"},
    "meetings": {"actors", "meetings"},
    "reports": {"actors", "trainings", "enrolments", "meetings", "shipment-signals", "guidance", "initiatives"},
    "initiatives": {"initiatives"},
}
OWN_MIRROR = {"WRITE", "CREATE", "ALTER", "DESCRIBE", "DESCRIBE_CONFIGS", "ALTER_CONFIGS"}
SHARED = [topic_name(county, stream) for county in COUNTIES for stream in STREAMS]
AGENCY = "norrbotten.partners.police.sealed-alerts.v1"
OTHERS = ["mm2-configs.jamtland.internal", "heartbeats", AGENCY]
TOPICS = [*SHARED, *OTHERS]
GROUPS = [f"{county}.{service}" for county in COUNTIES for service in SERVICES] + [f"{each}-mm2" for each in COUNTIES]
IDS = ["norrbotten.actors", "norrbotten-mirror"]
Table = Callable[[Cell], bool]


def of_service(county: str, service: str) -> Table:
    """A service writes its own streams and links, reads what it applies and links, and has one group."""

    def allowed(cell: Cell) -> bool:
        if cell.kind != "topic" or cell.name not in SHARED:
            return cell == Cell("group", f"{county}.{service}", cell.operation) and cell.operation != "DELETE"
        owner, _, stream, _ = cell.name.split(".")
        writes = owner == county and stream in {*WRITES[service], LINKS}
        reads = stream in {*READS[service], LINKS}
        return {"WRITE": writes, "READ": reads, "DESCRIBE": writes or reads}.get(cell.operation, False)

    return allowed


def of_own_mirror(county: str) -> Table:
    """The mirror of this Kafka's county writes what others share, and never what its own county does."""

    def allowed(cell: Cell) -> bool:
        if cell.kind == "group":
            return cell.name in {f"{each}-mm2" for each in COUNTIES if each != county} and cell.operation != "DELETE"
        if cell.name in SHARED and not cell.name.startswith(f"{county}."):
            return cell.operation in OWN_MIRROR
        if cell.name.startswith("mm2-"):
            return cell.operation in {"READ", "WRITE", "CREATE", "DESCRIBE", "DESCRIBE_CONFIGS"}
        return cell.name == "heartbeats" and cell.operation in {"WRITE", "CREATE", "DESCRIBE"}

    return allowed


def of_foreign_mirror(home: str) -> Table:
    """The mirror of another county reads what this county shares, and that alone."""
    return lambda cell: (
        cell.name in SHARED
        and cell.name.startswith(f"{home}.")
        and cell.operation in {"READ", "DESCRIBE", "DESCRIBE_CONFIGS"}
    )


def services(counties: Sequence[str]) -> dict[str, Table]:
    """Every service of these counties."""
    return {f"{county}-{service}": of_service(county, service) for county in counties for service in SERVICES}


@pytest.fixture
def filled(secured: Engine) -> KafkaCluster:
    """The Kafka as its administrator comes to it; each topic is there, with a record."""
    assert secured.own_kafka
    kafka = secured.own_kafka.administered
    topics.apply(kafka.bootstrap, COUNTIES, kafka.login)
    admin, producer = AdminClient(configuration(kafka)), Producer(configuration(kafka))
    for future in admin.create_topics([NewTopic(name, 1, 1) for name in OTHERS]).values():
        trying._allowed(future.result)
    for name in TOPICS:
        producer.produce(name, b"there")
    assert producer.flush(DEADLINE) == 0
    trying.wait_for_groups(kafka, GROUPS)
    return kafka


def tried(secured: Engine, secrets: KafkaSecrets, users: Mapping[str, Table]) -> Iterator[tuple[str, Cell, bool, bool]]:
    """Each cell: the user, what was tried, whether it was allowed, and whether it is to be."""

    def all_of(user: str) -> Outcomes:
        kafka = KafkaCluster(secured.kafka, secrets.of(user))
        return {**trying.everything(kafka, TOPICS, GROUPS, IDS), **trying.delete(kafka, TOPICS)}

    with ThreadPoolExecutor(4) as pool:
        for user, outcomes in zip(users, pool.map(all_of, users), strict=True):
            yield from ((user, cell, allowed, users[user](cell)) for cell, allowed in outcomes.items())


@pytest.mark.parametrize("shared_by", [COUNTIES[:1], COUNTIES], ids=["own", "shared"])
def test_each_cell_is_allowed_exactly_where_the_table_says(
    secured: Engine, secrets: KafkaSecrets, apply: Apply, filled: KafkaCluster, shared_by: tuple[str, ...]
) -> None:
    users = services(shared_by)
    if shared_by != COUNTIES:
        users["norrbotten-mirror"] = of_own_mirror("norrbotten")
        users |= {f"{county}-mirror": of_foreign_mirror("norrbotten") for county in COUNTIES[1:]}
    apply(shared_by)

    cells = list(tried(secured, secrets, users))

    print(f"\n{len(cells)} cells of {len(users)} users tried, {sum(cell[2] for cell in cells)} allowed")
    assert sorted(users) == sorted(table.users(shared_by, COUNTIES))
    assert [cell for cell in cells if cell[2] != cell[3]] == []


def test_who_administers_kafka_may_do_everything(filled: KafkaCluster) -> None:
    outcomes = trying.everything(filled, TOPICS, GROUPS, IDS)
    deleted = trying.delete(filled, TOPICS)

    print(f"\n{len(outcomes) + len(deleted)} cells of the administrator tried")
    assert [cell for cell, allowed in (outcomes | deleted).items() if not allowed] == []
