"""`up` and `down`: start the four counties on this machine, and stop them.

An `up` that fails or is interrupted stops everything that it has started itself, and nothing that ran before.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from confluent_kafka import KafkaException

from infra import topics
from infra.engine.county import MigrationRun
from infra.engine.engine import Engine
from infra.engine.errors import DoubtedError, EngineError
from infra.engine.processes import EngineProcess, stop_all
from infra.engine.signals import ended_by_sigterm, undisturbed


class Report(Protocol):
    """Receives the progress of `up`."""

    def doing(self, what: str) -> None:
        """``what`` begins."""

    def done(self, what: str, detail: str, seconds: float | None) -> None:
        """``what`` is done, ``seconds`` after the start of `up`; None if it was done before."""

    def warn(self, what: str) -> None:
        """``what`` is not as it should be, and `up` goes on."""


def up(engine: Engine, report: Report) -> None:
    """Start Kafka, PostgreSQL and every county, make topics and databases, and wait until all are ready."""
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
            self._finish_migration()
            self._start_counties()
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
        for server in (self.engine.own_kafka, self.engine.own_postgres, *self.counties):
            if server is not None and server.part.process() is None:
                server.require_ports()

    def _launch_kafka(self) -> None:
        if kafka := self.engine.own_kafka:
            self.engine.jars()
            self._launch(kafka)
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
        if any(county.part.process() is None for county in self.counties):
            self.migration = self.engine.begin_migration()

    def _finish_kafka(self) -> None:
        self.report.doing("starting Kafka")
        kafka = self.engine.own_kafka
        if kafka is not None:
            kafka.wait_until_ready()
        self._done("Kafka", self.engine.kafka, kafka is not None and kafka.part in self.launched)
        self.report.doing("making topics")
        names = [county.name for county in self.engine.config.counties]
        try:
            differences = topics.apply(self.engine.kafka, names)
        except KafkaException as error:
            raise EngineError(f"The topics could not be made on {self.engine.kafka}: {error}") from None
        changed = sum(each.is_done for each in differences)
        self._done("topics", f"{changed} made or changed" if changed else "as the register says", bool(changed))
        for each in differences:
            if not each.is_done:
                self.report.warn(str(each))

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
