"""Writes every generated file, or checks that they are up to date: `python -m infra.generate [--check]`.

Generated files are committed, so that a change of a contract is seen in its review.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra import legal_gate
from infra.gateway import all_services, render
from shared.contracts.event import Event
from shared.contracts.registry import EVENTS

ROOT = Path(__file__).parent.parent
SCHEMAS = ROOT / "shared" / "contracts" / "schemas"
GATEWAY = ROOT / "infra" / "compose" / "gateway.conf.template"
LEGAL_GATE = ROOT / "docs" / "legal-gate.md"


def schema(event: type[Event]) -> dict[str, Any]:
    """The JSON Schema that a reader of ``event`` may rely on: unknown fields and codes are allowed."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"/schemas/{event.event_type}"}
    opened: dict[str, Any] = _open(event.model_json_schema())
    return head | opened


def _open(part: Any) -> Any:
    """Without the bans on unknown fields: they bind writers, and a later version may have more fields."""
    if isinstance(part, list):
        return [_open(item) for item in part]
    if isinstance(part, dict):
        closed = part.get("additionalProperties") is False
        return {name: _open(value) for name, value in part.items()} | ({"additionalProperties": True} if closed else {})
    return part


def generated() -> Mapping[Path, str]:
    """Every generated file with what belongs in it."""
    schemas = {
        SCHEMAS / f"{name}.json": json.dumps(schema(event), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        for name, event in sorted(EVENTS.items())
    }
    return {**schemas, GATEWAY: render(all_services()), LEGAL_GATE: legal_gate.render()}


def stale() -> list[str]:
    """What is missing, different, or not generated any more; empty if all is up to date."""
    wanted = generated()
    wrong = [path for path, text in wanted.items() if not path.is_file() or path.read_text("utf-8") != text]
    surplus = [path for path in SCHEMAS.glob("*.json") if path not in wanted]
    return sorted(str(path.relative_to(ROOT)) for path in [*wrong, *surplus])


def write() -> None:
    """All generated files are as they should be, and no others are there."""
    SCHEMAS.mkdir(exist_ok=True)
    wanted = generated()
    for path in set(SCHEMAS.glob("*.json")) - set(wanted):
        path.unlink()
    for path, text in wanted.items():
        path.write_text(text, "utf-8")


def main(arguments: list[str]) -> int:
    """The exit code: 1 if a check finds something stale, 2 if the arguments are wrong."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m infra.generate [--check]", file=sys.stderr)
        return 2
    if not arguments:
        write()
        return 0
    for name in (wrong := stale()):
        print(f"{name} is not what the code generates: run `make generated`", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
