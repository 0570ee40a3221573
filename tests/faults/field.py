"""The system under test: an engine, and four counties started by the test's own program."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import psutil

from infra.cli.county import local_token
from infra.engine import Engine, furnishing
from infra.engine.county import CountyProcess, MigrationRun
from infra.engine.kafka import Kafka
from infra.engine.ports import free_ports
from infra.engine.processes import EngineProcess
from infra.engine.settings import PROJECT
from shared.contracts.topics import topic_name
from tests.faults import points, witness
from tests.faults.commands import COUNTIES, SUBJECTS
from tests.faults.crowd import Crowd
from tests.faults.databases import Databases
from tests.faults.federation import Federation
from tests.faults.ledger import Event
from tests.faults.mutants import MUTANT
from tests.faults.pace import PACE
from tests.faults.program import MIGRATIONS
from tests.faults.subject import Subject
from tests.faults.volume import TABLESPACE, Volume

COMMAND_SECONDS = 180 * PACE
SERVICES = tuple(subject.service for subject in SUBJECTS)
_WAITING = """
    SELECT pid, pg_blocking_pids(pid) AS waits_for, datname, application_name, state, wait_event, query
    FROM pg_stat_activity WHERE backend_type = 'client backend' AND state <> 'idle'
"""


class Replica(CountyProcess):
    """A second process of a county."""

    @property
    def part(self) -> EngineProcess:
        """The replica's process, with its own name."""
        return EngineProcess(f"{self.name}-2", self.data)


class Field:
    """Expects running servers of the engine. ``mutants`` names the mutant of each county that has one.

    With a ``federation`` each county has a Kafka of its own.
    """

    def __init__(self, engine: Engine, mutants: Mapping[str, str], federation: Federation | None = None) -> None:
        self.engine, self.federation = engine, federation
        self.databases = Databases(engine.postgres_admin_dsn)
        self.crowd = Crowd()
        self.published: dict[str, list[Event]] = {}  # what topics had when their owner's database was replaced
        self.early: list[str] = []  # what a relay has acknowledged before it was sent
        self.log_cut = threading.Event()  # set for as long as a topic may lack what was acknowledged
        self.set_back: set[str] = set()  # topics that need only have what their owner has written in its last epoch
        self.emptied: set[str] = set()  # topics that need only have the newest event of each aggregate
        self.forged: set[tuple[str, int, int]] = (
            set()
        )  # places (topic, epoch, number): claimed by forged records, or deleted
        self.volume = Volume.mount(engine)
        self.cramped = COUNTIES[-1]  # the county whose databases are on that volume
        self._mutants = mutants
        self._counties = {county.name: county for county in engine.config.counties}
        self._tokens: dict[str, tuple[float, str]] = {}
        self._second_ports = dict(zip(COUNTIES, free_ports(len(COUNTIES)), strict=True))

    def set_up(self) -> None:
        """Create topics and databases, and start every county; returns when all are ready."""
        furnishing.make_topics(self.engine)
        if self.federation:
            self.federation.start_mirrors(self.engine)
        for name in COUNTIES:
            self.folder(name).mkdir(parents=True)
            self.engine.create_databases(self.database(name, subject) for subject in SUBJECTS)
            for subject in SUBJECTS:
                self.add_migration(name, subject, witness.tables(subject.tables))
        self._move_to_volume()
        self.migrate(*COUNTIES)
        self.start(*COUNTIES)

    def tear_down(self) -> None:
        """Stop every process, and unmount the file system."""
        self.engine.stop()
        if self.volume:
            self.volume.unmount()

    def _move_to_volume(self) -> None:
        if self.volume:
            self.databases.execute("postgres", f"CREATE TABLESPACE {TABLESPACE} LOCATION '{self.volume.folder}'")
            for subject in SUBJECTS:
                database = self.database(self.cramped, subject)
                self.databases.execute("postgres", f"ALTER DATABASE {database} SET TABLESPACE {TABLESPACE}")

    # --- what a county is made of

    def folder(self, name: str) -> Path:
        """The folder in which a county's program finds armed points and writes its counts."""
        return self.engine.config.data / "faults" / name

    def kafka(self, name: str) -> Kafka:
        """The Kafka to which the county writes: its own, or the one that all share."""
        return self.engine.kafka_of(name)

    def sharing(self, name: str) -> Sequence[str]:
        """The counties that write to the same Kafka as this one."""
        return [name] if self.federation else COUNTIES

    def log(self, name: str) -> Path:
        """The folder with the files of that Kafka's topics."""
        return self.engine.config.data / self.kafka(name).name / "log"

    def county(self, name: str) -> CountyProcess:
        """The county's process, running or not."""
        own = {points.FOLDER: str(self.folder(name)), MIGRATIONS: str(self.folder(name) / "migrations")}
        mutant = {MUTANT: self._mutants[name]} if name in self._mutants else {}
        return self.engine.county(name, SERVICES, env=own | mutant)

    def replica(self, name: str) -> CountyProcess:
        """The county's second process, running or not."""
        first = self.county(name)
        return Replica(name, first.data, self._second_ports[name], first.program, first.env, first.services)

    def origins(self, name: str) -> list[str]:
        """The URLs of the county's processes."""
        second = self.replica(name)
        return [self.county(name).url, *([second.url] if second.part.record.exists() else [])]

    def token(self, name: str) -> str:
        """A coordinator's token for this county. It is valid for an hour and renewed after half of that."""
        made, token = self._tokens.get(name, (-1e9, ""))
        if time.monotonic() > made + 1800:
            made, token = time.monotonic(), local_token(self.engine.config.data, name, ["COUNTY_COORDINATOR"])
            self._tokens[name] = made, token
        return token

    def use_clock(self, name: str, env: Mapping[str, str]) -> CountyProcess:
        """The county's process with the clock that ``env`` sets; its users get a token of that time."""
        process = self.county(name)
        token = self.command(name, "token", "--county", name, "--role", "COUNTY_COORDINATOR", env=env)
        self._tokens[name] = time.monotonic(), token.split()[-1]
        return replace(process, env={**process.env, **env})

    def use_right_clock(self, name: str) -> None:
        """The county's users get tokens of the present time again."""
        del self._tokens[name]

    def database(self, name: str, subject: Subject) -> str:
        """The name of a service's database."""
        return self._counties[name].database(subject.service)

    def topic(self, name: str, subject: Subject) -> str:
        """The name of the topic for the service's events."""
        return topic_name(name, subject.stream)

    def events(self, name: str, subject: Subject) -> list[Event]:
        """The events in the county's outbox, in the order of writing."""
        rows = self.databases.fetch(self.database(name, subject), subject.events, self.topic(name, subject))
        return [
            Event(
                *(row["id"], row["version"], row["mark"], row["epoch"], row["number"], row["restated"]),
                asked=subject.is_asked(row["type"]),
            )
            for row in rows
        ]

    def marks(self, name: str, subject: Subject, states: Sequence[bytes]) -> list[str]:
        """The mark of each of these states."""
        texts = [state.decode() for state in states]
        return [row[0] for row in self.databases.fetch(self.database(name, subject), subject.marks, texts)]

    # --- what is done to it

    def start(self, *names: str) -> None:
        """Start these counties together, and wait until each is ready."""
        for name in names:
            self.county(name).launch()
        for name in names:
            self.county(name).wait_until_ready()

    def begin_command(
        self, name: str, *words: str, env: Mapping[str, str] = MappingProxyType({})
    ) -> "subprocess.Popen[str]":
        """Begin `norrsam` with these words, the county's settings and ``env``."""
        process = self.county(name)
        return subprocess.Popen(
            [*process.program, *words],
            env={**os.environ, **process.env, **env},
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def command(self, name: str, *words: str, env: Mapping[str, str] = MappingProxyType({})) -> str:
        """Run `norrsam` as `begin_command` does; its output. RuntimeError if it fails.

        TimeoutError if it does not end, with where it stands, and which sessions of databases wait for which.
        """
        run = self.begin_command(name, *words, env={**env, "PYTHONFAULTHANDLER": "1"})
        try:
            printed, _ = run.communicate(timeout=COMMAND_SECONDS)
        except subprocess.TimeoutExpired:
            waiting = [dict(row) for row in self.databases.fetch("postgres", _WAITING)]
            run.send_signal(signal.SIGABRT)
            printed, _ = run.communicate()
            raise TimeoutError(f"norrsam {' '.join(words)} has not ended: {waiting}\n{printed}") from None
        finally:
            run.kill()
        if run.returncode:
            raise RuntimeError(f"norrsam {' '.join(words)}: {printed}")
        return printed

    def process(self, part: EngineProcess) -> psutil.Process:
        """The running process; RuntimeError, with the end of its log, if it has ended by itself."""
        process = part.process()
        if process is None:
            raise RuntimeError(f"{part.name} has ended, and no fault did it. {part.last_words(30)}")
        return process

    def add_migration(self, name: str, subject: Subject, sql: str) -> str:
        """Add a migration to the county's program; returns its file name."""
        folder = self.folder(name) / "migrations" / subject.service
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{len(list(folder.iterdir())) + 1:04}_fault_test.sql"
        file.write_text(sql)
        return file.name

    def migration(self, *names: str) -> MigrationRun:
        """Start the migration of these counties' databases, with the migrations that the first one has."""
        county = self.county(names[0])
        only = {"NORRSAM_COUNTIES": ",".join(f"{name}:{self._counties[name].code}" for name in names)}
        return MigrationRun.begin(county.program, SERVICES, {**county.env, **only})

    def migrate(self, *names: str) -> None:
        """Migrate these counties' databases in one process. RuntimeError with the output if the migration fails."""
        migration = self.migration(*names)
        try:
            printed, _ = migration.process.communicate(timeout=60 * PACE)
        finally:
            migration.stop()
        if migration.process.returncode:
            raise RuntimeError(f"{names} could not be migrated: {printed}")
