"""Cutting off the tail of a log file."""

import struct
from pathlib import Path

import pytest

from tests.faults.logfile import Batch, Cut, batches, cut


def batch(first: int, records: int, size: int = 70, magic: int = 2) -> bytes:
    head = struct.pack(">qiibIhi", first, size - 12, 0, magic, 0, 0, records - 1)
    return head + bytes(size - len(head))


SEGMENT = batch(0, 3) + batch(3, 1, 99) + batch(4, 2)


def test_each_batch_of_a_segment_has_its_position_and_offsets() -> None:
    assert batches(SEGMENT) == [Batch(0, 70, 0, 2), Batch(70, 99, 3, 3), Batch(169, 70, 4, 5)]


def test_given_a_torn_end_when_read_then_it_is_no_batch() -> None:
    assert len(batches(SEGMENT[:-1])) == 2


def test_given_another_format_when_read_then_it_is_refused() -> None:
    with pytest.raises(ValueError, match="format"):
        batches(batch(0, 1, magic=1))


def test_a_cut_partition_lacks_its_last_batches_and_indexes(tmp_path: Path) -> None:
    for name in ("0.log", "0.index", "0.timeindex", "3.snapshot", "6.snapshot", "partition.metadata"):
        (tmp_path / name).write_bytes(SEGMENT if name == "0.log" else b"x")

    assert cut(tmp_path, 2) == Cut(3, 5)
    assert (tmp_path / "0.log").read_bytes() == SEGMENT[:70]
    assert {path.name for path in tmp_path.iterdir()} == {"0.log", "3.snapshot", "partition.metadata"}


def test_given_an_empty_partition_when_cut_then_nothing_was_lost(tmp_path: Path) -> None:
    (tmp_path / "0.log").touch()
    assert cut(tmp_path, 1) is None
