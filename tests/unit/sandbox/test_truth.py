"""The report of a subscriber to the sandbox, and how it differs from the truth."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from infra.engine.errors import EngineError
from infra.sandbox.report import not_compared, reported
from infra.sandbox.truth import SandboxTruth, TrueState, differences, keep, kept
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
        ([line(C)], [f"{A} of {TOPIC} is missing"]),
        ([line(A), line(A)], [f"{A} of {TOPIC} is there 2 times"]),
        ([line(A), line(B)], [f"{B} of {TOPIC} is gone: the restate did not say it again"]),
        ([line(A), line(D)], [f"{D} of {TOPIC} is no aggregate of this county: where does it come from?"]),
        (
            [line(A, version=1)],
            [f"{A} of {TOPIC} is older than it should be: epoch 1, version 1, not epoch 1, version 2"],
        ),
        (
            [line(A, epoch=2)],
            [f"{A} of {TOPIC} is newer than it should be: epoch 2, version 2, not epoch 1, version 2"],
        ),
        (
            [line(A), line(C, version=2)],
            [f"{C} of {TOPIC} is older than it should be: epoch 1, version 2, not epoch 1, version 3"],
        ),
        ([line(A, data={"name": "En sko"})], [f"{A} of {TOPIC}: name is 'En sko', not 'En skola'"]),
    ],
)
def test_each_difference_is_a_sentence(report: list[str], said: list[str]) -> None:
    lines, array = "\n\n".join(report).encode(), f"[{', '.join(report)}]".encode("utf-8-sig")
    assert differences(TRUTH, reported(lines)) == said
    assert differences(TRUTH, reported(array)) == said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (b"{", "Line 1 of the report is not JSON"),
        (f"{line(A)}\n\n{{".encode(), "Line 3 of the report is not JSON"),
        (b"", "The report has no state in it"),
        (b"[3]", "State 1 of the report is no object"),
        (b"[" * 100_000, "The report is not JSON"),
        (b"\xff\x00\xfe", "The report is not in UTF-8"),
        (f"{line(A)}\n{json.dumps({'topic': TOPIC})}".encode(), "Line 2 of the report: subject: Field required"),
        (line(A, version="two").encode(), "Line 1 of the report: version: Input should be a valid integer"),
        (line(A, status="ACTIVE").encode(), "Line 1 of the report: status: Extra inputs are not permitted"),
        (line(A, data="{").encode(), "Line 1 of the report: data: "),
    ],
)
def test_a_report_that_cannot_be_read_is_named(given: bytes, said: str) -> None:
    with pytest.raises(EngineError) as refused:
        reported(given)

    assert str(refused.value).startswith(said)


def test_a_report_may_come_from_another_system() -> None:
    text = f"{line(A.upper(), data=None)}\r\n"

    assert [each.subject for each in reported(text.encode("utf-16"))] == [A]
    assert not_compared(reported(text.encode())) == ["epoch", "version", "data"]


def test_a_topic_that_is_not_there_is_named() -> None:
    said = differences(TRUTH, reported(b'{"topic": "actors", "subject": "1"}'))

    known = "norrbotten.shared.actors.v1, norrbotten.shared.guidance.v1"
    assert said == [f"actors is no topic of the sandbox, which has {known}"]


def test_the_truth_is_kept(tmp_path: Path) -> None:
    truth = SandboxTruth(7, over=True, states=TRUTH)

    keep(tmp_path / "data" / "sandbox.json", truth)

    assert kept(tmp_path / "data" / "sandbox.json") == truth


def test_without_a_sandbox_nothing_is_true(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="norrsam sandbox"):
        kept(tmp_path / "sandbox.json")
    (tmp_path / "sandbox.json").write_text("{")
    with pytest.raises(EngineError, match="writes it anew"):
        kept(tmp_path / "sandbox.json")
