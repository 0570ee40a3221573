"""Starts, stops and kills Kafka and PostgreSQL of one data folder, each by itself.

A server that the configuration names as external is used, and never started or stopped.
"""

import signal
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from infra.engine.databases import create_databases, run_apart
from infra.engine.errors import EngineError
from infra.engine.external import KAFKA_SETTING, POSTGRES_SETTING, require_kafka, require_postgres, without_credentials
from infra.engine.federated import secrets_folder
from infra.engine.jars import OnBytes, fetch_jars
from infra.engine.kafka import KAFKA, Kafka
from infra.engine.postgres import Postgres
from infra.engine.private import password
from infra.engine.processes import EngineProcess, stop_all
from infra.engine.settings import EngineConfig
from infra.kafka.folder import KafkaSecrets

_Server = TypeVar("_Server", Kafka, Postgres)


class Servers:
    """The two servers. The constructor starts nothing."""

    def __init__(self, config: EngineConfig, progress: OnBytes = lambda done, total: None) -> None:
        self.config = config
        self._progress = progress
        config.data.mkdir(parents=True, exist_ok=True)
        controller = config.kafka_port + 1 if config.controller_port is None else config.controller_port
        secrets = KafkaSecrets(config.kafka_secrets) if config.kafka_secrets else None
        internal = config.internal_port or config.kafka_port + 2
        kafka = Kafka(config.data, config.kafka_port, controller, self.jars, secrets, internal)
        self.own_kafka = None if config.external_kafka or config.kafkas else kafka
        self.kafkas = {
            name: Kafka(
                config.data,
                ports.clients,
                ports.controller,
                self.jars,
                KafkaSecrets(secrets_folder(config.data, name)),
                ports.internal,
                f"{KAFKA}-{name}",
            )
            for name, ports in config.kafkas.items()
        }
        """Where each county has a Kafka of its own: these, by county."""
        postgres = Postgres(config.data, config.postgres_port, config.fsync)
        self.own_postgres = None if config.external_postgres else postgres

    def start(self, *, kafka: bool = True, postgres: bool = True) -> None:
        """Start both servers, then wait for each. If one fails, those started now are stopped again."""
        servers: list[Kafka | Postgres] = [
            *(self.own_kafkas if kafka else []),
            *([self.own_postgres] if postgres and self.own_postgres else []),
        ]
        launched: list[EngineProcess] = []
        try:
            for server in servers:
                if server.launch():
                    launched.append(server.part)
            for server in servers:
                server.wait_until_ready()
        except BaseException:
            stop_all(launched, patience=0)
            raise

    @property
    def own_kafkas(self) -> list[Kafka]:
        """Every Kafka that is the engine's own."""
        return [*self.kafkas.values(), *([self.own_kafka] if self.own_kafka else [])]

    @property
    def kafka(self) -> str:
        """Kafka's bootstrap servers, where the counties share one."""
        return self.config.external_kafka or _own(self.own_kafka, KAFKA_SETTING).bootstrap

    def kafka_of(self, county: str) -> Kafka:
        """The Kafka that this county uses; EngineError if it is not the engine's own."""
        return self.kafkas[county] if self.kafkas else _own(self.own_kafka, KAFKA_SETTING)

    def start_kafka(self) -> bool:
        """Start Kafka, or each county's, and wait until it answers; False if all ran already."""
        if self.config.external_kafka:
            require_kafka(self.config.external_kafka)
            return False
        with ThreadPoolExecutor() as pool:
            return any(list(pool.map(Kafka.start, self._own_kafkas())))

    def stop_kafka(self) -> bool:
        """Stop Kafka, or each county's, in good order; False if none ran."""
        return bool(stop_all([kafka.part for kafka in self._own_kafkas()], patience=20))

    def kill_kafka(self) -> bool:
        """End Kafka, or each county's, as a crash does (SIGKILL); False if none ran."""
        return bool(stop_all([kafka.part for kafka in self._own_kafkas()], patience=0, how=signal.SIGKILL))

    def _own_kafkas(self) -> list[Kafka]:
        return list(self.kafkas.values()) or [_own(self.own_kafka, KAFKA_SETTING)]

    def restart_kafka(self) -> None:
        """Stop Kafka, start it, and wait until it answers."""
        self.stop_kafka()
        self.start_kafka()

    def jars(self) -> list[Path]:
        """Kafka's class path; missing jars are downloaded into the cache."""
        return fetch_jars(self.config.cache, self._progress)

    @property
    def postgres(self) -> str:
        """postgresql://host:port, without credentials."""
        return without_credentials(self.postgres_admin_dsn)

    @property
    def postgres_admin_dsn(self) -> str:
        """The administrator's URL, with the password."""
        return self.config.external_postgres or _own(self.own_postgres, POSTGRES_SETTING).admin_dsn

    def start_postgres(self) -> bool:
        """Start PostgreSQL and wait until it answers; False if it runs already."""
        if self.config.external_postgres:
            require_postgres(self.config.external_postgres)
            return False
        return _own(self.own_postgres, POSTGRES_SETTING).start()

    def stop_postgres(self) -> bool:
        """Stop PostgreSQL in good order; False if it did not run."""
        return _own(self.own_postgres, POSTGRES_SETTING).stop()

    def kill_postgres(self) -> bool:
        """End PostgreSQL as a crash does (SIGKILL); False if it did not run."""
        return _own(self.own_postgres, POSTGRES_SETTING).kill()

    def restart_postgres(self) -> None:
        """Stop PostgreSQL, start it, and wait until it answers."""
        self.stop_postgres()
        self.start_postgres()

    @property
    def database_password(self) -> str:
        """The password of every service's login role."""
        return password(self.config.data, "services")

    def create_databases(self, names: Iterable[str]) -> list[str]:
        """Make a login role and its database for each name; the names of new databases."""
        return run_apart(create_databases, self.postgres_admin_dsn, dict.fromkeys(names, self.database_password))


def _own(server: _Server | None, setting: str) -> _Server:
    if server is None:
        raise EngineError(f"{setting} names a server that is not the engine's own: it is not started or stopped here.")
    return server
