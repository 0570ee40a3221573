"""Faults of a service's delivery: one list for health, /links, `norrsam links` and the metrics.

Relay, inbox and watch say what they see, and `stored` what the database says. A fault ends by itself, with its cause.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import asyncpg
from pydantic import BaseModel, ConfigDict, computed_field

from shared.contracts.topics import LINKS, county_of, topic_name
from shared.links.checkpoints import all_progress
from shared.outages import Outage
from shared.protocol.progress import Progress
from shared.transport.sending import refuses_time

CLOCKS_DIFFER_AFTER = timedelta(seconds=5)


class FaultKind(StrEnum):
    """A kind of fault. Each has an alarm and a section of the runbook."""

    DATABASE_DOUBTED = "database-doubted"
    INBOX_WAITS = "inbox-waits"
    STREAM_WAITS = "stream-waits"
    STREAM_STOPPED = "stream-stopped"
    RESTATE_FAILS = "restate-fails"
    EPOCH_PASSED = "epoch-passed"
    REPORTS_REFUSED = "reports-refused"
    CLOCK_AHEAD = "clock-ahead"
    NOT_SENT = "not-sent"
    TIME_REFUSED = "time-refused"
    TOPIC_MISSING = "topic-missing"
    TOPIC_SHORT = "topic-short"
    PARTITIONS = "partitions"
    MAIL_WAITS = "mail-waits"
    CERTIFICATE_ENDS = "certificate-ends"
    GATEWAY_CERTIFICATE_ENDS = "gateway-certificate-ends"


SECTIONS = {
    FaultKind.DATABASE_DOUBTED: "a-database-may-be-a-restored-one",
    FaultKind.INBOX_WAITS: "the-inbox-waits",
    FaultKind.STREAM_WAITS: "an-epoch-was-not-named",
    FaultKind.STREAM_STOPPED: "a-stream-is-stopped",
    FaultKind.RESTATE_FAILS: "a-restate-does-not-take-effect",
    FaultKind.EPOCH_PASSED: "an-owner-publishes-in-an-epoch-that-is-over",
    FaultKind.REPORTS_REFUSED: "a-county-is-muted",
    FaultKind.CLOCK_AHEAD: "clocks-differ",
    FaultKind.NOT_SENT: "kafka-is-away",
    FaultKind.TIME_REFUSED: "clocks-differ",
    FaultKind.TOPIC_MISSING: "a-topic-is-missing-or-was-made-anew",
    FaultKind.TOPIC_SHORT: "a-topic-has-less-than-was-confirmed",
    FaultKind.PARTITIONS: "a-topic-has-two-partitions",
    FaultKind.MAIL_WAITS: "mails-are-not-sent",
    FaultKind.CERTIFICATE_ENDS: "a-certificate-of-kafka-ends",
    FaultKind.GATEWAY_CERTIFICATE_ENDS: "the-gateways-certificate-ends",
}


class Fault(BaseModel):
    """Something that an operator should know of; ``runbook`` says what to do. ``since`` is null if that is not known.

    ``detail`` holds no number of events: health shows it to everybody.
    """

    model_config = ConfigDict(frozen=True)

    kind: FaultKind
    topic: str | None = None
    since: datetime | None = None
    detail: str

    @computed_field  # type: ignore[prop-decorator]
    @property
    def runbook(self) -> str:
        """The section of the runbook."""
        return f"docs/runbook.md#{SECTIONS[self.kind]}"


class Faults:
    """The faults that one part of a process sees now. One that stays keeps the time at which it was seen first."""

    def __init__(self) -> None:
        self._found: dict[tuple[FaultKind, str | None], Fault] = {}

    def begin(self, kind: FaultKind, detail: str, topic: str | None = None) -> bool:
        """The fault is there. False if it was, with the same words."""
        known = self._found.get((kind, topic))
        if known and known.detail == detail:
            return False
        since = known.since if known else datetime.now(UTC)
        self._found[kind, topic] = Fault(kind=kind, topic=topic, since=since, detail=detail)
        return True

    def since(self, kind: FaultKind, topic: str) -> datetime | None:
        """When the fault was seen first; None if it is not there."""
        found = self._found.get((kind, topic))
        return found.since if found else None

    def end(self, kind: FaultKind, topic: str | None = None) -> None:
        """The fault is not there, or not any more."""
        self._found.pop((kind, topic), None)

    def tell_of_sending(self, topic: str, error: Exception | None) -> None:
        """Kafka has not taken records of ``topic`` because of ``error``; None: it has taken them."""
        kind = FaultKind.TIME_REFUSED if error and refuses_time(error) else FaultKind.NOT_SENT
        detail = {
            FaultKind.NOT_SENT: f"Kafka does not confirm what is sent ({_named(error)})",
            FaultKind.TIME_REFUSED: "Kafka refuses the time of what is sent: the clock here is over an hour ahead",
        }
        for each, words in detail.items():
            if error and each is kind:
                self.begin(each, words, topic)
            else:
                self.end(each, topic)

    def end_all(self) -> None:
        """Nothing is wrong, or nobody here can say."""
        self._found.clear()

    def __iter__(self) -> Iterator[Fault]:
        """Every fault."""
        return iter(self._found.values())


def _named(error: Exception | None) -> str:
    """An outage that we have named, in its words; of any other error only the kind, for it may quote data."""
    return str(error) if isinstance(error, Outage) else type(error).__name__


async def stored(conn: asyncpg.Connection, topics: Iterable[str]) -> list[Fault]:
    """The faults of the topics that the database knows of. ``topics`` are those that are read, links topics too."""
    known = await all_progress(conn, list(topics))
    latest = datetime.now(UTC) + CLOCKS_DIFFER_AFTER
    heads = {county_of(topic): each.owner_head for topic, (each, _) in known.items() if each.owner_head}
    ahead = [
        Fault(
            kind=FaultKind.CLOCK_AHEAD,
            topic=topic_name(county, LINKS),
            detail=f"the clock of {county} is ahead of the one here: nothing of it is complete until they agree",
        )
        for county, head in heads.items()
        if head.as_of > latest
    ]
    return [*ahead, *(fault for topic, (progress, row) in known.items() for fault in _of_topic(topic, progress, row))]


def _of_topic(topic: str, progress: Progress, row: asyncpg.Record) -> Iterator[Fault]:
    head = progress.owner_head
    if row["stopped"]:  # the reason may quote a record
        detail = "too many handler errors in a row; it is tried again each minute"
        yield Fault(kind=FaultKind.STREAM_STOPPED, topic=topic, since=row["last_record_at"], detail=detail)
    if progress.restated_from is not None:
        detail = "its owner has restated the stream, and withdrawing what it left out fails here"
        yield Fault(kind=FaultKind.RESTATE_FAILS, topic=topic, detail=detail)
    if head and head.epoch < progress.epoch:
        detail = (
            f"its owner publishes in epoch {head.epoch}, but epoch {progress.epoch} has been applied here: nothing "
            f"that it publishes counts until it recovers"
        )
        yield Fault(kind=FaultKind.EPOCH_PASSED, topic=topic, since=progress.complete_until, detail=detail)
