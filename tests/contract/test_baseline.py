"""The baseline and the golden events on record: what they hold fast, and how they grow."""

import json
import re
import shutil
from pathlib import Path

import pytest

from infra.contracts import baseline, golden
from shared.contracts.registry import EVENTS

CHANGED = "se.norrsam.actors.ActorChanged.v1"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The files that the check looks at, to be changed."""
    for folder in (baseline.FOLDER, golden.FOLDER):
        shutil.copytree(baseline.ROOT / folder, tmp_path / folder)
    shutil.copy(baseline.ROOT / baseline.PROJECT, tmp_path)
    return tmp_path


def test_today_s_contracts_break_no_reader_of_the_last_release() -> None:
    assert baseline.check() == []


def test_the_baseline_s_types_are_those_with_a_golden_event() -> None:
    forms = {re.sub(r"(\.\d+)?\.json$", "", name) for name in golden.recorded(baseline.ROOT)}

    assert baseline.recorded().keys() == forms
    assert len(forms) >= 55


def test_each_golden_event_is_a_form_of_a_known_type() -> None:
    known = {path for name in EVENTS for path in golden.files(baseline.ROOT, name)}
    assert set((baseline.ROOT / golden.FOLDER).iterdir()) == known


def test_a_change_that_breaks_a_reader_fails_and_is_not_recorded(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = project / baseline.FOLDER / f"{CHANGED}.json"
    before = json.loads(path.read_text())
    before["properties"]["nickname"] = {"type": "string"}

    path.write_text(json.dumps(before))

    assert baseline.main([], project) == 1
    assert baseline.main(["--record"], project) == 1
    assert f"{CHANGED}: nickname: the field is gone. Take it back, or give it to a new type" in capsys.readouterr().err
    assert json.loads(path.read_text()) == before


def test_a_field_once_recorded_cannot_be_taken_back(
    project: Path,
) -> None:
    path = project / baseline.FOLDER / f"{CHANGED}.json"
    before = json.loads(path.read_text())
    del before["properties"]["police_area"]

    path.write_text(json.dumps(before))

    assert baseline.main(["--record"], project) == 0
    assert "police_area" in baseline.recorded(project)[CHANGED]["properties"]
    assert baseline.faults(baseline.recorded(project), {CHANGED: before})[-1].startswith(f"{CHANGED}: police_area")


def test_a_type_without_a_golden_event_is_named(project: Path) -> None:
    (project / golden.RECORD).unlink()
    (project / golden.FOLDER / f"{CHANGED}.json").unlink()

    assert baseline.check(project) == [
        f"{CHANGED} has no golden event: add tests/contract/golden/{CHANGED}.json, with every field filled"
    ]


def test_a_golden_event_that_is_deleted_or_changed_is_named(project: Path) -> None:
    first, second = sorted((project / golden.FOLDER).iterdir())[:2]
    shutil.copy(first, first.with_suffix(".2.json"))
    first.unlink()
    second.write_bytes(second.read_bytes() + b"\n")

    gone, changed = baseline.check(project)

    assert gone.startswith(f"tests/contract/golden/{first.name} is gone")
    assert changed.startswith(f"tests/contract/golden/{second.name} has changed since it was recorded")
    assert baseline.main(["--record"], project) == 1


def test_a_new_form_of_a_golden_event_is_kept_beside_the_old_one(project: Path) -> None:
    first = project / golden.FOLDER / f"{CHANGED}.json"
    second, tenth = first.with_suffix(".2.json"), first.with_suffix(".10.json")
    second.write_text("{}")
    tenth.write_text("{}")
    assert golden.files(project, CHANGED) == [first, second, tenth]
    before = golden.recorded(project)
    assert baseline.main(["--record"], project) == 0
    assert golden.recorded(project).items() >= before.items()

    second.unlink()

    assert len(baseline.check(project)) == 1


def test_a_type_without_a_baseline_is_named_at_the_next_version(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / baseline.FOLDER / f"{CHANGED}.json").unlink()
    release = (project / baseline.RELEASE).read_text("utf-8").strip()
    assert baseline.main([], project) == 0
    settings = (project / baseline.PROJECT).read_text("utf-8")
    raised = re.sub(r"^version = .*$", 'version = "99.0.0"', settings, count=1, flags=re.MULTILINE)
    (project / baseline.PROJECT).write_text(raised, "utf-8")

    assert baseline.main([], project) == 1
    said = capsys.readouterr().err
    assert f"version 99.0.0 has no baseline; that of {release} lacks {CHANGED}" in said

    assert baseline.main(["--record"], project) == 0
    assert baseline.main([], project) == 0
    assert CHANGED in baseline.recorded(project)


def test_an_unknown_argument_shows_the_usage_and_does_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert baseline.main(["--recrod"], project) == 2
    assert "usage:" in capsys.readouterr().err
