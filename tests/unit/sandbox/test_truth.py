"""The report of a subscriber to the sandbox, and how it differs from the truth."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from infra.engine.errors import EngineError
from infra.sandbox.truth import SandboxTruth, TrueState, differences, keep, kept, reported
from shared.subscribing.deciding import Standing

TOPIC = "norrbotten.shared.actors.v1"
A, B, C, D = (str(UUID(int=number)) for number in range(1, 5))
TRUTH = (
    TrueState(TOPIC, A, 1, 2, Standing.LIVING, {"name": "En skola"}),
    TrueState(TOPIC, B, 1, 1, Standing.WITHDRAWN, {}),
    TrueState(TOPIC, C, 1, 3, Standing.ENDED, {}),
    TrueState("norrbotten.shared.guidance.v1", D, 1, 1, Standing.LIVING, {}),
)


def line(subject: str, **more: object) -> str:
    return json.dumps({"topic": TOPIC, "subject": subject, **more})


@pytest.mark.parametrize(
    ("report", "said"),
    [
        ([line(A)], []),
        ([line(A, epoch=1, version=2, data={"name": "En skola", "colour": "blue"})], []),
        ([line(A, data=json.dumps({"name": "En skola"}))], []),
        ([line(A), line(C, epoch=1, version=3)], []),
        ([line(C)], [f"{TOPIC} {A} is missing"]),
        ([line(A), line(A)], [f"{TOPIC} {A} is there 2 times"]),
        ([line(A), line(B)], [f"{TOPIC} {B} is gone: the restate did not say it again"]),
        ([line(A), line(D)], [f"{TOPIC} {D} is no aggregate of this county: where does it come from?"]),
        ([line(A, version=1)], [f"{TOPIC} {A} is older than it should be: (1, 1), not (1, 2)"]),
        ([line(A, epoch=2)], [f"{TOPIC} {A} is newer than it should be: (2, 2), not (1, 2)"]),
        ([line(A), line(C, version=2)], [f"{TOPIC} {C} is older than it should be: (1, 2), not (1, 3)"]),
        ([line(A, data={"name": "En sko"})], [f"{TOPIC} {A}: name is 'En sko', not 'En skola'"]),
    ],
)
def test_each_difference_is_a_sentence(report: list[str], said: list[str]) -> None:
    assert differences(TRUTH, reported("\n".join(report))) == said
    assert differences(TRUTH, reported(f"[{', '.join(report)}]")) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "The report is not JSON"),
        ("", "The report has no state in it"),
        ("[3]", "State 1 of the report: it: Input should be a valid dictionary"),
        (line(A) + "\n" + json.dumps({"topic": TOPIC}), "State 2 of the report: subject: Field required"),
        (line(A, version="two"), "State 1 of the report: version: Input should be a valid integer"),
        (line(A, status="ACTIVE"), "State 1 of the report: status: Extra inputs are not permitted"),
    ],
)
def test_a_report_that_cannot_be_read_is_named(text: str, said: str) -> None:
    with pytest.raises(EngineError) as refused:
        reported(text)

    assert str(refused.value).startswith(said)
    assert '"topic"' in str(refused.value)


def test_the_truth_is_kept(tmp_path: Path) -> None:
    truth = SandboxTruth(7, over=True, states=TRUTH)

    keep(tmp_path / "data" / "sandbox.json", truth)

    assert kept(tmp_path / "data" / "sandbox.json") == truth


def test_without_a_sandbox_nothing_is_true(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="norrsam sandbox"):
        kept(tmp_path / "sandbox.json")
