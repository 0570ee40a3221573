"""Kafka, PostgreSQL and the processes of counties and workspaces: the same for `norrsam up`, the demo and the tests."""

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from infra.engine.county import CountyProcess, MigrationRun
from infra.engine.errors import EngineError
from infra.engine.jars import OnBytes
from infra.engine.kafka import KAFKA
from infra.engine.keys import ensure_keys
from infra.engine.mirror import MIRROR, WATCHDOG, watchdog_part
from infra.engine.pages import LOGIN, WORKSPACE, LoginProcess, PagesProcess, WorkspaceProcess
from infra.engine.ports import free_ports, holder, is_free
from infra.engine.processes import EngineProcess, recorded_parts, stop_all
from infra.engine.servers import Servers
from infra.engine.settings import PROJECT, EngineConfig
from shared.contracts.counties import County
from shared.contracts.topics import SERVICES

_SERVERS = (KAFKA, "postgres", MIRROR, WATCHDOG, WORKSPACE, LOGIN)


class Engine(Servers):
    """The servers and counties of one data folder. The constructor starts nothing."""

    def __init__(self, config: EngineConfig, progress: OnBytes = lambda done, total: None) -> None:
        super().__init__(config, progress)
        self._ports = dict(config.http_ports)

    def county(
        self,
        name: str,
        services: Sequence[str] = SERVICES,
        *,
        port: int | None = None,
        env: Mapping[str, str] | None = None,
    ) -> CountyProcess:
        """The process of a county, running or not. Its port stays the same while this engine exists."""
        chosen = port or self._ports.get(name) or free_ports(1)[0]
        self._ports[name] = chosen
        settings = {**self._settings(self.config.counties), **self._kafka_settings(name), **(env or {})}
        return CountyProcess(name, self.config.data, chosen, self.config.program, settings, tuple(services))

    def workspace(self, county: str) -> WorkspaceProcess:
        """The process of a county's workspace, running or not. It is not part of a county's own process."""
        part, settings = f"{WORKSPACE}-{county}", self._settings(self.config.counties)
        if part not in self._ports:
            self._ports[part] = self.config.pages_ports.get(county) or free_ports(1)[0]
        ports = self._ports[part], self.config.login_port or 0
        return WorkspaceProcess.of(county, self.config, ports, self.county(county).url, settings)

    def pages(self) -> list[PagesProcess]:
        """The workspaces of all counties, and their log-in; none where the configuration has no log-in."""
        if self.config.login_port is None:
            return []
        workspaces = {f"{each.name}:{each.code}": self.workspace(each.name) for each in self.config.counties}
        urls = {county: workspace.url for county, workspace in workspaces.items()}
        return [*workspaces.values(), LoginProcess(self.config.data, self.config.login_port, urls)]

    def start_county(
        self,
        name: str,
        services: Sequence[str] = SERVICES,
        *,
        port: int | None = None,
        env: Mapping[str, str] | None = None,
    ) -> str:
        """Start the county, wait until it is ready, and give its origin. Its databases must have been migrated."""
        county = self.county(name, services, port=port, env=env)
        started = county.launch()
        try:
            county.wait_until_ready()
        except BaseException:
            if started:
                county.kill()
            raise
        return county.url

    def stop_county(self, name: str) -> bool:
        """Stop the county in good order, by force after 10 s; False if it did not run."""
        return self.county(name).stop()

    def kill_county(self, name: str) -> bool:
        """End the county as a crash does (SIGKILL); False if it did not run."""
        return self.county(name).kill()

    def start_mirror(self, county: str, peers: Path) -> bool:
        """Start the watchdog of the county's mirror, and so the mirror; False if it runs already.

        ``peers`` is the folder of NORRSAM_PEERS. The mirror waits by itself until its Kafka answers.
        """
        watchdog = watchdog_part(county, self.config.data)
        if watchdog.process() is not None:
            return False
        settings = {
            **self._settings(self.config.counties),
            **self._kafka_settings(county),
            "NORRSAM_PEERS": str(peers),
        }
        command = [*self.config.program, "mirror", "run", "--county", county]
        watchdog.start(command, port=0, env={**os.environ, **settings}, cwd=PROJECT)
        return True

    def migrate(self, names: Iterable[str] | None = None, services: Sequence[str] = SERVICES) -> None:
        """Make and migrate the databases of these counties, by default of all."""
        migration = self.begin_migration(names, services)
        try:
            migration.wait()
        finally:
            migration.stop()

    def begin_migration(self, names: Iterable[str] | None = None, services: Sequence[str] = SERVICES) -> MigrationRun:
        """Make the databases of these counties, by default of all, and start to migrate them."""
        wanted = None if names is None else set(names)
        counties = [county for county in self.config.counties if wanted is None or county.name in wanted]
        self.create_databases(county.database(service) for county in counties for service in services)
        return MigrationRun.begin(self.config.program, services, self._settings(counties))

    def command(self, *words: str) -> str:
        """Run `norrsam` with these words on this engine; its output, stripped. EngineError if it fails."""
        done = subprocess.run(  # noqa: S603
            [*self.config.program, *words],
            cwd=PROJECT,
            env={**os.environ, **self._settings(self.config.counties)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise EngineError(f"`norrsam {' '.join(words)}` failed: {done.stderr.strip()[-2000:]}")
        return done.stdout.strip()

    def running_counties(self) -> list[EngineProcess]:
        """The counties' running processes, including counties that the settings no longer name."""
        return [part for part in recorded_parts(self.config.data) if _kind(part) not in _SERVERS and part.process()]

    def stop(self) -> list[str]:
        """Stop counties, then mirrors, Kafka and PostgreSQL; the names of those that ran and have ended."""
        stopped = self._stop(WORKSPACE, 10) + self._stop(LOGIN, 10) + stop_all(self.running_counties(), patience=10)
        for kind in (WATCHDOG, MIRROR, KAFKA):  # a watchdog stops its mirror
            stopped += self._stop(kind, 20)
        if self.own_postgres is not None and self.own_postgres.stop():
            stopped.append(self.own_postgres.part.name)
        return stopped

    def _stop(self, kind: str, patience: float) -> list[str]:
        return stop_all([part for part in recorded_parts(self.config.data) if _kind(part) == kind], patience)

    def left(self) -> list[str]:
        """A sentence for each process that still runs, and for each port of this engine that is still in use."""
        running = [(part.name, process.pid) for part in recorded_parts(self.config.data) if (process := part.process())]
        names = [county.name for county in self.config.counties]
        servers = [*self.own_kafkas, self.own_postgres, *map(self.county, names)]
        ports = [port for server in servers if server is not None for port in server.ports]
        taken = [port for port in (*ports, *(each.port for each in self.pages())) if not is_free(port)]
        return [f"{name} still runs (process {pid})." for name, pid in running] + [
            f"Port {port} is still in use{holder(port)}." for port in taken
        ]

    def remove(self) -> None:
        """Stop everything and delete the files; EngineError, and no file is deleted, if something cannot be stopped."""
        self.stop()
        if left := [part.name for part in recorded_parts(self.config.data) if part.process()]:
            raise EngineError(f"{', '.join(left)} cannot be stopped, so {self.config.data} is not removed.")
        if self.own_postgres is not None:
            self.own_postgres.remove()
        shutil.rmtree(self.config.data, ignore_errors=True)

    def _settings(self, counties: Iterable[County]) -> dict[str, str]:
        """The settings that are the same for each county."""
        return {
            **({} if self.kafkas else self._kafka_settings("")),
            **({"NORRSAM_FIRST_CONTACT_SECONDS": "1"} if self.config.all_new else {}),
            "NORRSAM_POSTGRES": self.postgres,
            "NORRSAM_DATABASE_PASSWORD": self.database_password,
            "NORRSAM_COUNTIES": ",".join(f"{county.name}:{county.code}" for county in counties),
            "NORRSAM_DATA": str(self.config.data),
            "NORRSAM_JWKS": str(ensure_keys(self.config.data)),
        }

    def _kafka_settings(self, county: str) -> dict[str, str]:
        if self.config.external_kafka and not self.kafkas:
            return {"NORRSAM_KAFKA": self.config.external_kafka}
        return self.kafka_of(county).client_settings


def _kind(part: EngineProcess) -> str:
    """`kafka` of the part `kafka-jamtland`."""
    return part.name.partition("-")[0]
