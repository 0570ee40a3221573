"""The examples of docs/subscribing.md, run as they stand there but for the address of Kafka."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.demo.county import DemoCounty
from infra.demo.police import Police
from infra.demo.shipments import HANDLING, SUNDSVALL, case
from infra.engine import Engine

DOCS = Path(__file__).parents[2] / "docs"
SCHOOL = {"name": "Skolan som exemplen läser", "type": "SCHOOL", "level": "LOCAL", "municipality": "2584"}
CASE = case(SUNDSVALL)
YEAR, NUMBER, _ = CASE.observed.isocalendar()
WEEK = f"{YEAR}-W{NUMBER:02}"
RUNNER = {
    "subscribe.py": [sys.executable, "subscribe.py"],
    "subscribe_signals.py": [sys.executable, "subscribe_signals.py"],
    "subscribe_faststream.py": [sys.executable, "-m", "faststream", "run", "subscribe_faststream:app"],
}


@pytest.mark.parametrize("name", RUNNER)
def test_the_subscribers_page_shows_the_example_that_is_tested(name: str) -> None:
    assert (DOCS / "examples" / name).read_text().strip() in (DOCS / "subscribing.md").read_text()


@pytest.mark.parametrize("name", RUNNER)
def test_an_example_of_the_subscribers_page_prints_its_event(
    name: str, counties: list[DemoCounty], police: dict[str, Police], engine: Engine, tmp_path: Path
) -> None:
    counties[0].register(SCHOOL)
    police["vasternorrland"].release(CASE, HANDLING)
    expected = f"RELEASED {WEEK} 2281 NARCOTICS" if "signals" in name else SCHOOL["name"]
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
            assert any(expected in line for line in process.stdout)
        finally:
            process.kill()
