"""Runs the ledger test: `python -m tests.faults`. Exit status 0 only if nothing differs.

FAULTS    how many faults must hit (30)
SEED      what decides all chances (printed at the start)
KINDS     only these kinds of faults, with commas between, and only in the county that follows as @county
MUTANTS   faults in the code, county:mutant, with commas between: then the test must fail
PATIENCE  seconds within which everything must have arrived after a round (90)
LOGS      a folder for the logs and the journal; without it they are kept only if the test fails
"""

import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from infra.engine import temporary_engine
from tests.faults import completeness, journal, layers, report
from tests.faults.commands import COUNTIES, SUBJECTS
from tests.faults.driver import User
from tests.faults.field import Field
from tests.faults.journal import Journal
from tests.faults.ledger import Difference, Verdict
from tests.faults.nemesis import Nemesis
from tests.faults.waits import until

PROGRAM = (sys.executable, "-m", "tests.faults.program")
QUIET_WITHIN = 180.0


@dataclass(frozen=True)
class Plan:
    """What the environment asks for."""

    faults: int
    seed: int
    kinds: Mapping[str, Sequence[str]]
    mutants: Mapping[str, str]
    patience: float

    @classmethod
    def from_environment(cls) -> "Plan":
        """As the variables say."""
        kinds: dict[str, list[str]] = {}
        for word in _words("KINDS"):
            name, _, county = word.partition("@")
            kinds.setdefault(name, []).extend([county] if county else [])
        mutants = dict(pair.split(":", 1) for pair in _words("MUTANTS"))
        return cls(
            faults=int(os.environ.get("FAULTS") or 30),
            seed=int(os.environ.get("SEED") or secrets.randbelow(1_000_000)),
            kinds=kinds,
            mutants=mutants,
            patience=float(os.environ.get("PATIENCE") or 90),
        )


def main() -> int:
    """The exit status."""
    plan = Plan.from_environment()
    report.say(f"seed {plan.seed}; SEED={plan.seed} deals the same faults again")
    with temporary_engine(fsync=True, program=PROGRAM) as engine:
        field = Field(engine, plan.mutants)
        try:
            field.set_up()
            return _run(field, plan)
        finally:
            field.tear_down()


def _run(field: Field, plan: Plan) -> int:
    written = Journal(field.engine.config.data / "journal.jsonl")
    users = [User(field, written, subject, name, plan.seed) for subject in SUBJECTS for name in COUNTIES]
    nemesis = Nemesis(field, written, plan.seed, plan.kinds, plan.patience)
    field.crowd.start(users)
    for struck in nemesis.strike(plan.faults):
        report.say_round(struck, nemesis.hits, plan.faults)
    field.crowd.stop()
    written.close()
    differences = _judge(field, journal.read(written.path), plan)
    report.say_commands(journal.read(written.path))
    report.say_faults(nemesis.struck)
    report.say_delivery(field)
    report.say_verdict(differences, plan.seed)
    missed = nemesis.hits < plan.faults
    if missed:
        report.say(f"only {nemesis.hits} of {plan.faults} faults have hit: the run proves nothing")
    failed = bool(differences) or missed
    if failed or os.environ.get("LOGS"):
        report.say(f"logs and journal are in {_keep(field, plan)}")
    return int(failed)


def _keep(field: Field, plan: Plan) -> Path:
    """Where what tells of this run lies after it: LOGS, or a folder among the temporary ones."""
    kept = Path(os.environ.get("LOGS") or Path(tempfile.gettempdir()) / f"norrsam-faults-{plan.seed}")
    for source in (field.engine.config.data / "logs", field.engine.config.data / "faults"):
        shutil.copytree(source, kept / source.name, dirs_exist_ok=True)
    shutil.copy(field.engine.config.data / "journal.jsonl", kept)
    return kept


def _judge(field: Field, entries: Sequence[journal.Entry], plan: Plan) -> list[Difference]:
    """Everything that differs, once nothing moves any more."""
    ended = datetime.now(UTC)
    within = min(plan.patience * 2, QUIET_WITHIN)
    until(lambda: not completeness.incomplete(field, ended), within, 0.5)
    found = [*layers.judge(field, entries)]
    for problem in completeness.incomplete(field, ended):
        county, what = problem.split(": ", 1)
        found.append(Difference(Verdict.OPEN, county, "", "all complete", what))
    return found


def _words(variable: str) -> list[str]:
    return [word.strip() for word in os.environ.get(variable, "").split(",") if word.strip()]


if __name__ == "__main__":
    sys.exit(main())
