"""`up` and `down`: start the four counties on this machine, with one Kafka or with one each, and stop them.

An `up` that fails or is interrupted stops everything that it has started itself, and nothing that ran before.
"""

import fcntl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from infra.engine import federated, furnishing
from infra.engine.county import MigrationRun
from infra.engine.engine import Engine
from infra.engine.errors import DoubtedError, EngineError
from infra.engine.mirror import WATCHDOG, watchdog_part
from infra.engine.pages import WORKSPACE
from infra.engine.processes import EngineProcess, stop_all
from infra.engine.signals import ended_by_sigterm, undisturbed
from shared.contracts.topics import SERVICES

_MIRRORS_WITHIN = 180.0


class Report(Protocol):
    """Receives the progress of `up`."""

    def doing(self, what: str) -> None:
        """``what`` begins."""

    def done(self, what: str, detail: str, seconds: float | None) -> None:
        """``what`` is done, ``seconds`` after the start of `up`; None if it was done before."""

    def warn(self, what: str) -> None:
        """``what`` is not as it should be, and `up` goes on."""


def up(engine: Engine, report: Report) -> None:
    """Start Kafka, PostgreSQL and every county, make topics and databases, and wait until all are ready.

    Where each county has a Kafka of its own: all of these, with their mirrors.
    """
    with _alone(engine.config.data), ended_by_sigterm():
        _Up(engine, report).run()


def down(engine: Engine) -> tuple[list[str], list[str]]:
    """Stop all that the engine runs: the names of what has ended, and a sentence for each thing that is left."""
    with _alone(engine.config.data), undisturbed():
        return engine.stop(), engine.left()


class _Up:
    def __init__(self, engine: Engine, report: Report) -> None:
        self.engine, self.report = engine, report
        self.counties = [engine.county(county.name) for county in engine.config.counties]
        self.pages = engine.pages()
        self.launched: list[EngineProcess] = []
        self.migration: MigrationRun | None = None
        self.doubts: list[str] = []
        self.began = time.monotonic()

    def run(self) -> None:
        self._require_ports()
        try:
            self._launch_kafka()
            self._start_postgres()
            self._begin_migration()
            self._finish_kafka()
            self._start_mirrors()
            self._finish_migration()
            self._start_counties()
            self._start_pages()
            self._wait_for_mirrors()
        except BaseException:
            with undisturbed():
                if self.migration:
                    self.migration.stop()
                stop_all(reversed(self.launched), patience=5)
            raise
        if self.doubts:  # all is left running: a recovery needs it
            raise EngineError("\n".join(self.doubts))

    def _require_ports(self) -> None:
        """Check every port that is not ours already, before anything is started or downloaded."""
        for server in (*self.engine.own_kafkas, self.engine.own_postgres, *self.counties, *self.pages):
            if server is not None and server.part.process() is None:
                server.require_ports()

    def _launch_kafka(self) -> None:
        if self.engine.kafkas:
            self.report.doing("making secrets")
            federated.begin(self.engine.config.data)
            furnishing.make_secrets(self.engine)
        if kafkas := self.engine.own_kafkas:
            self.engine.jars()
            self.report.doing("starting Kafka")
            with ThreadPoolExecutor() as pool:  # a new one is formatted first
                list(pool.map(self._launch, kafkas))
        else:
            self.report.doing("asking the Kafka of NORRSAM_KAFKA")
            self.engine.start_kafka()

    def _start_postgres(self) -> None:
        """Wait for PostgreSQL before Kafka: the databases are made while Kafka's Java starts."""
        self.report.doing("starting PostgreSQL")
        started = self.engine.own_postgres is not None and self._launch(self.engine.own_postgres)
        self.engine.start_postgres()
        self._done("PostgreSQL", self.engine.postgres.removeprefix("postgresql://"), started)

    def _begin_migration(self) -> None:
        """Begin the migration, unless every county runs already: then the databases are up to date."""
        self.report.doing("making databases")
        if any(process.part.process() is None for process in (*self.counties, *self.pages)):
            self.migration = self.engine.begin_migration(services=(*SERVICES, *([WORKSPACE] if self.pages else [])))

    def _finish_kafka(self) -> None:
        self.report.doing("starting Kafka")
        kafkas = self.engine.own_kafkas
        for kafka in kafkas:
            kafka.wait_until_ready()
        where = f"of {len(kafkas)} counties" if self.engine.kafkas else self.engine.kafka
        self._done("Kafka", where, any(kafka.part in self.launched for kafka in kafkas))
        self.report.doing("making topics")
        differences = furnishing.make_topics(self.engine)
        changed = sum(each.is_done for each in differences)
        self._done("topics", f"{changed} made or changed" if changed else "as the register says", bool(changed))
        for each in differences:
            if not each.is_done:
                self.report.warn(str(each))

    def _start_mirrors(self) -> None:
        """Start the watchdogs, which start the mirrors, while databases are migrated and counties start."""
        parts = [watchdog_part(county, self.engine.config.data) for county in furnishing.start_mirrors(self.engine)]
        self.launched += parts

    def _wait_for_mirrors(self) -> None:
        if not self.engine.kafkas or self.doubts:
            return
        self.report.doing("waiting for the mirrors")
        missing = furnishing.wait_for_mirrors(self.engine, _MIRRORS_WITHIN)
        now = any(part.name.startswith(WATCHDOG) for part in self.launched)
        self._done("mirrors", f"of {len(self.counties)} counties", now)
        for each in missing:
            self.report.warn(each)

    def _finish_migration(self) -> None:
        self.report.doing("migrating databases")
        if self.migration:
            self.migration.wait()
        self._done("databases", f"of {len(self.counties)} counties", self.migration is not None)

    def _start_counties(self) -> None:
        """Start all counties at once, then wait for each."""
        self.report.doing("starting the counties")
        started = {county.name: self._launch(county) for county in self.counties}
        for county in self.counties:
            try:
                county.wait_until_ready()
            except DoubtedError as doubted:
                self.doubts.append(str(doubted))
                continue
            self._done(county.name, county.url, started[county.name])

    def _start_pages(self) -> None:
        """Start the counties' workspaces and the development log-in, then wait for each."""
        self.report.doing("starting the workspaces")
        for each, now in [(each, self._launch(each)) for each in self.pages]:
            each.wait_until_ready()
            self._done(each.title, each.url, now)

    def _launch(self, server: "_Server") -> bool:
        if started := server.launch():
            self.launched.append(server.part)
        return started

    def _done(self, what: str, detail: str, now: bool) -> None:
        self.report.done(what, detail, time.monotonic() - self.began if now else None)


class _Server(Protocol):
    @property
    def part(self) -> EngineProcess: ...

    def launch(self) -> bool: ...


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Raise EngineError if another `up` or `down` works on this data folder."""
    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EngineError(
                f"Another `norrsam up` or `down` is at work on {data}; wait until it has ended."
            ) from None
        yield
