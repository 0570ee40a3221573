"""Looks at the Kafka of a joined county as the own mirror sees it, and at what comes from there and goes there."""

import socket
import ssl
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from confluent_kafka import KafkaException

from infra.mirror.newest import ANSWERS_WITHIN, newest
from infra.mirror.rights import Look, rights, schemas, sees_nothing_else, writes_nothing
from infra.mirror.round_trip import round_trip
from shared.contracts.topics import LINKS, STREAMS, topic_name
from shared.links.heard import TAIL_RECORDS, Heard
from shared.protocol.judging_reports import examine_report
from shared.transport.kafka import KafkaCluster, is_from_kafka
from shared.transport.login import SOON, LoginRefused

COMES_WITHIN = 15.0
APART = 60.0
"""Seconds by which clocks may differ, and within which each service reports and applies."""


@dataclass(frozen=True, slots=True)
class Joint:
    """Two counties that are joined, seen from ``county``; nothing is written, and nothing tried that is not allowed.

    ``theirs`` is the Kafka of ``other`` as the own mirror logs in there; ``mine`` the own one as the mirror does, and
    ``served`` as a service, which may read the own reports.
    """

    county: str
    other: str
    theirs: KafkaCluster
    mine: KafkaCluster
    served: KafkaCluster

    async def looks(self, contract: Path) -> AsyncIterator[Look]:
        """All looks; after one that shows that nothing more can be seen there, no other."""
        for look in (self.tls(), await self.log_in()):
            yield look
            if look.found.startswith("no "):
                return
        try:
            may = rights(self.theirs)
        except KafkaException as error:
            yield Look("topics", error.args[0].str(), f"ask {self.other}")
            return
        for stream in STREAMS:
            yield await self.reads(stream, may.get(topic_name(self.other, stream)))
        yield writes_nothing(self.other, may)
        yield sees_nothing_else(self.other, may)
        yield schemas(contract)
        try:
            yield (clock := self.clock(reported := newest(self.theirs, [self.other])[self.other], time.time()))
            if not clock.do:
                yield self.comes_here(reported)
                yield await self.goes_there(datetime.now(UTC))
                yield await self.there_and_back()
        except (KafkaException, LoginRefused) as error:
            yield Look("reports", str(error), "docs/runbook.md, Kafka is away")

    def tls(self) -> Look:
        """Whether the name is in the certificate, who has issued that, how long it counts, and TLS's version."""
        host, _, port = self.theirs.bootstrap.split(",")[0].strip().rpartition(":")
        assert self.theirs.login
        try:
            context = self.theirs.login.context()
            with (
                socket.create_connection((host, int(port)), ANSWERS_WITHIN) as raw,
                context.wrap_socket(raw, server_hostname=host) as conn,
            ):
                version, shown = conn.version(), [conn.getpeercert() or {}, *context.get_ca_certs()]
        except ssl.SSLCertVerificationError as error:
            return Look("TLS", f"no trust: {error.verify_message}", f"ask {self.other} for a new bundle")
        except (OSError, LoginRefused) as error:
            reason = getattr(error, "strerror", None) or str(error)
            return Look("TLS", f"no connection: {reason}", f"ask {self.other}: does its Kafka run, is the way open?")
        ends = datetime.fromtimestamp(min(ssl.cert_time_to_seconds(str(each["notAfter"])) for each in shown), UTC)
        late = ends - datetime.now(UTC) < SOON
        do = f"{self.other} replaces it: docs/runbook.md, A certificate of Kafka ends" if late else ""
        return Look("TLS", f"{version}, certificate until {ends:%Y-%m-%d}", do)

    async def log_in(self) -> Look:
        """Whether the own mirror is let in."""
        login = self.theirs.login
        assert login
        if await login.refusal(self.theirs.bootstrap):
            do = f"{self.other}: `norrsam access apply`. If the password was replaced there, ask for a new bundle"
            return Look("log-in", f"no log-in as {login.user}", do)
        return Look("log-in", f"as {login.user}")

    async def reads(self, stream: str, may: set[str] | None) -> Look:
        """Whether the topic of a stream is there, and may be read; its newest record is read."""
        what, do = f"reads {stream}", f"{self.other}: `norrsam topics apply`, `norrsam access apply`"
        if may is None:
            return Look(what, "the topic is not there, or hidden", do)
        if "READ" not in may:
            return Look(what, "the topic may not be read", do)
        try:
            read = [each async for batch in self.theirs.read(topic_name(self.other, stream), 1) for each in batch]
        except Exception as error:
            if not is_from_kafka(error):
                raise
            return Look(what, f"the topic cannot be read: {type(error).__name__}", do)
        return Look(what, f"newest record of {_time(read[-1].timestamp / 1000)}" if read else "empty")

    def clock(self, reported: float, now: float) -> Look:
        """How old the newest report there is by the clock here; its time is the other county's."""
        if not reported:
            return Look("clock", "no report is there yet", f"{self.other}: do its services run?")
        if reported - now > APART:
            do = "docs/runbook.md, Clocks differ"
            return Look("clock", f"its newest report is {reported - now:.0f} s ahead of the clock here", do)
        do = f"{self.other}: do its services run, is its clock right?" if now - reported > APART else ""
        return Look("clock", f"its newest report is {now - reported:.1f} s old by the clock here", do)

    def comes_here(self, reported: float) -> Look:
        """Whether the mirror brings the report of this time."""
        began = time.monotonic()
        while newest(self.mine, [self.other])[self.other] < reported:
            if time.monotonic() - began > COMES_WITHIN:
                do = "does `norrsam mirror run` run? docs/runbook.md, The mirror brings nothing"
                return Look("comes here", f"its newest report has not come in {COMES_WITHIN:.0f} s", do)
            time.sleep(0.2)
        return Look("comes here", f"its newest report is here, {time.time() - reported:.1f} s after it was written")

    async def goes_there(self, now: datetime) -> Look:
        """Whether the other county has applied, by its reports, all that was written here a minute ago and before."""
        ours = await _said(self.served, self.county, now, now - timedelta(seconds=APART))
        theirs = await _said(self.theirs, self.other, now, now)
        lacking = written = 0
        for topic in (topic_name(self.county, stream) for stream in STREAMS):
            head, done = ours.furthest(topic).get(self.county), theirs.furthest(topic).get(self.other)
            if head is None:
                continue
            written += head.number
            if done is None or (done.epoch, done.number) < (head.epoch, head.number):
                lacking += head.number - (done.number if done and done.epoch == head.epoch else 0)
        if lacking:
            do = f"{self.other}: `norrsam peers test {self.county}`, `norrsam links`"
            return Look("goes there", f"it lacks {lacking} of {written} numbers of ours", do)
        return Look("goes there", f"it has applied all {written} numbers that were ours a minute ago")

    async def there_and_back(self) -> Look:
        """How long the newest number of ours has taken there, until the report of it was written; it is here again."""
        found = await round_trip(self.served, self.county, self.other)
        if found is None:
            return Look("there and back", "nothing that was written here lately has been reported yet")
        number, seconds = found
        return Look("there and back", f"number {number} was reported {seconds:.1f} s after it was written here")


async def _said(kafka: KafkaCluster, county: str, now: datetime, until: datetime) -> Heard:
    """The county's true reports among its last ones, of which each service has a whole one in ten minutes."""
    heard = Heard()
    async for batch in kafka.read(topic_name(county, LINKS), TAIL_RECORDS):
        for record in batch:
            report = examine_report(record, now).report
            if report and report.as_of <= until:
                heard.take(report)
    return heard


def _time(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}"
