"""Writes every generated file, or checks that they are up to date: `python -m infra.generate [--check]`.

Generated files are committed, so that a change of a contract or of the API is seen in its review.
"""

import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from infra import advice, initiatives, legal_gate, meetings, openapi, rights, saga
from infra.contracts import asyncapi, projections
from infra.contracts.baseline import as_json, recorded
from infra.contracts.schemas import schema, schemas
from infra.gateway import all_services, render
from infra.kafka import composed
from infra.kubernetes import manifests
from shared.contracts.partner_replies import SignalReply

ROOT = Path(__file__).parent.parent
SCHEMAS = Path("shared", "contracts", "schemas")
ASYNCAPI = Path("docs", "asyncapi")
OPENAPI = Path("docs", "openapi")
GATEWAY = Path("infra", "compose", "gateway.conf")
KAFKA = Path("infra", "compose", "kafka")
KUBERNETES = Path("infra", "kubernetes", "example.yaml")
LEGAL_GATE, LEGAL_GATE_ANNEX = Path("docs", "legal-gate.md"), Path("docs", "legal-gate-annex.md")
SAGA = Path("docs", "enrolment.md")
MEETINGS = Path("docs", "meetings.md")
INITIATIVES = Path("docs", "initiatives.md")
RIGHTS = Path("docs", "rights.md")
ADVICE_TABLES = Path("services", "workspace", "static", "tables.json")


def generated(root: Path = ROOT) -> Mapping[Path, str]:
    """Every generated file, by its place in the project, with what belongs in it."""
    numbers = projections.document(projections.recorded(root), projections.present(), recorded(root))
    return {projections.RECORD: as_json(numbers), **_of_the_code()}


@cache
def _of_the_code() -> Mapping[Path, str]:
    """The files that follow from the code alone, which stays the same while a process runs."""
    services = all_services()
    return {
        **{SCHEMAS / f"{name}.json": as_json(schema) for name, schema in schemas().items()},
        SCHEMAS / f"{SignalReply.event_type}.json": as_json(schema(SignalReply)),
        ASYNCAPI / "norrsam.json": as_json(asyncapi.document()),
        **{OPENAPI / f"{service.name}.json": as_json(openapi.document(service)) for service in services},
        OPENAPI / "county.json": as_json(openapi.joined(services)),
        GATEWAY: render(services),
        KAFKA / "server.properties": composed.server(),
        KAFKA / "check.properties": composed.CHECK,
        KUBERNETES: manifests.render(manifests.read((ROOT / "counties" / "example.env").read_text("utf-8"))),
        LEGAL_GATE: legal_gate.render(),
        LEGAL_GATE_ANNEX: legal_gate.render_annex(),
        SAGA: saga.render(),
        MEETINGS: meetings.render(),
        INITIATIVES: initiatives.render(),
        RIGHTS: rights.render(services),
        ADVICE_TABLES: advice.render(),
    }


def stale(root: Path = ROOT) -> list[str]:
    """The files that are missing, differ, or are no longer generated; empty if all are up to date."""
    wanted = generated(root)
    wrong = {path for path, text in wanted.items() if _text(root / path) != text}
    return sorted(str(path) for path in wrong | _surplus(root, wanted))


def write(root: Path = ROOT) -> None:
    """Write all generated files, and delete those that are no longer generated."""
    wanted = generated(root)
    for path in _surplus(root, wanted):
        (root / path).unlink()
    for path, text in wanted.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")


def _text(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


def _surplus(root: Path, wanted: Mapping[Path, str]) -> set[Path]:
    """Files in a folder of generated files that no generator writes."""
    present = (path for folder in (SCHEMAS, ASYNCAPI, OPENAPI) for path in (root / folder).glob("*.json"))
    return {path.relative_to(root) for path in present} - wanted.keys()


def main(arguments: list[str], root: Path = ROOT) -> int:
    """The exit code: 1 if a check finds something stale, 2 if the arguments are wrong."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m infra.generate [--check]", file=sys.stderr)
        return 2
    if not arguments:
        write(root)
        return 0
    for name in (wrong := stale(root)):
        print(f"{name} is not what the code generates: run `make generated`", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
