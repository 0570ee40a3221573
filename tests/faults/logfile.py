"""The tail of a topic cut off, as by a disk that has lost what it said it had.

A partition's log is a file of record batches, each with its first offset and its length in front (format 2).
"""

import struct
from dataclasses import dataclass
from pathlib import Path

_HEADER = struct.Struct(
    ">qiib4xhi"
)  # first offset, length, leader epoch, magic, checksum, attributes, last offset - first
_BEFORE_LENGTH = 12
MAGIC = 2


@dataclass(frozen=True)
class Batch:
    """One record batch: where it lies in the file, and its offsets."""

    position: int
    size: int
    first: int
    last: int


@dataclass(frozen=True)
class Cut:
    """What was cut off: the offsets from ``first`` to ``last``."""

    first: int
    last: int

    @property
    def records(self) -> int:
        """How many records are gone."""
        return self.last - self.first + 1


def batches(data: bytes) -> list[Batch]:
    """The whole batches in a segment; ValueError if it is not of format 2."""
    found: list[Batch] = []
    position = 0
    while position + _HEADER.size <= len(data):
        first, length, _, magic, _, last_delta = _HEADER.unpack_from(data, position)
        if magic != MAGIC or length <= 0:
            raise ValueError(f"at byte {position} there is no record batch of format {MAGIC}, but {magic}")
        if position + _BEFORE_LENGTH + length > len(data):
            break  # torn by the kill; Kafka cuts it off itself
        found.append(Batch(position, _BEFORE_LENGTH + length, first, first + last_delta))
        position += _BEFORE_LENGTH + length
    return found


def cut(folder: Path, count: int) -> Cut | None:
    """The last ``count`` batches of a partition's newest segment are gone; None if it had none. Kafka does not run.

    The files beside it that Kafka makes from it are gone too: it makes them anew.
    """
    segment = max(folder.glob("*.log"))
    found = batches(segment.read_bytes())
    lost = found[-count:]
    if not lost:
        return None
    with segment.open("r+b") as file:
        file.truncate(lost[0].position)
    for beside in [*folder.glob(f"{segment.stem}.*index"), *folder.glob("*.snapshot")]:
        if beside.suffix != ".snapshot" or int(beside.stem) > lost[0].first:
            beside.unlink()
    return Cut(lost[0].first, lost[-1].last)
