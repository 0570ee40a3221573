"""Who may do what on a Kafka: made from the register of streams and from what each service subscribes to.

``home`` are the counties whose services use this Kafka: one, or all who share it. Of each other county a mirror brings
the shared topics here, and takes those of ``home`` there; where counties join one by one, only of those in ``joined``.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from infra.access.users import mirror_user, service_user
from shared.contracts.topics import LINKS, SERVICES, topic_name
from shared.runtime.service import Service, find

Kind = Literal["topic", "group"]
READ, WRITE, CREATE, ALTER = "READ", "WRITE", "CREATE", "ALTER"
DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS = "DESCRIBE", "DESCRIBE_CONFIGS", "ALTER_CONFIGS"


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One operation that a user may do, on one topic or group, or on all whose names begin so (``prefixed``).

    What no grant allows is denied. Kafka takes DESCRIBE as granted with READ, WRITE and ALTER.
    """

    user: str
    kind: Kind
    name: str
    prefixed: bool
    operation: str


def users(home: Sequence[str], counties: Sequence[str], joined: Collection[str] | None = None) -> list[str]:
    """Everybody who logs in with a password, in the order of the register."""
    foreign = _foreign(home, counties, joined)
    services = [service_user(county, service) for county in home for service in SERVICES]
    return services + ([mirror_user(county) for county in [*home, *foreign]] if foreign else [])


def grants(home: Sequence[str], counties: Sequence[str], joined: Collection[str] | None = None) -> list[Grant]:
    """Everything that is allowed to anybody but the broker and who administers it."""
    foreign = _foreign(home, counties, joined)
    found = [_service(find(name), county, counties) for county in home for name in SERVICES]
    if foreign:
        found += [_own_mirror(county, foreign) for county in home]
        found += [_foreign_mirror(county, home) for county in foreign]
    return sorted(chain.from_iterable(found))


def _foreign(home: Sequence[str], counties: Sequence[str], joined: Collection[str] | None) -> list[str]:
    return [county for county in counties if county not in home and (joined is None or county in joined)]


def _service(service: Service, county: str, counties: Sequence[str]) -> Iterator[Grant]:
    """A service reads its own topics too: what Kafka lost of them it sends again."""
    user = service_user(county, service.name)
    written = [*service.topics_written(county), topic_name(county, LINKS)]
    read = {*written, *service.topics_read(county, counties), *(topic_name(each, LINKS) for each in counties)}
    read |= {*service.topics_followed(counties)}
    yield from (Grant(user, "topic", topic, False, READ) for topic in read)
    yield from (Grant(user, "topic", topic, False, WRITE) for topic in written)
    yield Grant(user, "group", f"{county}.{service.name}", False, READ)


def _own_mirror(county: str, foreign: Sequence[str]) -> Iterator[Grant]:
    """It keeps its positions and settings in topics of its own, mm2-…, and makes an empty topic `heartbeats`."""
    user = mirror_user(county)
    for other in foreign:
        for operation in (CREATE, WRITE, ALTER, DESCRIBE_CONFIGS, ALTER_CONFIGS):
            yield Grant(user, "topic", f"{other}.shared.", True, operation)
        yield Grant(user, "group", f"{other}-mm2", False, READ)
    for operation in (CREATE, READ, WRITE, DESCRIBE_CONFIGS):
        yield Grant(user, "topic", "mm2-", True, operation)
    yield from (Grant(user, "topic", "heartbeats", False, operation) for operation in (CREATE, WRITE))


def _foreign_mirror(county: str, home: Sequence[str]) -> Iterator[Grant]:
    for owner in home:
        for operation in (READ, DESCRIBE_CONFIGS):
            yield Grant(mirror_user(county), "topic", f"{owner}.shared.", True, operation)
