"""Holds a manifest against the published schema of its kind."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

HERE = Path(__file__).parent
CUSTOM: Mapping[str, Any] = json.loads((HERE / "custom.json").read_text("utf-8"))
NATIVE: Mapping[str, Any] = json.loads((HERE / "native.json").read_text("utf-8"))
METADATA = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


def errors(manifest: Mapping[str, Any]) -> list[str]:
    """Where a manifest is not as the schema of its kind says; KeyError if no schema of that kind is here."""
    kind = f"{manifest['apiVersion']} {manifest['kind']}"
    if kind not in CUSTOM:
        return _errors(_native(NATIVE["kinds"][kind]), manifest)
    return _errors(CUSTOM[kind], manifest) + _errors(_native(METADATA), manifest["metadata"])


def _native(name: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}", "$defs": NATIVE["$defs"]}


def _errors(schema: Mapping[str, Any], found: object) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(found)]
