"""Processes: only what was recorded is ever signalled."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from infra.engine.errors import EngineError
from infra.engine.processes import Part, recorded_parts, stop_all

SLEEPS = (sys.executable, "-c", "import time; print('awake', flush=True); time.sleep(60)")
DEAF = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)",
)


def record(part: Part, pid: int, created: float) -> None:
    part.record.parent.mkdir(parents=True, exist_ok=True)
    part.record.write_text(json.dumps({"pid": pid, "created": created, "port": 1}))


def until_it_prints(part: Part) -> None:
    while not part.log.read_bytes():
        part.require_running()


def test_given_the_record_of_another_process_with_the_same_id_when_stopped_then_that_process_is_left_alone(
    tmp_path: Path,
) -> None:
    stranger = subprocess.Popen(SLEEPS, stdout=subprocess.DEVNULL)
    try:
        part = Part("thing", tmp_path)
        record(part, stranger.pid, psutil.Process(stranger.pid).create_time() - 100)
        assert part.stop(patience=1) is False
        assert stranger.poll() is None
        assert not part.record.exists()
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("text", ["", "not json", "{}", '{"pid": "x", "created": 1, "port": 1}'])
def test_given_a_broken_record_when_asked_then_nothing_runs(tmp_path: Path, text: str) -> None:
    part = Part("thing", tmp_path)
    record(part, 1, 0)
    part.record.write_text(text)
    assert part.process() is None


def test_given_a_process_that_was_killed_from_outside_when_asked_then_nothing_runs(tmp_path: Path) -> None:
    part = Part("thing", tmp_path)
    process = part.start(SLEEPS, port=1)
    assert part.process() == process
    os.kill(process.pid, signal.SIGKILL)
    process.wait(5)
    assert part.process() is None
    assert recorded_parts(tmp_path) == []


def test_given_one_that_does_not_listen_when_all_are_stopped_then_all_have_ended(tmp_path: Path) -> None:
    parts = [Part("willing", tmp_path), Part("deaf", tmp_path)]
    processes = [part.start(command, port=1) for part, command in zip(parts, (SLEEPS, DEAF), strict=True)]
    for part in parts:
        until_it_prints(part)
    assert sorted(stop_all(parts, patience=0.3)) == ["deaf", "willing"]
    assert not any(process.is_running() for process in processes)
    assert recorded_parts(tmp_path) == []


def test_given_a_process_with_children_when_it_is_killed_then_they_are_too(tmp_path: Path) -> None:
    part = Part("parent", tmp_path)
    code = f"import subprocess; subprocess.run({list(SLEEPS)!r})"
    process = part.start((sys.executable, "-c", code), port=1)
    until_it_prints(part)
    [child] = process.children()
    part.kill()
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_given_a_process_that_ended_when_it_is_required_then_the_error_shows_its_last_words(tmp_path: Path) -> None:
    part = Part("thing", tmp_path)
    process = part.start((sys.executable, "-c", "print('the disk is full')"), port=1)
    process.wait(10)
    with pytest.raises(EngineError, match=r"(?s)thing ended before it was ready.*thing\.log.*the disk is full"):
        part.require_running()


def test_given_a_process_on_one_port_when_the_setting_says_another_then_the_error_names_both(tmp_path: Path) -> None:
    part = Part("thing", tmp_path)
    part.start(SLEEPS, port=5000)
    try:
        with pytest.raises(EngineError, match="runs on port 5000, but NORRSAM_X says 6000"):
            part.require_port(6000, "NORRSAM_X")
    finally:
        part.kill()
