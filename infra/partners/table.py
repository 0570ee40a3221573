"""Makes of the agreements that hold: who of the partners may do what on the county's Kafka, and how much of it."""

from collections.abc import Iterator, Sequence
from itertools import chain

from infra.access.table import READ, WRITE, Grant
from infra.access.users import HEARS_PARTNERS, service_user
from infra.partners.agreement import Agreement
from infra.partners.own_topic import PARKED, REPLIES, STREAM
from shared.contracts.topics import STREAMS
from shared.transport.quotas import Quotas

CANARY_KEPT_MS = 24 * 3600 * 1000
PARKED_KEPT_MS = 30 * CANARY_KEPT_MS
REPLIES_KEPT = {
    "retention.ms": str(3 * CANARY_KEPT_MS),
    "retention.bytes": "50000000",
    "segment.bytes": "10000000",
    "max.message.bytes": "10000",
    "message.timestamp.type": "LogAppendTime",
    "compression.type": "uncompressed",
}


def canary_topic(county: str, agency: str) -> str:
    """The topic on which a partner reads again what it has written, to see that all works."""
    return f"{county}.partners.{agency}.canary.v1"


def replies_topic(county: str, agency: str) -> str:
    """The topic on which a partner answers signals, and nobody else writes."""
    return f"{county}.partners.{agency}.{REPLIES}.v1"


def parked_topic(county: str, agency: str) -> str:
    """The topic of what a partner's webhook has refused. Only who administers Kafka reads and writes it."""
    return f"{county}.partners.{agency}.{PARKED}.v1"


def topics(county: str, agreed: Sequence[Agreement]) -> dict[str, dict[str, str]]:
    """The partners' own topics, with their settings: a canary for each, and that of signals, kept as the counties'.

    What a webhook refuses is kept for 30 days, and replies for 72 hours. Of these Kafka says the time, unpacks what is
    compressed and takes nothing large: an agency must not choose how long, how much and when.
    """
    found = {canary_topic(county, each.agency): {"retention.ms": str(CANARY_KEPT_MS)} for each in agreed}
    parked = [parked_topic(county, each.agency) for each in agreed if each.webhook]
    found |= {topic: {"retention.ms": str(PARKED_KEPT_MS)} for topic in parked}
    owned = [topic for each in agreed if (topic := each.own_topic(county))]
    found |= {replies_topic(county, each.agency): dict(REPLIES_KEPT) for each in agreed if each.own_topic(county)}
    return found | {topic: dict(STREAMS[STREAM].topic_settings()) for topic in owned}


def grants(county: str, agreed: Sequence[Agreement], counties: Sequence[str]) -> list[Grant]:
    """Everything that is allowed to partners, who read in groups of their own, and answer signals; and on their topics.

    The service that hears their answers reads what they are shown of signals, and what they say to that.
    """
    return sorted(chain.from_iterable(_of(county, each, counties) for each in agreed))


def quotas(county: str, agreed: Sequence[Agreement]) -> Quotas:
    """How much each partner may take. Where two name one address, the lower limit of connections holds for it."""
    found: Quotas = {}
    for each in agreed:
        found["user", each.user(county)] = {
            "consumer_byte_rate": float(each.quotas.bytes_per_second),
            "producer_byte_rate": 10_000.0,  # it writes its canary and short replies alone
            "request_percentage": float(each.quotas.percent_of_a_thread),
        }
        rate = float(each.quotas.connections_per_second)
        for address in map(str, each.quotas.addresses):
            known = found.get(("ip", address), {}).get("connection_creation_rate", rate)
            found["ip", address] = {"connection_creation_rate": min(rate, known)}
    return found


def _of(county: str, agreed: Agreement, counties: Sequence[str]) -> Iterator[Grant]:
    user, canary = agreed.user(county), canary_topic(county, agreed.agency)
    for topic in agreed.topics(county, counties):
        yield Grant(user, "topic", topic, False, READ)
    for operation in (READ, WRITE):
        yield Grant(user, "topic", canary, False, operation)
    if shown := agreed.own_topic(county):
        replies = replies_topic(county, agreed.agency)
        yield Grant(user, "topic", replies, False, WRITE)
        yield from (
            Grant(service_user(county, HEARS_PARTNERS), "topic", topic, False, READ) for topic in (shown, replies)
        )
    yield Grant(user, "group", agreed.groups, True, READ)
