"""Furnishes the Kafkas of an engine: topics, and where each county has its own, secrets, users and mirrors too.

What knows every service is imported where it is used: that takes a second, and `norrsam up` mostly does without.
"""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from confluent_kafka import KafkaException

from infra import topics
from infra.access.users import mirror_user
from infra.engine import federated
from infra.engine.engine import Engine
from infra.engine.errors import EngineError
from infra.engine.kafka import Kafka
from infra.engine.ports import HOST
from infra.engine.private import write_private
from infra.kafka.folder import KafkaSecrets
from infra.mirror.newest import newest
from infra.topics import Difference


def make_secrets(engine: Engine) -> None:
    """Before the first start: the secrets of each county's Kafka, and what its mirror needs of the others.

    Safe to repeat: secrets that are there stay, and what is made from them is written anew.
    """
    from infra.access import table
    from infra.mirror.joining import CONTRACT, shared_types

    names = _names(engine)
    for county, kafka in engine.kafkas.items():
        _secrets(kafka).make([HOST], table.users([county], names))
    for county, kafka in engine.kafkas.items():
        folder = federated.peers_folder(engine.config.data, county)
        for other, others in engine.kafkas.items():
            if other != county:
                secrets = _secrets(others)
                write_private(folder / other / "address", others.bootstrap)
                write_private(folder / other / "ca.pem", secrets.ca.read_text(encoding="ascii"))
                password = (secrets.passwords / mirror_user(county)).read_text(encoding="ascii")
                write_private(folder / other / "password", password)
                write_private(folder / other / CONTRACT, json.dumps(shared_types(other), indent=1))
        settings = kafka.client_settings | {"NORRSAM_PEERS": str(folder)}
        write_private(federated.settings_file(engine.config.data, county), federated.written(settings))
        administered = {
            "NORRSAM_KAFKA": kafka.administered.bootstrap,
            "NORRSAM_KAFKA_SECURITY": "SSL",
            "NORRSAM_KAFKA_CA": str(_secrets(kafka).ca),
            "NORRSAM_KAFKA_CERTIFICATE": str(_secrets(kafka).administrator.certificate),
            "NORRSAM_PEERS": str(folder),
        }
        write_private(federated.administrator_file(engine.config.data, county), federated.written(administered))


def make_topics(engine: Engine) -> list[Difference]:
    """Make the topics of the register, of all counties, on every Kafka, and its users and their rights.

    The differences that were found. EngineError if a Kafka does not do it.
    """
    names = _names(engine)

    def furnish(county: str) -> list[Difference]:
        from infra.access import applying, table

        kafka = engine.kafkas[county]
        found = topics.apply(kafka.administered.bootstrap, names, kafka.administered.login)
        users, grants = table.users([county], names), table.grants([county], names)
        applying.apply(kafka.administered, users, grants, _secrets(kafka).passwords)
        return found

    try:
        if not engine.kafkas:
            return topics.apply(engine.kafka, names)
        with ThreadPoolExecutor() as pool:
            return [each for found in pool.map(furnish, engine.kafkas) for each in found]
    except KafkaException as error:
        where = "a county's Kafka" if engine.kafkas else engine.kafka
        raise EngineError(f"The topics could not be made on {where}: {error}") from None


def start_mirrors(engine: Engine) -> list[str]:
    """Start the mirror of each county that has a Kafka of its own; the counties whose mirror was started now."""
    data = engine.config.data
    return [county for county in engine.kafkas if engine.start_mirror(county, federated.peers_folder(data, county))]


def wait_for_mirrors(engine: Engine, seconds: float) -> list[str]:
    """Wait until something that is newer than now has arrived everywhere, of every county that runs.

    A sentence for each county of which nothing has arrived in another one within ``seconds``.
    """
    began = time.time()
    while (missing := list(_missing(engine, began))) and time.time() < began + seconds:
        time.sleep(0.5)
    return missing


def age_of_arrivals(engine: Engine, county: str) -> float:
    """Seconds since the newest record of the other counties in this one's Kafka; of the county that is silent longest.

    KafkaException if its Kafka does not answer.
    """
    others = [name for name in engine.kafkas if name != county]
    return time.time() - min(newest(engine.kafkas[county].administered, others).values(), default=time.time())


def _missing(engine: Engine, since: float) -> Iterator[str]:
    for county, kafka in engine.kafkas.items():
        others = [name for name in engine.kafkas if name != county]
        try:
            arrived = newest(kafka.administered, others)
        except KafkaException:
            yield f"the Kafka of {county} does not answer"
            continue
        yield from (f"nothing of {other} has arrived in {county} yet" for other in others if arrived[other] < since)


def _names(engine: Engine) -> list[str]:
    return [county.name for county in engine.config.counties]


def _secrets(kafka: Kafka) -> KafkaSecrets:
    assert kafka.secrets
    return kafka.secrets
