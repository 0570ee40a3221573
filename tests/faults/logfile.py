"""Cuts off the tail of a topic, as a disk does that loses confirmed writes.

A partition's log is a file of record batches. Each begins with its first offset and its length (format 2).
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
    """A record batch: its position and size in the file in bytes, and its first and last offset."""

    position: int
    size: int
    first: int
    last: int


@dataclass(frozen=True)
class Cut:
    """The offsets that were cut off, from ``first`` to ``last`` inclusive."""

    first: int
    last: int

    @property
    def records(self) -> int:
        """How many records were cut off."""
        return self.last - self.first + 1


def batches(data: bytes) -> list[Batch]:
    """The complete batches in a segment; ValueError if it is not of format 2."""
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
    """Cut the last ``count`` batches off a partition's newest segment; None if it has none. Kafka must not run.

    Also deletes the index and snapshot files that Kafka derives from the segment and builds again.
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
