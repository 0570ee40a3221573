"""Reads YAML with the parser of docker-compose, which is pinned already."""

import json
import subprocess
from pathlib import Path
from textwrap import indent
from typing import Any

from infra.compose.composition import compose_program


def read_yaml(file: Path) -> Any:
    """The content of ``file``."""
    document = "x-document:\n" + indent(file.read_text("utf-8"), "  ")
    done = subprocess.run(
        [compose_program(), "-f", "-", "config", "--no-interpolate", "--format", "json"],
        input=document,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{file}: {done.stderr}"
    return json.loads(done.stdout)["x-document"]
