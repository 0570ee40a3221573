"""Looks for a planted word in every byte that an engine has stored, in clear and in the forms that bytes are kept in.

A marker is a word that nothing else would ever contain, with something after it that says where it was planted. What
is searched for is that word, so that one look finds all of them.
"""

import base64
import hashlib
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from infra.engine import Engine
from tests.support.everything import everything_kept

WORD = "qzvxkjwyq"
RECORD = "qwzxvkyjq"
"""The word in records that become dead letters, which keep it."""
PACKED = (re.compile(rb"\x1f\x8b\x08"), re.compile(rb"\x78[\x01\x5e\x9c\xda]"))
"""The first bytes of gzip and zlib data; one pattern for both would take six times as long."""
LARGEST = 1 << 22
"""The most unpacked bytes that are searched."""


@dataclass(frozen=True)
class Finding:
    """A finding: the position and the form of the word."""

    place: str
    form: str
    near: str


def marker(number: int, kind: str = "") -> str:
    """A word to plant, in lower-case letters."""
    letters = "".join("abcdefghij"[int(digit)] for digit in str(number))
    return f"{WORD}{kind}{letters}"


def forms(word: str) -> dict[str, set[bytes]]:
    """The forms that the word can have in a file, by name."""
    clear = word.encode()
    inner = {  # the groups of four that hold only the word, at any offset in a longer text
        base64.b64encode(b"\x00" * shift + clear)[4 if shift else 0 : (shift + len(clear)) // 3 * 4]
        for shift in range(3)
    }
    return {
        "clear": {clear, clear.upper(), clear.capitalize()},
        "utf-16": {word.encode("utf-16-le"), word.encode("utf-16-be")},
        "hex": {clear.hex().encode(), clear.hex().upper().encode()},
        "base64": inner | {text.replace(b"+", b"-").replace(b"/", b"_") for text in inner},
        "url": {b"".join(b"%%%02X" % byte for byte in clear), b"".join(b"%%%02x" % byte for byte in clear)},
        "json": {b"".join(b"\\u%04x" % byte for byte in clear)},
    }


def find(places: Iterable[tuple[str, bytes]], word: str = WORD) -> list[Finding]:
    """Every position of the word, with its form there."""
    return find_each(places, word)[word]


def find_each(places: Iterable[tuple[str, bytes]], *words: str) -> dict[str, list[Finding]]:
    """Every position of each word. The same bytes are looked at once: half of a database is as PostgreSQL made it."""
    found: dict[str, list[Finding]] = {word: [] for word in words}
    wanted = {word: forms(word) for word in words}
    known: dict[bytes, list[tuple[str, str, str]]] = {}
    for name, data in places:
        digest = hashlib.sha256(data).digest()
        if digest not in known:
            known[digest] = list(_look(data, wanted))
        for word, form, near in known[digest]:
            found[word].append(Finding(name, form, near))
    return found


def _look(whole: bytes, wanted: dict[str, dict[str, set[bytes]]]) -> Iterator[tuple[str, str, str]]:
    """The word, its form, and what is around it."""
    for packed, data in (("", whole), *_unpacked(whole)):
        for word, by_form in wanted.items():
            for form, pattern in ((form, pattern) for form, patterns in by_form.items() for pattern in patterns):
                at = data.find(pattern)
                if at >= 0:
                    yield word, packed + form, repr(data[max(0, at - 60) : at + 90])


def _unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    whole = memoryview(data)  # a slice of it copies nothing, and a database has thousands of bytes that look packed
    for begin in chain.from_iterable(first.finditer(data) for first in PACKED):
        with suppress(zlib.error):  # it only looked packed
            packed = whole[begin.start() : begin.start() + LARGEST]
            yield "gzip, ", zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(packed, LARGEST)


def stored(engine: Engine, databases: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Every file of the engine (PostgreSQL with its WAL, Kafka, logs), and every row of these databases as text.

    The rows too, because PostgreSQL packs long values in a way of its own.
    """
    folders = {engine.config.data}
    if engine.own_postgres is not None:
        folders.add(engine.own_postgres.folder)
    for folder in sorted(folders):
        yield from contents(folder)
    for database in databases:
        for table, text in everything_kept(engine, database).items():
            yield f"rows of {database}.{table}", text.encode()


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below the folder, with its name; none that goes while they are read, as PostgreSQL's caches do."""
    for file in sorted(Path(parent, name) for parent, _, names in os.walk(folder) for name in names):
        if file.is_file() and not file.is_symlink():
            with suppress(FileNotFoundError):
                yield str(file.relative_to(folder.parent)), b"".join(_extents(file))


def _extents(file: Path) -> Iterator[bytes]:
    """The content of a file without its holes, which make up most of Kafka's index files."""
    with file.open("rb") as opened:
        end, at = os.fstat(opened.fileno()).st_size, 0
        while at < end:
            try:
                begin = os.lseek(opened.fileno(), at, os.SEEK_DATA)
            except OSError:
                return  # only a hole is left
            at = min(os.lseek(opened.fileno(), begin, os.SEEK_HOLE), end)
            opened.seek(begin)
            yield opened.read(at - begin)
