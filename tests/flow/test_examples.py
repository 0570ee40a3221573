"""The examples of docs/subscribing.md, run as they stand there but for the address of Kafka."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.demo.county import County
from infra.engine import Engine

DOCS = Path(__file__).parents[2] / "docs"
SCHOOL = {"name": "Skolan som exemplen läser", "type": "SCHOOL", "level": "LOCAL", "municipality": "2584"}
RUNNER = {
    "subscribe.py": [sys.executable, "subscribe.py"],
    "subscribe_faststream.py": [sys.executable, "-m", "faststream", "run", "subscribe_faststream:app"],
}


@pytest.mark.parametrize("name", RUNNER)
def test_given_the_page_for_subscribers_then_its_example_is_the_file_that_is_tested(name: str) -> None:
    assert (DOCS / "examples" / name).read_text().strip() in (DOCS / "subscribing.md").read_text()


@pytest.mark.parametrize("name", RUNNER)
def test_given_an_example_of_the_page_when_run_then_it_prints_the_actors(
    name: str, counties: list[County], engine: Engine, tmp_path: Path
) -> None:
    counties[0].register(SCHOOL)
    source = (DOCS / "examples" / name).read_text()
    (tmp_path / name).write_text(source.replace("127.0.0.1:19092", engine.kafka))
    with subprocess.Popen(
        RUNNER[name],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={"PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        try:
            assert any(SCHOOL["name"] in line for line in process.stdout)
        finally:
            process.kill()
