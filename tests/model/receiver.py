"""A county that receives: its Kafka with the mirrored topic, its replicas with their consumers, and its reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from shared.contracts.event import Event
from shared.contracts.links import Applied, Gap, LinksReported, links_id
from shared.links import checkpoints, reporter
from shared.links import reports as links
from shared.messaging import effects, inbox
from shared.messaging.positions import Positions
from shared.protocol.checkpoint import Checkpoint
from shared.protocol.judging import Judgement
from shared.protocol.judging_batches import judge_batch
from shared.protocol.progress import OwnerHead
from tests.model.log import Log, Record
from tests.model.receiver_database import ReceiverDatabase
from tests.model.toys import KNOWN, KNOWN_BEFORE_UPGRADE, SERVICE, TOPIC, stands_for, time_of
from tests.model.truths import Truth, claim


@dataclass(slots=True)
class Replica:
    """A process of the service: its consumer's position and its unapplied batch."""

    position: int | None = None
    sought: int | None = None
    batch: list[Record] = field(default_factory=list)

    @stands_for(inbox.Inbox._read)
    def forget(self) -> None:
        """Read anew from the checkpoint: what was fetched before a seek is never applied after it."""
        self.position, self.sought, self.batch = None, None, []

    def jump(self, offset: int) -> None:
        self.position, self.sought, self.batch = offset, None, []

    @stands_for(Positions.seek)
    def seek(self, offset: int) -> None:
        self.position = self.sought = offset


@dataclass
class Receiver:
    name: str
    db: ReceiverDatabase = field(default_factory=ReceiverDatabase)
    log: Log = field(default_factory=Log)
    mirrored: int = 0  # the offset in the owner's log that is copied next
    replicas: tuple[Replica, Replica] = field(default_factory=lambda: (Replica(), Replica()))
    backups: list[ReceiverDatabase] = field(default_factory=list)
    upgraded: bool = False
    reports: int = 0

    # --- its Kafka

    @property
    def cluster(self) -> str:
        return str(self.log.cluster)

    @stands_for("MirrorMaker 2")
    def mirror(self, source: Log, count: int) -> None:
        """Copy the next records of the owner's topic to this Kafka, at its own offsets."""
        records = source.read(self.mirrored, count)
        for record in records:
            self.log.append(record)
        if records:
            self.mirrored = records[-1].offset + 1

    def move(self) -> None:
        """Replace the Kafka by another one, and mirror the topic from its beginning."""
        self.log, self.mirrored = Log(self.log.cluster + 1), 0
        for replica in self.replicas:
            replica.forget()

    # --- its inbox

    def poll(self, replica: Replica, count: int) -> None:
        """Read a batch, unless the replica still has one."""
        if replica.position is None:
            replica.seek(self.offset())
        assert replica.position is not None
        if not replica.batch:
            replica.batch = self.log.read(replica.position, count)
            replica.position = replica.batch[-1].offset + 1 if replica.batch else replica.position

    @stands_for(checkpoints.offsets)
    def offset(self) -> int:
        """The next offset to read in this cluster."""
        checkpoint = self.db.checkpoint
        return checkpoint.next_offset if checkpoint.cluster_id == self.cluster else 0

    @stands_for(inbox.Inbox._apply)
    def apply(self, replica: Replica, living: Mapping[str, set[UUID]], now: float) -> None:
        """Apply the replica's batch in one transaction, if it begins at the checkpoint."""
        batch, replica.batch = replica.batch, []
        if not batch:
            return
        checkpoint = self.db.lock(self.cluster, now)
        if not self.in_sequence(checkpoint, batch[0], replica):
            replica.seek(checkpoint.next_offset)
            return
        judged = self.judge(checkpoint, batch, now)
        for each in judged:
            if each.dead:
                self.db.keep(each)
            self.db.note(each)
        self.db.apply([each.received for each in judged if each.received], living)
        self.db.save(now)
        replica.sought = None
        if len(judged) < len(batch):
            replica.forget()  # it waits, and reads on from the checkpoint

    @stands_for(Positions.is_next)
    def in_sequence(self, checkpoint: Checkpoint, first: Record, replica: Replica) -> bool:
        return checkpoint.next_offset in (first.offset, replica.sought)

    @stands_for(effects.Effects.judge)
    def judge(self, checkpoint: Checkpoint, batch: list[Record], now: float) -> list[Judgement]:
        """The judgements of the records before the first that has to wait."""
        checkpoint.last_record_at = time_of(now)
        return judge_batch(checkpoint, batch, time_of(now), self.known)[0]

    @property
    def known(self) -> Mapping[str, type[Event]]:
        return KNOWN if self.upgraded else KNOWN_BEFORE_UPGRADE

    @stands_for("ROLLBACK")
    def roll_back(self, before: ReceiverDatabase) -> None:
        """Undo the transaction: both its effects and its checkpoint."""
        self.restore(before)

    # --- links

    @stands_for(links.accept_report)
    def hear(self, said: LinksReported, now: float) -> None:
        self.db.lock(self.cluster, now)
        heads = [OwnerHead(head.epoch, head.first, head.last, said.as_of) for head in said.written]
        if said.unchanged:
            self.db.confirm(said.recency, said.as_of, now)
        else:
            self.db.hear(said.recency, heads, now)

    @stands_for(links.build_report, reporter.Reporter._with_lost_tails)
    def report(self, now: float) -> LinksReported:
        """The county's report on links: its position and its gaps."""
        self.reports += 1
        progress = self.db.checkpoint.progress
        lost = self.lost_tail(now)
        gaps = [Gap(epoch=progress.epoch, first=first, last=last) for first, last in progress.gaps]
        if lost:
            epoch, first, last = lost
            gaps.append(Gap(epoch=epoch, first=first, last=last))
            ahead = self.log.has(((epoch, number) for number in range(first, last + 1)), self.offset())
            claim(not ahead, Truth.ASKED)
        return LinksReported(
            id=links_id(self.name, SERVICE),
            county=self.name,
            service=SERVICE,
            generation=int(now * 1000),
            counter=self.reports,
            as_of=time_of(now),
            applied=(
                Applied(
                    topic=TOPIC,
                    epoch=progress.epoch,
                    number=progress.number,
                    event_id=progress.event_id,
                    gaps=tuple(gaps),
                ),
            ),
        )

    @stands_for(links.silent_tails)
    def lost_tail(self, now: float) -> tuple[int, int, int] | None:
        """(epoch, first, last) of a lost tail; None if nothing is missing, records still come, or some are unread."""
        checkpoint = self.db.checkpoint
        progress = checkpoint.progress
        if not progress.tail or not progress.behind_since:
            return None
        last = max(checkpoint.last_record_at or progress.behind_since, progress.behind_since)
        silent = last < time_of(now) - links.TAIL_LOST_AFTER
        ahead = self.log.end > max(self.offset(), self.log.first)
        return progress.tail if silent and not ahead else None

    # --- backups and upgrades

    def backup(self) -> None:
        """Back up, but not before first contact: without a known number a forged one cannot be recognised."""
        if self.db.checkpoint.progress.number and self.db.checkpoint.progress.owner_head:
            self.backups.append(self.db.copy())

    def restore(self, backup: ReceiverDatabase) -> None:
        """Put the database back to the backup. Its connections are gone, so the inboxes begin anew."""
        self.db = backup.copy()
        for replica in self.replicas:
            replica.forget()

    @stands_for("dead_letters.retry_known at each turn, with the code that knows the type")
    def upgrade(self, living: Mapping[str, set[UUID]], now: float) -> None:
        self.upgraded = True
        for letter in self.db.unknown:
            self.db.retry(letter, living, now)
