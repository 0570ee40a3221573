"""`norrsam sandbox`: a Kafka of its own with an invented county, read by the program of docs/subscribing.md."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from infra.engine.ports import free_ports, is_free
from infra.engine.settings import user_cache
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


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The settings of a sandbox whose story is told; it ends when it is told to."""
    (port,) = free_ports(1)
    settings = {"NORRSAM_DATA": str(tmp_path_factory.mktemp("sandbox")), "NORRSAM_KAFKA_PORT": str(port)}
    with running("infra.cli.main", "sandbox", "--pace", "0", cwd=Path.cwd(), **settings) as sandbox:
        assert sandbox.stdout is not None
        assert any("The story is told" in line for line in sandbox.stdout)
        yield settings
    assert sandbox.returncode == 0
    assert is_free(port)


async def test_the_program_of_the_page_gets_everything_right(told: dict[str, str], tmp_path: Path) -> None:
    program = (DOCS / "examples" / "subscribe_faststream.py").read_text()
    (tmp_path / "subscribe_faststream.py").write_text(program.replace("19092", told["NORRSAM_KAFKA_PORT"]))
    select, *_ = re.findall(r'actors\.db "(SELECT .*?)"', (DOCS / "subscribing.md").read_text())

    def checked() -> "CompletedProcess[str]":
        with closing(sqlite3.connect(tmp_path / "actors.db")) as db:
            db.row_factory = sqlite3.Row
            rows = [dict(row) for row in db.execute(select)]
        (tmp_path / "states.json").write_text(json.dumps(rows))
        return norrsam("sandbox", "check", str(tmp_path / "states.json"), **told)

    def has_begun() -> list[object]:
        with closing(sqlite3.connect(tmp_path / "actors.db")) as db:
            return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'norrsam_newest'").fetchall()

    async def is_right() -> None:
        found = checked()
        assert found.stdout.endswith("\nAll 13 states are right.\n"), found.stdout
        assert found.returncode == 0

    with running("faststream", "run", "subscribe_faststream:app", cwd=tmp_path):
        await eventually(has_begun)
        await eventually(is_right)

    with closing(sqlite3.connect(tmp_path / "actors.db")) as db, db:
        db.execute(
            "UPDATE norrsam_newest SET version = version - 1 WHERE version = (SELECT max(version) FROM norrsam_newest)"
        )
    assert "is older than it should be" in " ".join(checked().stdout.split())


def lines_of(name: str, command: Sequence[str], told: dict[str, str], folder: Path) -> list[str]:
    """All that a program of the page prints of events, sorted; the files beside it are copied too."""
    file = DOCS / "examples" / name
    for each in file.parent.glob("*") if file.suffix == ".go" else [file]:
        (folder / each.name).write_text(each.read_text().replace("19092", told["NORRSAM_KAFKA_PORT"]))
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return sorted(line for line in done.stdout.splitlines() if line.startswith("se.norrsam."))


@pytest.fixture(scope="module")
def in_python(told: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The lines of the page's program in Python."""
    found = lines_of("subscribe.py", [sys.executable, "subscribe.py"], told, tmp_path_factory.mktemp("python"))
    assert len(found) > 50
    return found


@pytest.mark.parametrize("name", ["subscribe.mjs", "Subscribe.java", "go/main.go"])
def test_a_program_in_another_language_prints_the_same(
    name: str, told: dict[str, str], in_python: list[str], tmp_path: Path
) -> None:
    if name == "go/main.go" and not os.environ.get("NORRSAM_TEST_GO"):
        pytest.skip("its client takes half a minute to compile: NORRSAM_TEST_GO=1 runs it")
    tool = {"subscribe.mjs": "npm", "Subscribe.java": "javac", "go/main.go": "go"}[name]
    if shutil.which(tool) is None:
        pytest.skip(f"no {tool} is on the path")
    install = ["npm", "install", "--prefer-offline", "--no-audit", "--no-fund", "kafkajs@2.2.4"]
    if tool == "npm" and subprocess.run(install, cwd=tmp_path, capture_output=True).returncode:
        pytest.skip("npm has no kafkajs")
    jars = ":".join(map(str, (user_cache() / "jars").glob("*.jar")))
    command = {
        "npm": ["node", "subscribe.mjs"],
        "javac": ["java", "-XX:TieredStopAtLevel=1", "-cp", jars, "Subscribe.java"],
        "go": ["go", "run", "."],
    }[tool]

    assert lines_of(name, command, told, tmp_path) == in_python
    assert (DOCS / "examples" / name).read_text().strip() in (DOCS / "subscribing.md").read_text()
