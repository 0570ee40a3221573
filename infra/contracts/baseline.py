"""The baseline: what readers of the last release rely on. `python -m infra.contracts.baseline [--record]`.

Without an argument it says what today's contracts would break, and which types have no baseline although the version
was raised. ``--record`` takes today's as the new baseline, which only a release does.
"""

import json
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.contracts import golden, projections
from infra.contracts.compatibility import breaches
from infra.contracts.schemas import schemas

ROOT = Path(__file__).parents[2]
FOLDER = Path("shared", "contracts", "baseline")
RELEASE = FOLDER / "release"
PROJECT = Path("pyproject.toml")

Schemas = Mapping[str, Mapping[str, Any]]


def recorded(root: Path = ROOT) -> dict[str, dict[str, Any]]:
    """The schemas of the last release, by type."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((root / FOLDER).glob("*.json"))}


def faults(before: Schemas, after: Schemas) -> list[str]:
    """The changes in ``after`` that break readers of ``before``, each with what to do; empty if none does."""
    gone = [
        f"{name}: the type is gone, and its events lie in topics. Take it back" for name in before.keys() - after.keys()
    ]
    changed = [
        f"{name}: {breach.place or 'the data'}: {breach.what}. Take it back, or give it to a new type {_next(name)} "
        "published beside this one"
        for name in after
        for breach in breaches(before.get(name, after[name]), after[name])
    ]
    return sorted(gone) + changed


def check(root: Path = ROOT) -> list[str]:
    """All that is wrong with today's contracts, their golden events, and the numbers of their projections."""
    released = recorded(root)
    numbers = projections.faults(projections.recorded(root), projections.present(), released)
    return faults(released, schemas()) + golden.faults(root) + numbers


def unrecorded(root: Path = ROOT) -> list[str]:
    """The baseline that the project's version lacks, with the types that no release guards; empty if it has one."""
    release, version = (root / RELEASE).read_text("utf-8").strip(), _version(root)
    if release == version:
        return []
    lacks = ", ".join(sorted(schemas().keys() - recorded(root).keys())) or "no type"
    return [f"version {version} has no baseline; that of {release} lacks {lacks}. Run `make baseline`"]


def record(root: Path = ROOT) -> None:
    """Take today's contracts and golden events, which have passed the check, as the baseline of the version."""
    (root / FOLDER).mkdir(parents=True, exist_ok=True)
    (root / RELEASE).write_text(_version(root) + "\n", "utf-8")
    for name, schema in schemas().items():
        (root / FOLDER / f"{name}.json").write_text(as_json(schema), "utf-8")
    golden.record(root)


def as_json(document: Mapping[str, Any]) -> str:
    """The document as it is committed: the same text for the same content."""
    return json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _version(root: Path) -> str:
    return str(tomllib.loads((root / PROJECT).read_text("utf-8"))["project"]["version"])


def _next(event_type: str) -> str:
    name, _, version = event_type.rpartition(".v")
    return f"{name}.v{int(version) + 1}"


def main(arguments: list[str], root: Path = ROOT) -> int:
    """The exit code: 1 if something is wrong, and then nothing is recorded; 2 if the arguments are wrong."""
    if arguments not in ([], ["--record"]):
        print("usage: python -m infra.contracts.baseline [--record]", file=sys.stderr)
        return 2
    for fault in (wrong := check(root) + ([] if arguments else unrecorded(root))):
        print(f"{fault} (docs/contracts.md)", file=sys.stderr)
    if arguments and not wrong:
        record(root)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
