"""Records on the topic, or on a receiver's copy of it, that their owner never wrote."""

from uuid import UUID

from shared.protocol import envelope
from shared.protocol.progress import MAX_NUMBER_JUMP
from tests.model.log import Log, Record
from tests.model.owner import Owner
from tests.model.receiver import Receiver
from tests.model.toys import COUNTY, START, ToyChanged, headers_of


def forge(log: Log, key: UUID, now: float, epoch: int, number: int, **changed: bytes) -> None:
    """Append a record with this epoch and number. Its headers are correct except for ``changed``."""
    event = ToyChanged(id=key, county=COUNTY, name="forged")
    headers = dict(envelope.numbered(headers_of(event, UUID(int=10**9 + log.end), 999, again=False), epoch, number))
    record = Record(tuple((headers | changed).items()), event.write(), str(key).encode(), int(now * 1000), None)
    log.append(record, unexpected=True)


def false_envelope(receiver: Receiver, key: UUID, now: float) -> None:
    """Forge a record with the next expected number and another county's source."""
    progress = receiver.db.checkpoint.progress
    forge(receiver.log, key, now, progress.epoch, progress.number + 1, ce_source=b"/counties/jamtland/toys")


def number_ahead(receiver: Receiver, key: UUID, now: float) -> None:
    """Forge a record with a number far above all known ones. Needs a first contact: before it no number is known."""
    progress = receiver.db.checkpoint.progress
    if progress.number and progress.owner_head:
        epoch = max(progress.epoch, progress.owner_head.epoch)
        forge(receiver.log, key, now, epoch, max(progress.number, progress.owner_head.last) + 2 * MAX_NUMBER_JUMP)


def unnamed_epoch(receiver: Receiver, key: UUID, now: float) -> None:
    """Forge a record with an epoch above all that its owner has named. The owner will never name it."""
    progress = receiver.db.checkpoint.progress
    named = max(progress.epoch, progress.owner_head.epoch if progress.owner_head else 0)
    forge(receiver.log, key, now, named + (1 if named < START else 10**9), 1)


def unnamed_epoch_at_home(owner: Owner, key: UUID, now: float) -> None:
    """Forge a record on the topic itself, of an epoch above all that its owner has named or will name."""
    forge(owner.log, key, now, int(now) + 43_200, 1)
