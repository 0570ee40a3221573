"""The plan of a run, read from environment variables.

FAULTS      how many faults must hit (30)
DEPLOYMENT  shared: the counties share a Kafka (by itself); federated: each has its own, and a mirror
SEED        what decides all chances (drawn, and printed at the start)
AT_ONCE     how many faults strike at the same time, at most (3)
KINDS       only these kinds of faults, with commas between, and only in the county that follows as @county
MUTANTS     faults in the code, as county:mutant, with commas between: then the test must fail
PATIENCE    seconds within which everything must have arrived after a round (90, times PACE)
PACE        how many times slower the machine is: as many times fewer commands come, and limits are longer (1)
FORGING     for how many seconds records of all kinds are forged; without it for up to eight, of all kinds or of one
LIMIT       seconds after which no fault is dealt any more, and the run fails (40 for each fault, at least 600)
LOGS        a folder for the logs and the journal; without it they are kept only if the test fails
"""

import os
import secrets
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults.commands import COUNTIES
from tests.faults.mutants import MUTANTS
from tests.faults.pace import PACE

SECONDS_PER_FAULT = 40.0
"""Seconds that a fault may take on average; some ten are usual."""
LEAST_LIMIT = 600.0
SHARED, FEDERATED = "shared", "federated"


@dataclass(frozen=True)
class Plan:
    """The parameters of a run."""

    faults: int
    deployment: str
    seed: int
    at_once: int
    kinds: Mapping[str, Sequence[str]]
    mutants: Mapping[str, str]
    patience: float
    limit: float
    logs: Path
    keep: bool

    @classmethod
    def from_environment(cls, kinds: Collection[str]) -> "Plan":
        """Read the plan from the environment; SystemExit for a word that means nothing, or a kind not in ``kinds``."""
        seed = int(os.environ.get("SEED") or secrets.randbelow(1_000_000))
        faults = int(os.environ.get("FAULTS") or 30)
        return cls(
            faults=faults,
            deployment=_deployment(),
            seed=seed,
            at_once=int(os.environ.get("AT_ONCE") or 3),
            kinds=_kinds(kinds),
            mutants=_mutants(),
            patience=float(os.environ.get("PATIENCE") or 90 * PACE),
            limit=float(os.environ.get("LIMIT") or max(LEAST_LIMIT * PACE, SECONDS_PER_FAULT * faults * PACE)),
            logs=Path(os.environ.get("LOGS") or Path(tempfile.gettempdir()) / f"norrsam-faults-{seed}"),
            keep=bool(os.environ.get("LOGS")),
        )


def _deployment() -> str:
    chosen = os.environ.get("DEPLOYMENT") or SHARED
    if chosen not in (SHARED, FEDERATED):
        raise SystemExit(f"DEPLOYMENT is {chosen!r}; it is {SHARED} or {FEDERATED}")
    return chosen


def _kinds(known: Collection[str]) -> dict[str, list[str]]:
    chosen: dict[str, list[str]] = {}
    for word in _words("KINDS"):
        name, _, county = word.partition("@")
        if name not in known or (county and county not in COUNTIES):
            raise SystemExit(f"KINDS names {word!r}; the kinds are: {', '.join(known)}")
        chosen.setdefault(name, []).extend([county] if county else [])
    return chosen


def _mutants() -> dict[str, str]:
    chosen: dict[str, str] = {}
    for word in _words("MUTANTS"):
        county, _, mutant = word.partition(":")
        if county not in COUNTIES or mutant not in MUTANTS:
            raise SystemExit(f"MUTANTS names {word!r}; write county:mutant, and the mutants are: {', '.join(MUTANTS)}")
        chosen[county] = mutant
    return chosen


def _words(variable: str) -> list[str]:
    return [word.strip() for word in os.environ.get(variable, "").split(",") if word.strip()]
