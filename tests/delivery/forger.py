"""Somebody who writes to a topic past every rule."""

from collections.abc import Callable
from uuid import UUID, uuid4

from confluent_kafka import Producer

from infra.engine import Engine
from shared.contracts.links import LinksReported
from shared.contracts.registry import MARKERS
from shared.contracts.restated import marker_id
from shared.contracts.topics import LINKS, topic_name
from tests.delivery.toy import ToyChanged
from tests.support.waiting import DEADLINE


class Forger:
    """Writes to a topic whatever it likes, as a broken or malicious program could."""

    def __init__(self, engine: Engine, county: str) -> None:
        self.county = county
        self.topic = topic_name(county, "actors")
        self.bootstrap = engine.kafka
        self.compress("none")

    def compress(self, codec: str) -> None:
        """Its batches are compressed so from here on."""
        settings = {"bootstrap.servers": self.bootstrap, "linger.ms": 50, "batch.num.messages": 1000}
        self._producer = Producer({**settings, "compression.type": codec})

    def headers(self, number: int, toy: UUID, **changed: bytes | None) -> dict[str, bytes | None]:
        """True headers, but for what is ``changed``."""
        return {
            "ce_specversion": b"1.0",
            "ce_id": str(uuid4()).encode(),
            "ce_source": f"/counties/{self.county}/actors".encode(),
            "ce_type": ToyChanged.event_type.encode(),
            "ce_subject": str(toy).encode(),
            "ce_time": b"2026-11-23T10:00:00.000Z",
            "ce_aggregateversion": b"1",
            "ce_epoch": b"1",
            "ce_sequence": b"%012d" % number,
            **changed,
        }

    def data(self, toy: UUID, name: str = "a toy", county: str | None = None) -> bytes:
        return ToyChanged(id=toy, county=county or self.county, name=name).write()

    def send(self, headers: dict[str, bytes | None], value: bytes | None, key: bytes = b"key", sent: int = 0) -> None:
        """``sent`` is in milliseconds since 1970; 0 is now."""
        self._producer.produce(self.topic, key=key, value=value, headers=list(headers.items()), timestamp=sent)

    def good(self, number: int, toy: UUID | None = None, version: int = 1, name: str = "a toy") -> UUID:
        toy = toy or uuid4()
        self.send(self.headers(number, toy, ce_aggregateversion=b"%d" % version), self.data(toy, name))
        return toy

    def marker(self, first: int, number: int) -> Callable[[], None]:
        """Sends the end of a restate that began with ``first``, once it is called."""
        marker = MARKERS["actors"](id=marker_id(self.topic), county=self.county, first=first)
        changed = {"ce_type": marker.event_type.encode(), "ce_aggregateversion": b"%d" % number}
        return lambda: self.send(self.headers(number, marker.id, **changed), marker.write())

    def report(self, report: LinksReported, sent: int = 0) -> None:
        """Says on the county's links whatever it likes; ``sent`` as in `send`."""
        topic = topic_name(self.county, LINKS)
        self._producer.produce(topic, key=report.service.encode(), value=report.write(), timestamp=sent)

    def flush(self) -> None:
        assert self._producer.flush(DEADLINE) == 0
