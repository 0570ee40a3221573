"""Trims the published schemas of Kubernetes kinds to what tests need: `python -m tests.support.kubernetes.trim FOLDER`.

README.md beside it says what must be in the folder. Descriptions and what the API server itself writes are left out,
and so is what we never set; a field that no schema names is then an error, though a server would drop it in silence.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
RESOURCES = ("040-Crd-kafka", "045-Crd-kafkanodepool", "postgresql.cnpg.io_clusters")
NATIVE = {
    "Namespace": "core.v1",
    "ConfigMap": "core.v1",
    "Service": "core.v1",
    "Deployment": "apps.v1",
    "Job": "batch.v1",
    "NetworkPolicy": "networking.v1",
    "PodDisruptionBudget": "policy.v1",
}
UNUSED = {"status", "entityOperator", "cruiseControl", "kafkaExporter", "managedFields", "ephemeralContainers"}
UNUSED |= {"affinity", "nodeAffinity", "podAffinity", "podAntiAffinity", "podSet", "ephemeral", "ephemeralVolumeSource"}


def trimmed(schema: Any) -> Any:
    """The schema without descriptions and what we never set; a field that it does not name is an error."""
    if isinstance(schema, list):
        return [trimmed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {
        key: trimmed(value) for key, value in schema.items() if key != "description" and key[:13] != "x-kubernetes-"
    }
    if isinstance(schema.get("properties"), dict):
        found["properties"] = {k: trimmed(v) for k, v in schema["properties"].items() if k not in UNUSED}
        if not schema.get("x-kubernetes-preserve-unknown-fields"):
            found.setdefault("additionalProperties", False)
    return found


def references(schema: Any) -> Iterator[str]:
    """The names of the definitions that the schema uses."""
    if isinstance(schema, dict):
        yield from [schema["$ref"].rpartition("/")[2]] if "$ref" in schema else []
        yield from (name for value in schema.values() for name in references(value))
    elif isinstance(schema, list):
        yield from (name for value in schema for name in references(value))


def custom(folder: Path) -> Iterator[tuple[str, Any]]:
    """The schema of each custom kind, by `<apiVersion> <kind>`; its ``metadata`` may be any object."""
    for resource in RESOURCES:
        spec = yaml.safe_load((folder / f"{resource}.yaml").read_text("utf-8"))["spec"]
        (version,) = (each for each in spec["versions"] if each["storage"])
        yield (
            f"{spec['group']}/{version['name']} {spec['names']['kind']}",
            trimmed(version["schema"]["openAPIV3Schema"]),
        )


def native(folder: Path) -> dict[str, Any]:
    """One schema for each native kind, with the definitions that they share."""
    known = json.loads((folder / "_definitions.json").read_text("utf-8"))["$defs"]
    kinds = {kind: f"io.k8s.api.{place}.{kind}" for kind, place in NATIVE.items()}
    found: dict[str, Any] = {}
    todo = list(kinds.values())
    while todo:
        if (name := todo.pop()) not in found:
            found[name] = trimmed(known[name])
            todo += references(found[name])
    groups = {"core": "v1", "apps": "apps/v1", "batch": "batch/v1"}
    groups |= {"networking": "networking.k8s.io/v1", "policy": "policy/v1"}
    return {
        "$defs": found,
        "kinds": {f"{groups[NATIVE[kind].split('.')[0]]} {kind}": name for kind, name in kinds.items()},
    }


def main(folder: Path) -> None:
    """Write custom.json and native.json beside this module."""
    for name, schemas in (("custom", dict(custom(folder))), ("native", native(folder))):
        text = json.dumps(schemas, separators=(",", ":"), sort_keys=True).replace('},"', '},\n"')
        (HERE / f"{name}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
