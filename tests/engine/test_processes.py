"""Processes: only what was recorded is ever signalled, and no clock decides what that is."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from infra.engine import birth
from infra.engine.errors import EngineError
from infra.engine.processes import EngineProcess, recorded_parts, stop_all
from tests.engine.given import cannot_be_ended, set_clock
from tests.support.waiting import DEADLINE

SLEEPS = (sys.executable, "-c", "import time; print('awake', flush=True); time.sleep(60)")
DEAF = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)",
)


def record(part: EngineProcess, text: str) -> None:
    part.record.parent.mkdir(parents=True, exist_ok=True)
    part.record.write_text(text)


def until_it_prints(part: EngineProcess) -> None:
    while not part.log.read_bytes():
        part.require_running()


def test_a_stranger_with_the_recorded_id_is_left_alone(tmp_path: Path) -> None:
    part = EngineProcess("thing", tmp_path)
    stranger = subprocess.Popen(SLEEPS, stdout=subprocess.DEVNULL)
    record(part, json.dumps({"pid": stranger.pid, "birth": birth.birth_of(os.getpid()), "port": 1}))
    try:
        assert part.stop(patience=1) is False
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("seconds", [47, -47, 86_400])
def test_a_clock_that_is_set_loses_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    part = EngineProcess("thing", tmp_path)
    process = part.start(SLEEPS, port=1)
    set_clock(monkeypatch, seconds)
    assert part.process() == process
    assert part.stop(patience=1) is True
    assert not process.is_running()


def test_another_boot_of_the_machine_is_another_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = EngineProcess("thing", tmp_path)
    process = part.start(SLEEPS, port=1)
    try:
        with monkeypatch.context() as patch:
            other_boot = tmp_path / "boot_id"
            other_boot.write_text("another")
            patch.setattr(birth, "_BOOT", other_boot)
            assert part.process() is None
        assert part.process() == process  # asking has removed no record
    finally:
        part.kill()


def test_without_proc_a_process_is_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(birth, "_BOOT", tmp_path / "no such file")
    part = EngineProcess("thing", tmp_path)
    process = part.start(SLEEPS, port=1)
    assert part.process() == process
    assert part.kill() is True


def test_a_process_that_cannot_be_ended_keeps_its_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = EngineProcess("thing", tmp_path)
    process = part.start(SLEEPS, port=1)
    with monkeypatch.context() as patch:
        cannot_be_ended(patch)
        assert part.stop(patience=0) is False
        assert part.process() == process
    assert part.kill() is True
    assert recorded_parts(tmp_path) == []


@pytest.mark.parametrize("text", ["", "not json", "{}", '{"pid": "x", "birth": "1", "port": 1}'])
def test_a_broken_record_names_no_process(tmp_path: Path, text: str) -> None:
    part = EngineProcess("thing", tmp_path)
    record(part, text)
    assert part.process() is None


def test_a_process_killed_from_outside_does_not_run(tmp_path: Path) -> None:
    part = EngineProcess("thing", tmp_path)
    process = part.start(SLEEPS, port=1)
    assert part.process() == process
    os.kill(process.pid, signal.SIGKILL)
    process.wait(DEADLINE)
    assert part.process() is None
    assert part.stop(patience=1) is False


def test_a_deaf_process_is_ended_by_force(tmp_path: Path) -> None:
    parts = [EngineProcess("willing", tmp_path), EngineProcess("deaf", tmp_path)]
    started = [part.start(command, port=1) for part, command in zip(parts, (SLEEPS, DEAF), strict=True)]
    for part in parts:
        until_it_prints(part)
    assert sorted(stop_all(parts, patience=0.3)) == ["deaf", "willing"]
    assert not any(process.is_running() for process in started)
    assert recorded_parts(tmp_path) == []


def test_children_are_killed_with_their_process(tmp_path: Path) -> None:
    part = EngineProcess("parent", tmp_path)
    code = f"import subprocess; subprocess.run({list(SLEEPS)!r})"
    process = part.start((sys.executable, "-c", code), port=1)
    until_it_prints(part)
    [child] = process.children()
    part.kill()
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_an_ended_process_is_missed_with_its_last_words(tmp_path: Path) -> None:
    part = EngineProcess("thing", tmp_path)
    process = part.start((sys.executable, "-c", "print('the disk is full')"), port=1)
    process.wait(DEADLINE)
    with pytest.raises(EngineError, match=r"(?s)thing ended before it was ready.*thing\.log.*the disk is full"):
        part.require_running()


def test_a_moved_port_is_named_with_the_one_in_use(tmp_path: Path) -> None:
    part = EngineProcess("thing", tmp_path)
    part.start(SLEEPS, port=5000)
    try:
        with pytest.raises(EngineError, match="runs on port 5000, but NORRSAM_X says 6000"):
            part.require_port(6000, "NORRSAM_X")
    finally:
        part.kill()
