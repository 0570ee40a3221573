"""A subscriber of toys, and an owner whose log it reads: for tests of the kit that need no Kafka."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from aiokafka import ConsumerRecord

from shared.contracts.event import Event
from shared.contracts.registry import MARKERS
from shared.contracts.restated import marker_id
from shared.protocol.envelope import Envelope, source_of
from shared.subscribing import SqliteStore, Withdrawn
from shared.subscribing.delivery import Delivery
from tests.delivery.toy import ToyChanged

TOPIC = "norrbotten.shared.actors.v1"
GROUP = "police.1"
TABLE = "CREATE TABLE IF NOT EXISTS toys (county text, id text PRIMARY KEY, name text)"


class ToyEnded(ToyChanged):
    """The last event of a toy: it is not restated any more."""

    event_type = "se.norrsam.actors.ToyEnded.v1"
    final = True


class Log:
    """An owner's log, as records of its topic. What is ``lost`` has its number, and does not lie there."""

    def __init__(self, topic: str = TOPIC, epoch: int = 1) -> None:
        self.topic = topic
        self.epoch = epoch
        self.records: list[Any] = []
        self.number = 0

    def write(self, event: Event, version: int, lost: bool = False, **changed: bytes | None) -> Any:
        """The event has the next number; its record."""
        self.number += 1
        return self.lie(event.event_type, event.id, event.write(), version, self.number, lost, **changed)

    def toy(self, toy: UUID, version: int, name: str = "a toy", lost: bool = False, **changed: bytes | None) -> Any:
        return self.write(ToyChanged(id=toy, county="norrbotten", name=name), version, lost, **changed)

    def restate(self, living: Sequence[tuple[Event, int]], lost: Sequence[int] = ()) -> list[Any]:
        """The living aggregates once more, and the marker; those at these places are lost."""
        first = self.number + 1
        copies = [self.write(each, version, at in lost, ce_restated=b"1") for at, (each, version) in enumerate(living)]
        marker = MARKERS["actors"](id=marker_id(TOPIC), county="norrbotten", first=first)
        return [*copies, self.write(marker, self.number + 1)]

    def lie(
        self, name: str, subject: UUID, value: bytes, version: int, number: int, lost: bool, **changed: bytes | None
    ) -> Any:
        headers = {
            "ce_specversion": b"1.0",
            "ce_id": str(uuid4()).encode(),
            "ce_source": source_of(TOPIC).encode(),
            "ce_type": name.encode(),
            "ce_subject": str(subject).encode(),
            "ce_time": b"2026-11-23T10:00:00.000Z",
            "ce_aggregateversion": b"%d" % version,
            "ce_epoch": b"%d" % self.epoch,
            "ce_sequence": b"%012d" % number,
            **changed,
        }
        record = at(self.topic, len(self.records), list(headers.items()), value)
        if not lost:
            self.records.append(record)
        return record

    def again(self, record: Any) -> None:
        """The record lies there once more, at the end."""
        self.records.append(at(self.topic, len(self.records), record.headers, record.value))


def at(
    topic: str, offset: int, headers: Sequence[tuple[str, bytes | None]], value: bytes | None, key: bytes = b"key"
) -> Any:
    """A record at this offset."""
    return ConsumerRecord(topic, 0, offset, 0, 0, key, value, None, 0, 0, headers)


class Subscriber:
    """Keeps the toys in its table. A toy that is called broken fails; one that is called away is an outage."""

    def __init__(self, path: Path | str, topics: Sequence[str] = (TOPIC,)) -> None:
        self.topics, self.group = topics, GROUP
        self.handed: list[tuple[UUID, int]] = []
        self.withdrawn: list[UUID] = []
        self.store = SqliteStore(path)
        self.db = self.store.connection
        self.db.execute(TABLE)
        self.start()

    def close(self) -> None:
        self.db.close()

    def start(self) -> None:
        """A process of it begins."""
        self.delivery = Delivery(self.store, self.group, self.topics, (ToyChanged, Withdrawn))

    async def hand(self, event: Event | Withdrawn, conn: sqlite3.Connection, envelope: Envelope | None) -> None:
        if isinstance(event, Withdrawn):
            self.withdrawn.append(event.id)
            conn.execute("DELETE FROM toys WHERE id = ?", (str(event.id),))
            return
        assert isinstance(event, ToyChanged)
        assert envelope
        self.handed.append((event.id, envelope.version))
        values = event.county, str(event.id), event.name
        conn.execute("INSERT INTO toys VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name", values)
        if event.name == "broken":
            raise ZeroDivisionError("it breaks the handler")
        if event.name == "away":
            raise OSError("what it calls is away")

    async def read(self, records: Sequence[Any], start: int = 0) -> None:
        """Read the topic from the offset ``start`` to its end, or from where the kit goes on instead."""
        offset = start
        while offset < len(records):
            instead = await self.delivery.take(records[offset], self.hand)
            offset = offset + 1 if instead is None else instead

    def toys(self) -> dict[UUID, str]:
        return {UUID(toy): name for toy, name in self.db.execute("SELECT id, name FROM toys")}

    def rows(self, columns: str, table: str) -> list[Any]:
        return [tuple(row) for row in self.db.execute(f"SELECT {columns} FROM norrsam_{table} ORDER BY 1")]
