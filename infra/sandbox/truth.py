"""The states that a right subscriber has, and how what one says it has differs from that: `norrsam sandbox check`."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from infra.engine.errors import EngineError
from infra.sandbox.report import ReportedState
from shared.subscribing.deciding import Standing


@dataclass(frozen=True, slots=True)
class TrueState:
    """An aggregate as a right subscriber has it. One that is WITHDRAWN it does not have, one that is ENDED it may."""

    topic: str
    subject: str
    epoch: int
    version: int
    life: Standing
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SandboxTruth:
    """The truth after ``steps`` steps of a story that is ``over`` or goes on."""

    steps: int
    over: bool
    states: tuple[TrueState, ...]


_TRUTH = TypeAdapter(SandboxTruth)


def keep(file: Path, truth: SandboxTruth) -> None:
    """Write the truth, so that a reader finds the old or the new one whole."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.write_bytes(_TRUTH.dump_json(truth))
    new.replace(file)


def kept(file: Path) -> SandboxTruth:
    """The truth of the last sandbox; EngineError if there was none."""
    try:
        return _TRUTH.validate_json(file.read_bytes())
    except FileNotFoundError:
        raise EngineError("No sandbox has run here yet: `norrsam sandbox` starts one.") from None
    except ValidationError:
        raise EngineError(f"{file} cannot be read: `norrsam sandbox` writes it anew.") from None


def differences(truth: Sequence[TrueState], report: Sequence[ReportedState]) -> list[str]:
    """A sentence for each difference of a report from the truth, in the topics that it names; none if it is right."""
    topics = {each.topic for each in report}
    if foreign := sorted(topics - {each.topic for each in truth}):
        known = ", ".join(sorted({each.topic for each in truth}))
        return [f"{each} is no topic of the sandbox, which has {known}" for each in foreign]
    true = {(each.topic, each.subject): each for each in truth}
    counts = Counter((each.topic, each.subject) for each in report)
    found = [f"{_name(*key)} is there {count} times" for key, count in counts.items() if count > 1]
    for each in report:
        found += _wrong(true.get((each.topic, each.subject)), each)
    missing = [
        each
        for key, each in true.items()
        if key not in counts and each.topic in topics and each.life is Standing.LIVING
    ]
    return found + [f"{_name(each.topic, each.subject)} is missing" for each in missing]


def _wrong(true: TrueState | None, said: ReportedState) -> list[str]:
    name = _name(said.topic, said.subject)
    if true is None:
        return [f"{name} is no aggregate of this county: where does it come from?"]
    if true.life is Standing.WITHDRAWN:
        return [f"{name} is gone: the restate did not say it again"]
    age = true.epoch if said.epoch is None else said.epoch, true.version if said.version is None else said.version
    if age != (true.epoch, true.version):
        older = "older" if age < (true.epoch, true.version) else "newer"
        has = f"epoch {age[0]}, version {age[1]}, not epoch {true.epoch}, version {true.version}"
        return [f"{name} is {older} than it should be: {has}"]
    return [
        f"{name}: {field} is {said.data[field]!r}, not {true.data[field]!r}"
        for field in said.data.keys() & true.data.keys()
        if said.data[field] != true.data[field]
    ]


def _name(topic: str, subject: str) -> str:
    return f"{subject} of {topic}"
