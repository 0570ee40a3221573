"""Plays a partner agency: logs in as it, reads all that is agreed, and sees that everything else is refused."""

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from confluent_kafka import KafkaException

from infra.mirror.looking import Joint
from infra.mirror.rights import Look, Rights, rights
from infra.partners.agreement import Agreement
from infra.partners.table import canary_topic, replies_topic
from infra.partners.trying import OF_A_TOPIC, not_refused
from shared.contracts.registry import EVENTS
from shared.contracts.topics import SERVICES, STREAMS, topic_name
from shared.protocol.envelope import id_of
from shared.transport.clients import stop
from shared.transport.kafka import KafkaCluster, is_from_kafka
from shared.transport.sending import send_batch

READS = {"READ", "DESCRIBE"}
_PARTNERS_APPLY = "`norrsam partners plan` shows what is missing or too much, `apply` mends it"


@dataclass(frozen=True, slots=True)
class AgencySide:
    """A partner of ``county``, whose ``kafka`` it comes to with its own log-in; ``others`` are the other partners.

    It writes its canary alone. All else that is tried would change nothing if it were allowed.
    """

    county: str
    agreed: Agreement
    kafka: KafkaCluster
    counties: Sequence[str]
    others: Sequence[str]

    async def looks(self) -> AsyncIterator[Look]:
        """All looks; after one that shows that nothing more can be seen, no other."""
        for look in (Joint(self.county, self.county, self.kafka, self.kafka, self.kafka).tls(), await self.log_in()):
            yield look
            if look.found.startswith("no "):
                return
        try:
            may = rights(self.kafka)
            types: set[str] = set()
            for stream in self.agreed.streams:
                yield await self.reads(stream, may, types)
            yield self.schemas(types)
            yield self.does_no_more(may)
            yield self.is_refused_else()
            yield await self.canary()
        except Exception as error:
            if not (isinstance(error, KafkaException) or is_from_kafka(error)):
                raise
            yield Look("Kafka", f"does not do it: {error}", f"{_PARTNERS_APPLY}; docs/runbook.md, Kafka is away")

    async def log_in(self) -> Look:
        """Whether the agency is let in with its password."""
        assert self.kafka.login
        if await self.kafka.login.refusal(self.kafka.bootstrap):
            do = f"does the agreement hold today? {_PARTNERS_APPLY}. A new password needs a new bundle"
            return Look("log-in", f"no log-in as {self.kafka.login.user}", do)
        return Look("log-in", f"as {self.kafka.login.user}, agreed until {self.agreed.valid_until}")

    async def reads(self, stream: str, may: Rights, types: set[str]) -> Look:
        """Whether the stream of each county may be read; the newest record is, and its type added to ``types``."""
        newest, topics = 0.0, self.agreed.topics_of(stream, self.county, self.counties)
        for topic in topics:
            if "READ" not in may.get(topic, ()):
                return Look(f"reads {stream}", f"{topic} is not there, or may not be read", _PARTNERS_APPLY)
            async for batch in self.kafka.read(topic, 1):
                for record in batch:
                    newest = max(newest, record.timestamp / 1000)
                    types |= {value.decode(errors="replace") for name, value in record.headers if name == "ce_type"}
        until = f"newest record of {datetime.fromtimestamp(newest, UTC):%Y-%m-%d %H:%M:%S}" if newest else "empty"
        return Look(f"reads {stream}", f"topics: {len(topics)}; {until}")

    def schemas(self, types: set[str]) -> Look:
        """Whether the types of the newest records have a schema here, in the version that they say."""
        if unknown := sorted(types - EVENTS.keys()):
            return Look("schemas", f"not known here: {', '.join(unknown)}", "upgrade here: the agency finds no schema")
        return Look("schemas", f"of the newest records, {len(types)} types, all known here")

    def does_no_more(self, may: Rights) -> Look:
        """Whether of what it sees it may but read, and write its canary and its replies."""
        agreed = dict.fromkeys(self.agreed.topics(self.county, self.counties), READS)
        agreed[canary_topic(self.county, self.agreed.agency)] = {*READS, "WRITE"}
        if self.agreed.own_topic(self.county):
            agreed[replies_topic(self.county, self.agreed.agency)] = {"WRITE", "DESCRIBE"}
        more = [
            f"{' '.join(sorted(each - agreed.get(topic, set())))} of {topic}"
            for topic, each in sorted(may.items())
            if each - agreed.get(topic, set())
        ]
        return Look("does no more", f"it may also {', '.join(more)}" if more else "", _PARTNERS_APPLY if more else "")

    def is_refused_else(self) -> Look:
        """Whether Kafka refuses everything on every topic that is not agreed, and on others' groups."""
        topics = {topic_name(county, stream) for county in self.counties for stream in STREAMS}
        topics |= {of(self.county, other) for other in self.others for of in (canary_topic, replies_topic)}
        topics -= set(self.agreed.topics(self.county, self.counties))
        groups = [f"{self.county}.{service}" for service in SERVICES] + [f"{other}.1" for other in self.others]
        found = not_refused(self.kafka, sorted(topics), groups)
        if found:
            return Look("is refused all else", f"not refused: {', '.join(found[:3])}; {len(found)}", _PARTNERS_APPLY)
        tried = len(topics) * len(OF_A_TOPIC) + len(groups)
        return Look("is refused all else", f"{tried} tries on {len(topics)} topics and {len(groups)} groups")

    async def canary(self) -> Look:
        """A record that the agency writes and reads again, with a commit in its own group; and how long that took."""
        topic, began = canary_topic(self.county, self.agreed.agency), time.monotonic()
        identity = f"canary-{time.time_ns()}"
        producer = await self.kafka.producer()
        try:
            _, offset = await send_batch(producer, topic, [(b"canary", b"{}", [("ce_id", identity.encode())])])
        finally:
            await stop(producer)
        record = await self.kafka.first_record(topic, offset)
        if record is None or id_of(record.headers) != identity:
            return Look("canary", "what was written did not come back", "docs/runbook.md, Kafka is away")
        await self.kafka.commit(f"{self.agreed.groups}canary", {topic: offset + 1})
        return Look("canary", f"there and back, and committed, in {(time.monotonic() - began) * 1000:.0f} ms")
