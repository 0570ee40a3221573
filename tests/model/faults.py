"""The faults of the model. Each class is one kind of fault; `machine` combines them."""

from tests.model import forging
from tests.model.machine import BACK, FEW, PLACE, WHICH, Protocol, rule
from tests.model.toys import ToyRenewed


class Unconfirmed(Protocol):
    """Kafka stores records without confirming them, and the relay creates a new producer."""

    @rule(arrive=FEW, confirmed=range(4))
    def send_partly(self, arrive: int, confirmed: int) -> None:
        self.world.send(arrive, min(arrive, confirmed))

    @rule()
    def new_leader(self) -> None:
        self.world.owner.lead(self.world.tick())


class Again(Protocol):
    """Records are delivered again."""

    @rule(first=range(1, 13), count=FEW)
    def republish(self, first: int, count: int) -> None:
        self.world.owner.send_again(self.world.tick(), [(first, first + count)])

    @rule(which=WHICH, back=BACK)
    def mirror_again(self, which: int, back: int) -> None:
        receiver = self.receiver(which)
        receiver.mirrored = max(receiver.mirrored - back, 0)


class Lost(Protocol):
    """Records are never delivered."""

    @rule(which=WHICH, first=range(4), count=FEW)
    def lose(self, which: int, first: int, count: int) -> None:
        receiver, log = self.receiver(which), self.world.owner.log
        receiver.mirror(log, first)
        receiver.mirrored = min(receiver.mirrored + count, max(receiver.mirrored, log.end))


class Cut(Protocol):
    """A Kafka loses its last confirmed records."""

    @rule(count=FEW, noticed=(False, True))
    def cut(self, count: int, noticed: bool) -> None:
        self.world.owner.log.cut(count)
        self.world.owner.aligned &= not noticed  # the producer's connections broke

    @rule(which=WHICH, count=FEW)
    def cut_mirror(self, which: int, count: int) -> None:
        self.receiver(which).log.cut(count)


class Moved(Protocol):
    """A receiver moves to another Kafka."""

    @rule(which=WHICH)
    def move(self, which: int) -> None:
        self.receiver(which).move()


class Restored(Protocol):
    """The owner's database is restored, and recovered after the restore is noticed."""

    @rule()
    def backup(self) -> None:
        self.world.owner.backup()

    @rule(back=range(3), at_once=(False, False, True))
    def restore(self, back: int, at_once: bool) -> None:
        backups = self.world.owner.backups
        doubt = "PostgreSQL's timeline was another" if at_once else None
        self.world.owner.restore(backups[-1 - back % len(backups)], self.world.tick(), doubt)

    @rule()
    def recover(self) -> None:
        if self.world.owner.db.doubt:
            self.world.owner.recover(self.world.tick(1))

    @rule(back=range(3))
    def restore_and_recover(self, back: int) -> None:
        self.restore(back, at_once=True)
        self.recover()


class ReceiverRestored(Protocol):
    """A receiver's database is restored while its consumers keep their batches."""

    @rule(which=WHICH)
    def backup_receiver(self, which: int) -> None:
        self.receiver(which).backup()

    @rule(which=WHICH, back=range(1, 3))
    def restore_receiver(self, which: int, back: int) -> None:
        if backups := self.receiver(which).backups:
            self.receiver(which).restore(backups[-back:][0])


class Frozen(Protocol):
    """A process freezes, and resumes after another has taken over."""

    @rule()
    def freeze_numbering(self) -> None:
        self.world.owner.freeze_numbering(self.world.tick())

    @rule()
    def freeze_sending(self) -> None:
        self.world.notice()
        self.world.owner.freeze_sending(self.world.tick())

    @rule()
    def wake_up(self) -> None:
        self.world.owner.wake_up(self.world.tick())

    @rule(which=WHICH, replica=WHICH, count=FEW)
    def hold(self, which: int, replica: int, count: int) -> None:
        self.receiver(which).poll(self.receiver(which).replicas[replica], count)

    @rule(which=WHICH, replica=WHICH, count=FEW)
    def receive_too(self, which: int, replica: int, count: int) -> None:
        self.world.receive(self.receiver(which), self.receiver(which).replicas[replica], count)

    @rule(which=WHICH, replica=WHICH, offset=range(13))
    def jump(self, which: int, replica: int, offset: int) -> None:
        """Move a consumer to a wrong offset: consumer groups may forget, repeat or skip."""
        self.receiver(which).replicas[replica].jump(offset)


class Crashed(Protocol):
    """A receiver dies before its transaction commits."""

    @rule(which=WHICH, count=FEW)
    def crash(self, which: int, count: int) -> None:
        receiver = self.receiver(which)
        before = receiver.db.copy()
        self.world.receive(receiver, receiver.replicas[0], count)
        receiver.roll_back(before)


class Retention(Protocol):
    """Days pass, and retention removes old records."""

    @rule(hours=(10, 45, 101))
    def days_pass(self, hours: int) -> None:
        self.world.wait(hours * 3600.0)


class Restated(Protocol):
    """An operator restates the stream."""

    @rule()
    def restate(self) -> None:
        self.world.owner.restate(self.world.tick())


class Renewed(Protocol):
    """The owner writes a type that not every receiver knows."""

    @rule(place=PLACE)
    def renew(self, place: int) -> None:
        self.world.owner.command(ToyRenewed, self.key(place), self.world.tick())

    @rule(which=WHICH)
    def upgrade(self, which: int) -> None:
        self.receiver(which).upgrade(self.world.owner.restated, self.world.tick())


class Forged(Protocol):
    """An unauthorised writer adds records to the topic, or to a receiver's copy of it."""

    @rule(which=WHICH, place=PLACE)
    def forge_envelope(self, which: int, place: int) -> None:
        forging.false_envelope(self.receiver(which), self.key(place), self.world.now)

    @rule(which=WHICH, place=PLACE)
    def forge_number(self, which: int, place: int) -> None:
        forging.number_ahead(self.receiver(which), self.key(place), self.world.now)

    @rule(which=WHICH, place=PLACE)
    def forge_epoch(self, which: int, place: int) -> None:
        forging.unnamed_epoch(self.receiver(which), self.key(place), self.world.now)

    @rule(place=PLACE)
    def forge_epoch_at_home(self, place: int) -> None:
        forging.unnamed_epoch_at_home(self.world.owner, self.key(place), self.world.now)


ALL_FAULTS: tuple[type[Protocol], ...] = tuple(Protocol.__subclasses__())


def machine(*faults: type[Protocol]) -> type[Protocol]:
    """A machine with the fault-free steps and these faults."""
    return type("And".join(["Protocol", *(each.__name__ for each in faults)]), faults or (Protocol,), {})
