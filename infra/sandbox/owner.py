"""The owner of one topic of the sandbox. It numbers its events as a county does, and knows what is true of them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random
from uuid import UUID

from infra.sandbox.truth import TrueState
from shared.contracts.event import Event
from shared.contracts.registry import MARKERS
from shared.contracts.restated import marker_id
from shared.contracts.topics import topic_name, unlinkable
from shared.protocol.envelope import numbered, source_of, timestamp
from shared.subscribing.deciding import Standing

SCHEMAS = "https://norrsam.example/schemas"


@dataclass(frozen=True, slots=True)
class SandboxRecord:
    """A record as it is sent to Kafka. ``time`` is the record's own, in milliseconds since 1970."""

    topic: str
    key: bytes
    headers: tuple[tuple[str, bytes], ...]
    value: bytes
    time: int

    def having(self, **changed: bytes | None) -> "SandboxRecord":
        """The record with these headers instead of its own; None leaves one out."""
        headers = {**dict(self.headers), **changed}
        return replace(self, headers=tuple((name, value) for name, value in headers.items() if value is not None))


@dataclass(slots=True)
class TopicOwner:
    """A county as the owner of ``stream``. ``states`` is what a subscriber is to have in the end."""

    county: str
    stream: str
    chance: Random
    now: Callable[[], datetime]
    epoch: int = 1
    number: int = 0
    states: dict[UUID, TrueState] = field(default_factory=dict)
    newest: dict[UUID, tuple[Event, int]] = field(default_factory=dict)

    @property
    def topic(self) -> str:
        """The topic of the stream."""
        return topic_name(self.county, self.stream)

    def identity(self) -> UUID:
        """A new random id."""
        return UUID(int=self.chance.getrandbits(128), version=4)

    def write(self, event: Event, number: int | None = None) -> SandboxRecord:
        """The record of an event that is true from now on, under the next number or one that was left out."""
        record = self.lose(event, number)
        self._hold(*self.newest[event.id])
        return record

    def lose(self, event: Event, number: int | None = None) -> SandboxRecord:
        """The record of an event that is to be broken: its owner counts it, and no subscriber gets it."""
        version = self.newest.get(event.id, (event, 0))[1] + 1
        self.newest[event.id] = event, version
        return self.record(event, version, number)

    def leave_out(self) -> int:
        """The next number, for an event that comes later."""
        self.number += 1
        return self.number

    def foreign(self, record: SandboxRecord, **fields: object) -> SandboxRecord:
        """The record with ``fields`` of a later contract; a subscriber may keep of them what it likes."""
        data = json.loads(record.value) | fields
        state = self.states[identity := UUID(data["id"])]
        known = {name: value for name, value in state.data.items() if name not in fields}
        self.states[identity] = replace(state, data=known)
        return replace(record, value=json.dumps(data).encode())

    def restate(self) -> list[SandboxRecord]:
        """Every aggregate that is not ended once more, and the end marker. All others are gone from now on."""
        first, living = self.number + 1, [each for each in self.newest.values() if not each[0].final]
        said = [self.record(*each).having(ce_restated=b"true") for each in living]
        for identity, state in self.states.items():
            if identity not in self.newest and state.life is Standing.LIVING:
                self.states[identity] = replace(state, life=Standing.WITHDRAWN)
        for each in living:
            self._hold(*each)
        marker = MARKERS[self.stream](id=marker_id(self.topic), county=self.county, first=first)
        return [*said, self.record(marker, self.number + 1)]

    def restore(self, backup: Mapping[UUID, tuple[Event, int]]) -> list[SandboxRecord]:
        """The county's database is again as in the backup, a value of ``newest``: all of it in a new epoch."""
        self.newest, self.epoch, self.number = dict(backup), int(self.now().timestamp()), 0
        return self.restate()

    def _hold(self, event: Event, version: int) -> None:
        life = Standing.ENDED if event.final else Standing.LIVING
        data = event.model_dump(mode="json")
        self.states[event.id] = TrueState(self.topic, str(event.id), self.epoch, version, life, data)

    def record(self, event: Event, version: int, number: int | None = None) -> SandboxRecord:
        """The record of an event, under the next number or one that was left out."""
        number = number or self.leave_out()
        now = self.now()
        if unlinkable(self.topic):
            now = now.replace(minute=0, second=0, microsecond=0)
        headers = {
            "ce_specversion": "1.0",
            "ce_id": str(self.identity()),
            "ce_time": timestamp(now),
            "ce_source": source_of(self.topic),
            "ce_type": event.event_type,
            "ce_subject": str(event.id),
            "ce_dataschema": f"{SCHEMAS}/{event.event_type}",
            "ce_aggregateversion": str(version),
            "content-type": "application/json",
        }
        complete = numbered([(name, value.encode()) for name, value in headers.items()], self.epoch, number)
        key, sent = str(event.id).encode(), int(now.timestamp() * 1000)
        return SandboxRecord(self.topic, key, tuple(complete), event.write(), sent)
