"""The configuration of an engine, and the environment variables that it is read from."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from infra.engine import federated
from infra.engine.errors import EngineError
from shared.contracts.counties import DEFAULT, County, parse

KAFKA_BASE_SETTING = "NORRSAM_KAFKA_BASE"
PROJECT = Path(__file__).resolve().parent.parent.parent


def user_cache() -> Path:
    """The folder of downloads, shared by all projects of this user; NORRSAM_CACHE moves it."""
    if moved := os.environ.get("NORRSAM_CACHE"):
        return Path(moved).expanduser().resolve()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "norrsam"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "norrsam"


@dataclass(frozen=True, slots=True)
class KafkaPorts:
    """The ports of one county's Kafka: for clients, for its controller, and where it is administered."""

    clients: int
    controller: int
    internal: int


@dataclass(frozen=True)
class EngineConfig:
    """One engine: its data folder, ports, counties, and the external servers that it uses instead of its own."""

    data: Path
    kafka_port: int = 19092
    postgres_port: int = 15432
    fsync: bool = True
    controller_port: int | None = None
    """Kafka's second port; by itself the one after ``kafka_port``."""
    kafka_secrets: Path | None = None
    """The secrets of Kafka, as `norrsam secrets init` makes them: then it is secured, and has a third port."""
    internal_port: int | None = None
    """That port; by itself the second one after ``kafka_port``."""
    kafkas: Mapping[str, KafkaPorts] = field(default_factory=dict)
    """Where each county has a Kafka of its own, which is secured: its ports, by the county's name."""
    all_new: bool = False
    """Whether no county was there before: then none waits for what the others have to say of it."""
    external_kafka: str | None = None
    """Bootstrap servers of a Kafka that is used instead of one of its own."""
    external_postgres: str | None = field(default=None, repr=False)
    """The administrator's URL of a PostgreSQL that is used instead of one of its own."""
    counties: tuple[County, ...] = parse(DEFAULT)
    http_ports: Mapping[str, int] = field(default_factory=dict)
    """The port of each county by its name; one that is missing gets a free port."""
    pages_ports: Mapping[str, int] = field(default_factory=dict)
    """The port of each county's workspace by the county's name; one that is missing gets a free port."""
    login_port: int | None = None
    """The port of the development log-in; None: this engine has neither that nor workspaces, as those of tests."""
    cache: Path = field(default_factory=user_cache)
    program: tuple[str, ...] = (sys.executable, "-m", "infra.cli.main")
    """The command line whose `serve` and `migrate` run a county."""

    @classmethod
    def from_environment(cls) -> "EngineConfig":
        """The engine of `norrsam up`: the documented data folder and ports, unless NORRSAM_… settings move them."""
        kafka_port = _port("NORRSAM_KAFKA_PORT", 19092)
        found, base = _counties(), _port("NORRSAM_HTTP_BASE", 8100)
        config = cls(
            data=Path(os.environ.get("NORRSAM_DATA") or PROJECT / ".norrsam").expanduser().resolve(),
            kafka_port=kafka_port,
            controller_port=_port("NORRSAM_KAFKA_CONTROLLER_PORT", kafka_port + 1),
            postgres_port=_port("NORRSAM_POSTGRES_PORT", 15432),
            external_kafka=os.environ.get("NORRSAM_KAFKA") or None,
            external_postgres=os.environ.get("NORRSAM_POSTGRES") or None,
            counties=found,
            http_ports={county.name: base + int(county.code) for county in found},
            pages_ports={county.name: base + 100 + int(county.code) for county in found},
            login_port=base + 100,
        )
        return config._with_own_kafkas() if federated.is_federated(config.data) else config

    def of_kind(self, *, own_kafkas: bool) -> "EngineConfig":
        """The same, if the counties have a Kafka each, or share one, as ``own_kafkas`` says.

        EngineError if those of the data folder are of the other kind.
        """
        if self.kafkas and not own_kafkas:
            raise EngineError(
                f"The counties in {self.data} have a Kafka each: start them with `norrsam up --federated`. For "
                "counties that share a Kafka, name another folder in NORRSAM_DATA."
            )
        if own_kafkas and self.external_kafka:
            raise EngineError("NORRSAM_KAFKA names a Kafka, but with --federated each county has its own: unset it.")
        if own_kafkas and not self.kafkas and (self.data / "secrets" / "services").exists():
            raise EngineError(
                f"The counties in {self.data} share a Kafka, and what they have published is there: start them with "
                "`norrsam up`. For counties that have a Kafka each, name another folder in NORRSAM_DATA."
            )
        return self._with_own_kafkas() if own_kafkas else self

    def _with_own_kafkas(self) -> "EngineConfig":
        base = _port(KAFKA_BASE_SETTING, 19100)
        kafkas = {
            county.name: KafkaPorts(*(base + more + int(county.code) for more in (0, 100, 200)))
            for county in self.counties
        }
        return replace(self, kafkas=kafkas, all_new=not federated.is_federated(self.data))


def _counties() -> tuple[County, ...]:
    try:
        return parse(os.environ.get("NORRSAM_COUNTIES") or DEFAULT)
    except ValueError as error:
        raise EngineError(f"NORRSAM_COUNTIES is wrong: {error}") from None


def _port(setting: str, default: int) -> int:
    text = os.environ.get(setting) or str(default)
    if not text.isascii() or not text.isdigit() or not 1024 <= int(text) <= 65535:
        raise EngineError(f"{setting} is {text!r}; it must be a port, a number from 1024 to 65535.")
    return int(text)
