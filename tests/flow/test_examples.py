"""The examples of docs/subscribing.md and docs/http.md, run as they stand there but for addresses."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.cli.county import local_token
from infra.demo.county import DemoCounty
from infra.demo.police import Police
from infra.demo.shipments import HANDLING, SUNDSVALL, case
from infra.engine import Engine
from tests.support.waiting import DEADLINE

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


BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
RUN = {"sh": "{}", "python": "python - <<'END'\n{}END\n"}


def as_shown(shown: Any, answer: Any) -> bool:
    """Whether an answer has all that the page shows of it; `…` is any text."""
    if isinstance(shown, dict):
        return all(name in answer and as_shown(value, answer[name]) for name, value in shown.items())
    if isinstance(shown, list):
        return len(shown) == len(answer) and all(map(as_shown, shown, answer))
    if isinstance(shown, str):
        return re.fullmatch(re.escape(shown).replace("…", ".+"), answer) is not None
    return bool(shown == answer)


def test_the_page_of_the_http_interface_is_answered_as_it_says(counties: list[DemoCounty], engine: Engine) -> None:
    if shutil.which("curl") is None:
        reason = "no curl is on the path: apt-get install curl"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    tools = Path(sys.executable).parent
    page = (DOCS / "http.md").read_text("utf-8")
    page = page.replace("http://127.0.0.1:8125", counties[0].url).replace(".venv/bin/norrsam", str(tools / "norrsam"))
    blocks = BLOCK.findall(page)
    script = "\0".join(RUN[kind].format(text) for kind, text in blocks if kind in RUN)
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail"],
        input=script.replace("\0", "printf '\\0'\n"),
        env={
            **os.environ,
            **dict.fromkeys(("NO_PROXY", "no_proxy"), "*"),
            "PATH": f"{tools}:{os.environ['PATH']}",
            "NORRSAM_DATA": str(engine.config.data),
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    printed = iter(done.stdout.split("\0"))
    last, compared = "", 0
    for kind, text in blocks:
        if kind in RUN:
            last = next(printed)
        elif last:
            head, _, body = text.rpartition("\n{") if kind == "http" else ("", "", text)
            if kind == "text":
                assert last == text
            else:
                lines = last.splitlines()
                assert as_shown(json.loads("{" * (kind == "http") + body), json.loads(lines[-1])), last
                answered = [line.lower() for line in lines]
                assert all(any(as_shown(line.lower(), each) for each in answered) for line in head.splitlines()), last
            last, compared = "", compared + 1
    assert compared == sum(kind in ("json", "http") for kind, _ in blocks) + 1


def test_the_command_for_who_has_no_kafka_shows_its_event(counties: list[DemoCounty], engine: Engine) -> None:
    home = counties[0]
    home.register(SCHOOL)
    (command,) = re.findall(r"^curl -N .*", (DOCS / "subscribing.md").read_text("utf-8"), re.MULTILINE)
    *_, header, url = shlex.split(command)
    name, _, token = header.partition(": ")
    given = token.replace("$TOKEN", local_token(engine.config.data, home.name, ["READER"]))

    with httpx.stream(
        "GET", url.replace("http://127.0.0.1:8125", home.url), headers={name: given}, timeout=DEADLINE
    ) as answer:
        assert any(line.startswith("data: ") and SCHOOL["name"] in line for line in answer.iter_lines())
