"""`norrsam sandbox`: a Kafka of its own with an invented county, read by the program of docs/subscribing.md."""

import json
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from infra.engine.ports import free_ports, is_free
from tests.support.cli import norrsam
from tests.support.waiting import eventually

DOCS = Path(__file__).parents[2] / "docs"
pytestmark = pytest.mark.engine


@contextmanager
def running(*command: str, cwd: Path, **settings: str) -> Iterator["subprocess.Popen[str]"]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a job with & ignores it, and its children too
    with subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=cwd,
        stdout=subprocess.PIPE,
        text=True,
        env={"PATH": "", "PYTHONUNBUFFERED": "1", **settings},
    ) as process:
        signal.signal(signal.SIGINT, before)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)


async def test_the_program_of_the_page_gets_everything_right(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    settings = {"NORRSAM_DATA": str(tmp_path / "data"), "NORRSAM_KAFKA_PORT": str(port)}
    program = (DOCS / "examples" / "subscribe_faststream.py").read_text()
    (tmp_path / "subscribe_faststream.py").write_text(program.replace("19092", str(port)))
    select, *_ = re.findall(r'actors\.db "(SELECT .*?)"', (DOCS / "subscribing.md").read_text())

    def checked() -> "CompletedProcess[str]":
        with closing(sqlite3.connect(tmp_path / "actors.db")) as db:
            db.row_factory = sqlite3.Row
            rows = [dict(row) for row in db.execute(select)]
        (tmp_path / "states.json").write_text(json.dumps(rows))
        return norrsam("sandbox", "check", str(tmp_path / "states.json"), **settings)

    def has_begun() -> list[object]:
        with closing(sqlite3.connect(tmp_path / "actors.db")) as db:
            return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'norrsam_newest'").fetchall()

    async def is_right() -> None:
        found = checked()
        assert found.stdout.endswith("\nAll 13 states are right.\n"), found.stdout
        assert found.returncode == 0

    with running("infra.cli.main", "sandbox", "--pace", "0", cwd=Path.cwd(), **settings) as sandbox:
        assert sandbox.stdout is not None
        assert any("The story is told" in line for line in sandbox.stdout)
        with running("faststream", "run", "subscribe_faststream:app", cwd=tmp_path):
            await eventually(has_begun)
            await eventually(is_right)

    assert sandbox.returncode == 0
    assert is_free(port)
    with closing(sqlite3.connect(tmp_path / "actors.db")) as db, db:
        db.execute(
            "UPDATE norrsam_newest SET version = version - 1 WHERE version = (SELECT max(version) FROM norrsam_newest)"
        )
    assert "is older than it should be" in " ".join(checked().stdout.split())
