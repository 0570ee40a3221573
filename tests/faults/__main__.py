"""Run the ledger test: `python -m tests.faults`, with variables of tests/faults/plan. Exit status 0 if it passes."""

import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from infra.engine import county, kafka, postgres, temporary_engine
from tests.faults import clocks, completeness, journal, layers, report
from tests.faults.commands import COUNTIES, SUBJECTS
from tests.faults.driver import User
from tests.faults.federation import Federation
from tests.faults.field import Field
from tests.faults.journal import Entry, Journal
from tests.faults.ledger import Difference, Verdict
from tests.faults.nemesis import NAMES, Nemesis
from tests.faults.pace import PACE
from tests.faults.plan import FEDERATED, Plan
from tests.faults.waits import until

PROGRAM = (sys.executable, "-m", "tests.faults.program")
QUIET_WITHIN = 180.0 * PACE
_STARTED: tuple[Any, ...] = (county, kafka, postgres)


def main() -> int:
    """Run the test; returns the exit status."""
    plan = Plan.from_environment(NAMES)
    for part in _STARTED:
        part._READY_WITHIN *= PACE
    report.say(f"seed {plan.seed}, {plan.deployment}; SEED={plan.seed} deals the same faults again")
    federation = Federation() if plan.deployment == FEDERATED else None
    with temporary_engine(federated=federation is not None, fsync=True, program=PROGRAM) as engine:
        field = Field(engine, plan.mutants, federation)
        try:
            field.set_up()
            return _run(field, plan)
        finally:
            field.tear_down()


def _run(field: Field, plan: Plan) -> int:
    written = Journal(field.engine.config.data / "journal.jsonl")
    users = [User(field, written, subject, name, plan.seed) for subject in SUBJECTS for name in COUNTIES]
    nemesis = Nemesis(field, written, plan)
    if not field.volume:
        report.say("no file system can be mounted here, so no disk is filled; PostgreSQL is made read-only instead")
    if not clocks.WHOLE:
        report.say("time-machine is not installed, so a wrong clock is wrong for decisions alone")
    try:
        field.crowd.start(users)
        for struck in nemesis.strike():
            report.say_round(struck, nemesis.hits, plan.faults)
        field.crowd.stop()
        entries = journal.read(written.path)
        differences = _judge(field, entries, plan)
        report.say_commands(entries)
        report.say_faults(nemesis.struck)
        report.say_delivery(field)
        report.say_verdict(differences, plan.seed)
        if nemesis.hits < plan.faults:
            report.say(f"only {nemesis.hits} of {plan.faults} faults have hit: the run proves nothing")
        failed = bool(differences) or nemesis.hits < plan.faults
    except BaseException:
        _keep(field, plan)
        raise
    if failed or plan.keep:
        _keep(field, plan)
    return int(failed)


def _judge(field: Field, entries: Sequence[Entry], plan: Plan) -> list[Difference]:
    """Every difference, judged after delivery has come to rest."""
    ended = datetime.now(UTC)
    until(lambda: not completeness.incomplete(field, ended), min(plan.patience * 2, QUIET_WITHIN), 0.5)
    found = [*layers.judge(field, entries)]
    for name, what in completeness.incomplete(field, ended):
        found.append(Difference(Verdict.OPEN, name, "", f"complete until {ended}", what))
    return found


def _keep(field: Field, plan: Plan) -> None:
    """Copy the logs and the journal to the plan's folder, and print its path."""
    data = field.engine.config.data
    for folder in ("logs", "faults"):
        shutil.copytree(data / folder, plan.logs / folder, dirs_exist_ok=True)
    shutil.copy(data / "journal.jsonl", plan.logs)
    report.say(f"logs and journal are in {plan.logs}")


if __name__ == "__main__":
    sys.exit(main())
