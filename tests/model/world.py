"""The owner, the receivers, the transport between them, the clock, and the checks of the truths."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from shared.contracts.event import Event
from shared.contracts.links import LinksReported
from shared.protocol.envelope import parse
from shared.protocol.judging import read
from tests.model.log import Place
from tests.model.owner import Owner
from tests.model.receiver import Receiver, Replica
from tests.model.toys import KNOWN, RECEIVERS, START, TOPIC, time_of
from tests.model.truths import Truth, claim

ALL = 10_000
"""More records than a run ever has."""
BATCHES = 60
ROUNDS = 20
"""How many exchanges of reports, the later ones an hour apart, must be enough for everything to become quiet."""


class World:
    def __init__(self) -> None:
        self.now = START
        self.owner = Owner()
        self.owner.lead(self.now)
        self.receivers = [Receiver(name) for name in RECEIVERS]
        self.said: list[LinksReported] = []  # by the owner; on links any of it may come late, again or never
        self.answered: dict[str, list[LinksReported]] = {name: [] for name in RECEIVERS}

    def tick(self, seconds: float = 0.001) -> float:
        """Advance the clock, so that no two steps have the same time."""
        self.now += seconds
        return self.now

    def wait(self, seconds: float) -> None:
        """Advance the clock, and purge every log."""
        self.tick(seconds)
        for log in (self.owner.log, *(each.log for each in self.receivers)):
            log.purge(self.now)

    # --- moving records

    def send(self, arrive: int = ALL, confirmed: int = ALL) -> None:
        self.notice()
        self.owner.send(self.tick(), arrive, confirmed)

    def notice(self) -> None:
        """Deliver reports to a restored owner. The model's only assumption: it notices a restore that they show.

        The receivers' reports arrive before a restored database sends a new event.
        """
        if self.owner.restored:
            for receiver in self.receivers:
                self.owner.hear(receiver.report(self.tick()))

    def receive(self, receiver: Receiver, replica: Replica, size: int = ALL) -> None:
        """Let the replica read a batch and apply it."""
        receiver.poll(replica, 1 if self.owner.restored else size)
        receiver.apply(replica, self.owner.restated, self.tick())
        self.notice()

    def receive_all(self, receiver: Receiver, replica: Replica, size: int = ALL) -> None:
        """Let the replica read and apply all records in batches of ``size``, until it has to wait."""
        for _ in range(BATCHES):
            before = receiver.offset(), replica.position
            self.receive(receiver, replica, size)
            if before == (receiver.offset(), replica.position):
                break

    def flow(self, size: int = ALL) -> None:
        """Number, send, mirror and apply all events."""
        self.owner.number()
        self.send()
        for receiver in self.receivers:
            receiver.mirror(self.owner.log, ALL)
            self.receive_all(receiver, receiver.replicas[0], size)

    # --- links

    def say(self) -> None:
        if said := self.owner.turn(self.tick()):
            self.said.append(said)

    def answer(self, receiver: Receiver) -> None:
        self.answered[receiver.name].append(receiver.report(self.tick()))

    def talk(self) -> None:
        """Exchange the newest reports between all, and let the owner act on them."""
        self.say()
        for receiver in self.receivers:
            if self.said:
                receiver.hear(self.said[-1], self.tick())
            self.answer(receiver)
            self.owner.hear(self.answered[receiver.name][-1])
        self.say()

    # --- what must be true

    def check(self) -> None:
        claim(not self.owner.db.doubt or self.owner.restored, Truth.SURE)
        claim(self.owner.db.confirmed <= self.owner.log.taken, Truth.CONFIRMED)
        if not self.owner.restored:
            for receiver in self.receivers:
                self.check_complete(receiver)

    def check_complete(self, receiver: Receiver) -> None:
        """Claim that the receiver has every event written before `complete_until`, or a newer one."""
        until = receiver.db.position(self.now).complete_until
        if until is None:
            return
        last = {each.event.id: each.event for each in self.owner.db.history if time_of(each.at) < until}
        open_letters = {each.judged.record.key for each in receiver.db.letters.values() if each.open}
        for key, event in last.items():
            row = receiver.db.rows.get(key)
            there = row is not None and self.owner.descends(row.event.name, event.name)
            if there and row and row.withdrawn:
                there = self.owner.db.toys[key].event.final
            ended = self.owner.db.toys[key].event.final and not (row and row.living)
            excused = key in receiver.db.tainted or str(key).encode() in open_letters
            claim(there or ended or excused, Truth.COMPLETE)

    # --- the end

    def settle(self) -> None:
        """End all faults, deliver everything, and claim that all counties show the same."""
        self.owner.wake_up(self.tick())
        self.owner.lead(self.tick())
        for receiver in self.receivers:
            receiver.upgrade(self.owner.restated, self.tick())
            self.read_on(receiver)
        for round_ in range(ROUNDS):
            self.wait(61 if round_ < 4 else 3601)
            if self.owner.db.doubt:
                self.owner.recover(self.tick(1))
            before = self.owner.log.end
            self.flow()
            self.talk()
            self.check()
            if self.owner.log.end == before and not self.owner.db.doubt and all(map(self.quiet, self.receivers)):
                break
        else:
            claim(False, Truth.QUIET)
        for receiver in self.receivers:
            self.check_alike(receiver)
        self.check_subscriber()

    def quiet(self, receiver: Receiver) -> bool:
        progress = receiver.db.position(self.now)
        last = max((each.at for each in self.owner.db.history), default=START)
        until = progress.complete_until
        return not progress.gaps and not progress.tail and until is not None and until >= time_of(last)

    def check_alike(self, receiver: Receiver) -> None:
        owned = {key: own.event for key, own in self.owner.db.toys.items() if not own.event.final}
        shown = {key: row.event for key, row in receiver.db.rows.items() if row.living}
        for key in receiver.db.tainted:
            owned.pop(key, None)
            shown.pop(key, None)
        claim(shown == owned, Truth.ALIKE)

    def check_subscriber(self) -> None:
        """Claim that a subscriber who keeps each toy's highest (epoch, version) has the owner's toys."""
        if self.owner.log.hidden:
            return
        newest: dict[UUID, tuple[Place, Event | None]] = defaultdict(lambda: ((0, 0), None))
        for record in self.owner.log.records:
            if record.place is None:
                continue
            received = read(record, parse(TOPIC, record.headers), KNOWN).received
            assert received
            age, key = received.recency[:2], received.event.id
            if newest[key][0] <= age:
                newest[key] = age, received.event
        own = self.owner.db
        claim(
            all(newest[key][1] == each.event for key, each in own.toys.items() if not each.event.final),
            Truth.SUBSCRIBER,
        )
        numbers = {row.place for row in own.outbox if row.place and row.place[0] == own.epoch}
        claim(self.owner.log.first > 0 or numbers <= self.owner.log.places, Truth.SUBSCRIBER)

    def read_on(self, receiver: Receiver) -> None:
        """Claim that the receiver, by itself, misses nothing that its own log has."""
        if self.said:
            receiver.hear(self.said[-1], self.tick())
        for replica in receiver.replicas * 2:
            replica.batch = []
            replica.forget()
            self.receive_all(receiver, replica)
        progress = receiver.db.checkpoint.progress
        if receiver.log.shortened or self.owner.restored or receiver.offset() < receiver.log.end:
            return
        missing = [
            (progress.epoch, number)
            for first, last in progress.gaps
            for number in range(first, min(last, first + 99) + 1)
        ]
        if progress.tail:
            epoch, first, last = progress.tail
            missing += [(epoch, number) for number in range(first, last + 1)]
        present = [place for place in missing if place[0] == self.owner.db.epoch]  # nobody fills what is over
        claim(not receiver.log.has(present), Truth.OWN_LOG)
