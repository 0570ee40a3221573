"""Golden events: how each type looks on the wire, one file for each form it has had.

``<type>.json`` is the first form, ``<type>.2.json`` the second. Once recorded, a file stays as it is for ever: events
like it lie in topics.
"""

import hashlib
import re
from collections.abc import Collection
from pathlib import Path

from shared.contracts.registry import EVENTS

FOLDER = Path("tests", "contract", "golden")
RECORD = Path("shared", "contracts", "baseline", "golden.sha256")


def files(root: Path, event_type: str) -> list[Path]:
    """The golden events of a type, the newest form last; empty if it has none."""
    form = re.compile(re.escape(event_type) + r"(?:\.(\d+))?\.json")
    matches = [(form.fullmatch(path.name), path) for path in (root / FOLDER).iterdir()]
    return [path for _, path in sorted((int(match[1] or 1), path) for match, path in matches if match)]


def recorded(root: Path) -> dict[str, str]:
    """The name of every recorded file, with its digest."""
    text = (root / RECORD).read_text("utf-8") if (root / RECORD).is_file() else ""
    return {name: digest for digest, name in (line.split() for line in text.splitlines())}


def record(root: Path) -> None:
    """Record every new golden event; recorded ones stay."""
    present = {path.name: _digest(path) for path in (root / FOLDER).glob("*.json")}
    every = sorted((present | recorded(root)).items())
    (root / RECORD).write_text("".join(f"{digest}  {name}\n" for name, digest in every), "utf-8")


def faults(root: Path, types: Collection[str] = EVENTS) -> list[str]:
    """The records that are missing or have changed; empty if none has."""
    missing = [
        f"{name} has no golden event: add {FOLDER / name}.json, with every field filled"
        for name in sorted(types)
        if not files(root, name)
    ]
    return missing + [fault for name, digest in recorded(root).items() for fault in _faults(root, name, digest)]


def _faults(root: Path, name: str, digest: str) -> list[str]:
    path = root / FOLDER / name
    if not path.is_file():
        return [f"{FOLDER / name} is gone: a recorded golden event stays for ever. Take it back from the history"]
    if _digest(path) != digest:
        return [
            f"{FOLDER / name} has changed since it was recorded. Take it back, and add the new form as another file"
        ]
    return []


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
