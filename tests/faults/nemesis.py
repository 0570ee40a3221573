"""Deals the faults at random from a seed, in rounds. After each round it waits until everything has arrived."""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.faults import (
    clocks,
    completeness,
    forging,
    forks,
    interrupted,
    kills,
    logs,
    migrating,
    mirrors,
    positions,
    replicas,
    restoring,
    secured,
    servers,
    squeezes,
)
from tests.faults.commands import COUNTIES
from tests.faults.field import Field
from tests.faults.journal import Journal
from tests.faults.kind import Kind
from tests.faults.plan import FEDERATED, SHARED, Plan
from tests.faults.waits import until

TOGETHER = (1, 2, 3, 3)
LONG_RUN = 100
"""Faults from which on a run is a long one."""


@dataclass(frozen=True)
class Struck:
    """A dealt fault. ``how`` describes the hit, None for a miss; ``seconds`` lie between its end and full arrival."""

    kind: str
    county: str
    how: str | None
    seconds: float
    arrived: bool


def _all(journal: Journal) -> list[Kind]:
    simple = (kills, migrating, servers, logs, replicas, interrupted, squeezes, clocks, mirrors, positions, secured)
    with_journal = (restoring, forks, forging)
    return [kind for module in simple for kind in module.KINDS] + [
        kind for module in with_journal for kind in module.kinds(journal)
    ]


with closing(Journal(Path(os.devnull))) as _nowhere:
    NAMES = tuple(kind.name for kind in _all(_nowhere))
"""Every kind of fault."""


def possible(field: Field, journal: Journal) -> list[Kind]:
    """The kinds of faults that this machine and this deployment allow."""
    full = (squeezes.OUT_OF_SPACE, servers.KAFKA_OUT_OF_SPACE)
    deployment = FEDERATED if field.federation else SHARED
    there = [kind for kind in _all(journal) if kind.of in (None, deployment)]
    return [kind for kind in there if field.volume or kind.name not in full]


def _is_dealt(kind: Kind, plan: Plan) -> bool:
    """Whether a run with this plan deals this kind."""
    return kind.name in plan.kinds if plan.kinds else plan.faults >= LONG_RUN or not kind.slow


class Deck:
    """Deals every kind once before any repeats. Each kind meets every county once before it meets one again."""

    def __init__(self, rng: Random, of: Sequence[Kind], where: Mapping[str, Sequence[str]], at_once: int) -> None:
        self._rng, self._at_once = rng, at_once
        self._kinds = list(of)
        self._where = where
        self._stack: list[Kind] = []
        self._counties: dict[str, list[str]] = {}

    def deal(self) -> Iterator[tuple[Kind, str]]:
        """The faults of a round. No two share a county or a server."""
        taken: set[str] = set()
        for _ in range(min(self._rng.choice(TOGETHER), self._at_once)):
            if not self._stack:
                self._stack = self._rng.sample(self._kinds, len(self._kinds))
            free = [kind for kind in self._stack if not taken & self._needs(kind)]
            if not free:
                return
            self._stack.remove(free[0])
            taken |= self._needs(free[0])
            yield free[0], self._counties[free[0].name].pop()

    def _needs(self, kind: Kind) -> set[str]:
        """The servers and the county that the next fault of this kind reserves."""
        counties = self._counties.setdefault(kind.name, [])
        if not counties:
            where = self._where.get(kind.name) or COUNTIES
            counties += self._rng.sample(where, len(where))
        return {counties[-1], *kind.needs}


class Nemesis:
    """Strikes until the planned number of faults have hit, twice as many have been dealt, or the time is over."""

    def __init__(self, field: Field, journal: Journal, plan: Plan) -> None:
        self.struck: list[Struck] = []
        self._field, self._journal, self._plan = field, journal, plan
        self._rng = Random(plan.seed)
        chosen = [kind for kind in possible(field, journal) if _is_dealt(kind, plan)]
        if not chosen:
            raise SystemExit(f"not possible on this machine, {plan.deployment}: {', '.join(plan.kinds)}")
        self._deck = Deck(self._rng, chosen, plan.kinds, plan.at_once)

    @property
    def hits(self) -> int:
        """How many faults have hit."""
        return sum(1 for each in self.struck if each.how)

    def strike(self) -> Iterator[list[Struck]]:
        """Strike in rounds. A round ends when everything has arrived, or when patience has run out."""
        ends = time.monotonic() + self._plan.limit
        while self.hits < self._plan.faults and len(self.struck) < 2 * self._plan.faults and time.monotonic() < ends:
            done = self._round(list(self._deck.deal()))
            self.struck += done
            yield done

    def _round(self, faults: Sequence[tuple[Kind, str]]) -> list[Struck]:
        begins = [self._rng.uniform(0, 2) for _ in faults]
        seeds = [self._rng.random() for _ in faults]
        with ThreadPoolExecutor(len(faults)) as pool:
            healed = list(pool.map(self._one, faults, begins, seeds))
        wanted = completeness.target(self._journal)
        arrived = until(lambda: completeness.arrived(self._field, wanted), self._plan.patience, 0.2)
        now = time.monotonic()
        self._field.log_cut.clear()
        return [
            Struck(kind.name, county, how, now - when, arrived)
            for (kind, county), (how, when) in zip(faults, healed, strict=True)
        ]

    def _one(self, fault: tuple[Kind, str], begin: float, seed: float) -> tuple[str | None, float]:
        kind, county = fault
        time.sleep(begin)
        how = kind.strike(self._field, Random(seed), county)
        return how, time.monotonic()
