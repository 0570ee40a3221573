"""One Kafka, one PostgreSQL and the counties' processes: the same for `norrsam up`, the demo and the tests.

Each can be stopped, killed and started by itself. A server that the configuration names as external is used, and never
started or stopped.
"""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from infra.engine.county import SERVICES, CountyProcess
from infra.engine.databases import create_databases, run_apart
from infra.engine.errors import EngineError
from infra.engine.external import KAFKA_SETTING, POSTGRES_SETTING, require_kafka, require_postgres, without_credentials
from infra.engine.jars import Progress, fetch_jars
from infra.engine.kafka import Kafka
from infra.engine.keys import ISSUER, ensure_keys
from infra.engine.ports import free_ports
from infra.engine.postgres import Postgres
from infra.engine.private import password
from infra.engine.settings import EngineConfig


class Engine:
    """The servers and processes of one data folder. Making one starts nothing."""

    def __init__(self, config: EngineConfig, progress: Progress = lambda done, total: None) -> None:
        self.config = config
        self._progress = progress
        self._ports = dict(config.http_ports)
        config.data.mkdir(parents=True, exist_ok=True)
        controller = config.kafka_port + 1 if config.controller_port is None else config.controller_port
        self._kafka = Kafka(config.data, config.kafka_port, controller, self.jars)
        self._postgres = Postgres(config.data, config.postgres_port, config.fsync)
        self._running_counties: dict[str, CountyProcess] = {}

    # Kafka

    @property
    def kafka(self) -> str:
        """The bootstrap servers."""
        return self.config.external_kafka or self._kafka.bootstrap

    @property
    def own_kafka(self) -> Kafka | None:
        """The Kafka that belongs to this engine, if one does."""
        return None if self.config.external_kafka else self._kafka

    def start_kafka(self) -> bool:
        """Kafka answers; False if it did already."""
        if self.config.external_kafka:
            require_kafka(self.config.external_kafka)
            return False
        return self._kafka.start()

    def stop_kafka(self) -> bool:
        """Kafka has ended in good order; False if it did not run."""
        return self._owned(self.own_kafka, KAFKA_SETTING).stop()

    def kill_kafka(self) -> bool:
        """Kafka was ended as by a crash (SIGKILL); False if it did not run."""
        return self._owned(self.own_kafka, KAFKA_SETTING).kill()

    def restart_kafka(self) -> None:
        """Kafka has been stopped, and answers again."""
        self.stop_kafka()
        self.start_kafka()

    def jars(self) -> list[Path]:
        """Kafka's class path; what is missing in the cache is downloaded."""
        return fetch_jars(self.config.cache, self._progress)

    # PostgreSQL

    @property
    def postgres(self) -> str:
        """postgresql://host:port, without credentials."""
        return without_credentials(self.postgres_admin_dsn)

    @property
    def postgres_admin_dsn(self) -> str:
        """The administrator's URL, with the password."""
        return self.config.external_postgres or self._postgres.admin_dsn

    @property
    def own_postgres(self) -> Postgres | None:
        """The PostgreSQL that belongs to this engine, if one does."""
        return None if self.config.external_postgres else self._postgres

    def start_postgres(self) -> bool:
        """PostgreSQL answers; False if it did already."""
        if self.config.external_postgres:
            require_postgres(self.config.external_postgres)
            return False
        return self._postgres.start()

    def stop_postgres(self) -> bool:
        """PostgreSQL has ended in good order; False if it did not run."""
        return self._owned(self.own_postgres, POSTGRES_SETTING).stop()

    def kill_postgres(self) -> bool:
        """PostgreSQL was ended as by a crash (SIGKILL); False if it did not run."""
        return self._owned(self.own_postgres, POSTGRES_SETTING).kill()

    def restart_postgres(self) -> None:
        """PostgreSQL has been stopped, and answers again."""
        self.stop_postgres()
        self.start_postgres()

    @property
    def database_password(self) -> str:
        """The password of every service's login role."""
        return password(self.config.data, "services")

    def create_databases(self, names: Iterable[str]) -> list[str]:
        """Each name is a login role and its database; gives those that were made now."""
        return run_apart(create_databases(self.postgres_admin_dsn, names, self.database_password))

    # Counties

    def county(
        self, name: str, services: Sequence[str] = SERVICES, *, port: int | None = None, env: Mapping[str, str] | None = None
    ) -> CountyProcess:
        """The process of a county, running or not; it keeps its port for as long as this engine lives."""
        chosen = port or self._ports.get(name) or free_ports(1)[0]
        self._ports[name] = chosen
        settings = {**self._county_settings(), **(env or {})}
        return CountyProcess(name, self.config.data, chosen, self.config.program, settings, tuple(services))

    def start_county(
        self, name: str, services: Sequence[str] = SERVICES, *, port: int | None = None, env: Mapping[str, str] | None = None
    ) -> str:
        """The county is ready; gives its origin, http://127.0.0.1:port. Its databases must have been migrated."""
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
        """The county has ended in good order; False if it did not run."""
        return self.county(name).stop()

    def kill_county(self, name: str) -> bool:
        """The county was ended as by a crash (SIGKILL); False if it did not run."""
        return self.county(name).kill()

    def migrate(self, names: Iterable[str], services: Sequence[str] = SERVICES) -> None:
        """The databases of these counties exist and fit the code."""
        known = {county.name: county for county in self.config.counties}
        names = list(names)
        self.create_databases(known[name].database(service) for name in names for service in services)
        running = [self.county(name, services).begin_migration() for name in names]
        try:
            for migration in running:
                migration.wait()
        finally:
            for migration in running:
                migration.stop()

    def _county_settings(self) -> dict[str, str]:
        return {
            "NORRSAM_KAFKA": self.kafka,
            "NORRSAM_POSTGRES": self.postgres,
            "NORRSAM_DATABASE_PASSWORD": self.database_password,
            "NORRSAM_COUNTIES": ",".join(f"{county.name}:{county.code}" for county in self.config.counties),
            "NORRSAM_JWKS": str(ensure_keys(self.config.data)),
            "NORRSAM_ISSUER": ISSUER,
        }

    # All of it

    def stop(self) -> list[str]:
        """Nothing of this engine runs; gives the names of the parts that did, in the order in which they ended."""
        stopped = [county for county in self._started_counties() if county.stop()]

    def remove(self) -> None:
        """Nothing of it runs, and its files are gone."""
