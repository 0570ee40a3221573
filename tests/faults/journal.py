"""The journal: every command that the driver sent, and its outcome. No fault touches it.

It is a file of lines: first the command, then its outcome. A command without an outcome may have been carried out.
"""

import json
import threading
import time
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from tests.faults.subject import Command


class Outcome(StrEnum):
    """The outcome of a command, as far as the user knows it."""

    OK = "ok"
    REFUSED = "refused"
    UNREACHED = "unreached"  # no connection was made: it cannot have happened
    UNKNOWN = "unknown"
    UNDONE = "undone"  # acknowledged, and lost with a database whose backup was older, before it reached its topic


@dataclass(frozen=True)
class Entry:
    """A command and its outcome. ``version`` is the aggregate's version after the command; None if unknown."""

    number: int
    service: str
    county: str
    kind: str
    id: str
    mark: str
    outcome: Outcome = Outcome.UNKNOWN
    version: int | None = None
    repeated: str | None = None
    """How the answer to the repeated key differed; empty if it was the same, None without a second answer."""


class Journal:
    """Appends to ``path``; safe from several threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("a", encoding="utf-8")
        self._lock = threading.Lock()
        self._entries: dict[int, Entry] = {}

    def number(self) -> int:
        """A number that no other command has."""
        with self._lock:
            number = len(self._entries) + 1
            self._entries[number] = Entry(number, "", "", "", "", "")
            return number

    def invoke(self, number: int, service: str, county: str, command: Command) -> None:
        """Record that the command is about to be sent."""
        self._put(Entry(number, service, county, command.kind, command.id, command.mark))

    def settle(self, number: int, outcome: Outcome, version: int | None = None) -> None:
        """Record the command's outcome."""
        self._put(replace(self._entries[number], outcome=outcome, version=version))

    def repeat(self, number: int, repeated: str | None) -> None:
        """Record that the command was sent again with the same key."""
        self._put(replace(self._entries[number], repeated=repeated))

    def undo(self, service: str, county: str, kept: Collection[tuple[str, int | None, str]]) -> int:
        """Mark acknowledged commands outside ``kept``, (id, version, mark), as undone; returns how many there are.

        One whose version was not told is known by its mark.
        """
        untold = {(identity, None, mark) for identity, _, mark in kept}
        undone = [
            entry
            for entry in self.entries()
            if (entry.service, entry.county, entry.outcome) == (service, county, Outcome.OK)
            and entry.mark
            and (entry.id, entry.version, entry.mark) not in (kept if entry.version else untold)
        ]
        for entry in undone:
            self.settle(entry.number, Outcome.UNDONE, entry.version)
        return len(undone)

    def entries(self) -> list[Entry]:
        """The entries written so far."""
        with self._lock:
            return [entry for entry in self._entries.values() if entry.service]

    def acknowledged(self, service: str) -> dict[tuple[str, str], int]:
        """The newest acknowledged version of each (county, id) of a service."""
        return newest(entry for entry in self.entries() if entry.service == service)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _put(self, entry: Entry) -> None:
        with self._lock:
            self._entries[entry.number] = entry
            self._file.write(json.dumps({"at": time.time(), **asdict(entry)}) + "\n")
            self._file.flush()


def read(path: Path) -> list[Entry]:
    """The entries of a journal file, each in its last state."""
    entries: dict[int, Entry] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        values: dict[str, Any] = json.loads(line)
        del values["at"]
        entry = Entry(**{**values, "outcome": Outcome(values["outcome"])})
        entries[entry.number] = entry
    return [entries[number] for number in sorted(entries)]


def newest(entries: Iterable[Entry]) -> dict[tuple[str, str], int]:
    """The newest acknowledged version of each (county, id)."""
    versions: dict[tuple[str, str], int] = {}
    for entry in entries:
        if entry.outcome is Outcome.OK and entry.version is not None:
            key = entry.county, entry.id
            versions[key] = max(versions.get(key, 0), entry.version)
    return versions
