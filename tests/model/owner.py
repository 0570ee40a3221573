"""The county that publishes: its commands, and the restore and recovery of its database."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from shared.contracts.event import Event
from shared.contracts.restated import StreamRestated, marker_id
from shared.protocol.envelope import parse
from shared.protocol.judging import read
from shared.recovery import reconciling, recovering, taking_over
from shared.recovery.reconciling import OutboxRow, PublishedEvent, RecoveryPlan
from tests.model.log import Place, Record
from tests.model.owner_database import Own, OwnerDatabase, Row, Written
from tests.model.owner_relay import Relay
from tests.model.toys import COUNTY, KNOWN, TOPIC, Toy, stands_for, time_of
from tests.model.truths import Truth, claim


@dataclass
class Owner(Relay):
    """``restored`` is true from a restore until the recovery. Its statements are unreliable in between."""

    backups: list[OwnerDatabase] = field(default_factory=list)
    restored: bool = False
    parents: dict[str, str | None] = field(default_factory=dict)  # which state each state came from
    reported: set[str] = field(default_factory=set)  # states that a recovery has left to the operator

    def __post_init__(self) -> None:
        self.backup()

    # --- commands

    def command(self, kind: type[Toy], key: UUID, now: float) -> None:
        """Change the toy; refused if it has ended, or if the database is in doubt."""
        before = self.db.toys.get(key)
        if self.db.doubt or (before and before.event.final):
            return
        event = kind(id=key, county=COUNTY, name=f"state {len(self.parents)}")
        self.parents[event.name] = before.event.name if before else None
        self.db.write(event, now, self.restored)

    def descends(self, name: str | None, ancestor: str) -> bool:
        """Whether state ``name`` is ``ancestor`` or descends from it."""
        while name is not None and name != ancestor:
            name = self.parents.get(name)
        return name == ancestor

    # --- backups

    def backup(self) -> None:
        if not self.db.doubt:
            self.backups.append(self.db.copy())

    def restore(self, backup: OwnerDatabase, now: float, doubt: str | None) -> None:
        """Stop the processes, and put the database back to the backup."""
        self.db = backup.copy()
        self.db.doubt = doubt
        self.restored = True
        self.frozen_numbering, self.frozen_sending = None, []
        self.lead(now)

    # --- recovering

    @stands_for(recovering.recover, taking_over.take_over)
    def recover(self, now: float) -> None:
        """Take over the topic's events, begin a new epoch, and restate the stream."""
        past = {1, *(row.place[0] for row in self.db.outbox if row.place)}
        found = taking_over.published(self.own_checkpoint(now), self.log.records, time_of(now), past, KNOWN)
        events = {event.id: (event, judged.record) for event, judged in found}
        plan = self.reconcile([event for event, _ in events.values()])
        self.db.outbox = [row for row in self.db.outbox if row.id not in plan.void]
        for row in self.db.outbox:
            row.place = None if row.id in plan.unpublished or row.id in plan.found else row.place
        self.db.assign(plan.found)
        accepted: list[Event] = [row.event for row in self.db.outbox if row.id in plan.unpublished and not row.again]
        for taken in plan.taken.values():
            self.take(events[taken.id][1], now)
        for late in plan.late.values():
            told = read(events[late.id][1], parse(TOPIC, events[late.id][1].headers), KNOWN).received
            self.reported |= {told.event.name} if told and isinstance(told.event, Toy) else set()
        self.lose_nothing(plan, accepted, [record for _, record in events.values()])
        known = [self.db.epoch, *(event.position[0] for event, _ in events.values())]
        known += [row.place[0] for row in self.db.outbox if row.place]
        known += [*self.named, *(each.epoch for said in self.db.reports.values() for each in said.applied)]
        self.db.epoch = self.new_epoch(now, max(known))
        self.db.numbered = self.db.acknowledged = 0
        self.db.doubt, self.restored = None, False
        self.db.history = [Written(own.event, now) for own in self.db.toys.values()]
        self.lead(now)
        self.restate(now)

    def lose_nothing(self, plan: RecoveryPlan, accepted: list[Event], records: list[Record]) -> None:
        """Claim that recovery keeps the accepted events, and keeps or reports the topic's newest events."""
        for event in accepted:
            if isinstance(event, Toy):
                kept = self.db.toys[event.id].event.name
                claim(self.descends(kept, event.name), Truth.ACCEPTED)
        newest: dict[UUID, tuple[Place, Toy]] = {}
        for record in records:
            received = read(record, parse(TOPIC, record.headers), KNOWN).received
            if received and isinstance(received.event, Toy):
                age = received.envelope.epoch, received.envelope.version
                newest[received.event.id] = max(
                    newest.get(received.event.id, (age, received.event)),
                    (age, received.event),
                    key=lambda each: each[0],
                )
        for key, (_, event) in newest.items():
            if str(key) in plan.conflicts:
                claim(any(each.id == key for each in accepted), Truth.UNCHANGED)
                self.reported.add(event.name)
            found = key in self.db.toys and self.descends(self.db.toys[key].event.name, event.name)
            claim(found or event.name in self.reported, Truth.FOUND)

    def new_epoch(self, now: float, known: int) -> int:
        return max(int(now), known + 1)

    def reconcile(self, published: list[PublishedEvent]) -> RecoveryPlan:
        kept = [OutboxRow(row.id, str(row.key), row.version, row.place, row.again) for row in self.db.outbox]
        marker = str(marker_id(TOPIC))
        return reconciling.reconcile(kept, published, (self.db.epoch, self.db.acknowledged), marker)

    @stands_for(taking_over._TAKE)
    def take(self, record: Record, now: float) -> None:
        received = read(record, parse(TOPIC, record.headers), KNOWN).received
        assert received
        envelope, event = received.envelope, received.event
        assert isinstance(event, Toy | StreamRestated)
        claim(record.place is not None, Truth.TRUE)
        self.db.outbox.append(Row(UUID(envelope.id), event, envelope.version, now, envelope.restated, record.place))
        self.db.assign({})
        if isinstance(event, Toy):
            self.db.project(event.id, Own(*received.recency, event))
