"""Creates, starts and stops one Apache Kafka broker on this machine (KRaft, with its own controller)."""

import base64
import os
import string
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka import KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from infra.engine import jvm
from infra.engine.errors import EngineError
from infra.engine.ports import HOST, answers, require_free
from infra.engine.processes import EngineProcess
from infra.engine.settings import KAFKA_BASE_SETTING
from infra.kafka.clients import configuration
from infra.kafka.folder import KafkaSecrets
from infra.kafka.properties import escaped
from shared.transport.kafka import KafkaCluster

KAFKA = "kafka"
PORT_SETTING = "NORRSAM_KAFKA_PORT"
CONTROLLER_PORT_SETTING = "NORRSAM_KAFKA_CONTROLLER_PORT"
_FILES = Path(__file__).parent.parent / "kafka"
_READY_WITHIN = 90.0


@dataclass(frozen=True, slots=True)
class Kafka:
    """A Kafka that belongs to the data folder ``data``; ``jars`` gives its class path on demand.

    With ``secrets`` it is secured, and listens on ``internal_port`` too, where it is administered. ``name`` is that of
    its process and folder.
    """

    data: Path
    port: int
    controller_port: int
    jars: Callable[[], list[Path]]
    secrets: KafkaSecrets | None = None
    internal_port: int = 0
    name: str = KAFKA

    @property
    def part(self) -> EngineProcess:
        """Its process."""
        return EngineProcess(self.name, self.data)

    @property
    def bootstrap(self) -> str:
        """Its address for clients."""
        return f"{HOST}:{self.port}"

    @property
    def administered(self) -> KafkaCluster:
        """Its address for who administers it, and how to log in there."""
        if self.secrets is None:
            return KafkaCluster(self.bootstrap)
        return KafkaCluster(f"{HOST}:{self.internal_port}", self.secrets.administrator)

    def start(self) -> bool:
        """Start it and wait until it answers; False if it runs already. After a failure it is stopped again."""
        started = self.launch()
        try:
            self.wait_until_ready()
        except BaseException:
            if started:
                self.part.kill()
            raise
        return started

    def launch(self) -> bool:
        """Start its process, without waiting until it is ready; False if it runs already."""
        if self.part.process() is not None:
            self.part.require_port(self.port, self._setting)
            return False
        self.require_ports()
        self._write_settings()
        self._format()
        self.part.start(jvm.command("kafka.Kafka", self._settings), port=self.port, env=jvm.environment(self.jars()))
        return True

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports that it listens on."""
        return (self.port, self.controller_port, *([self.internal_port] if self.secrets else []))

    def require_ports(self) -> None:
        """Raise PortTakenError unless its ports are free."""
        alone = self.name == KAFKA
        require_free(self.port, "Kafka" if alone else self.name, self._setting)
        require_free(self.controller_port, "Kafka's controller", CONTROLLER_PORT_SETTING if alone else self._setting)
        if self.secrets:
            require_free(self.internal_port, "Kafka's administration", self._setting)

    @property
    def _setting(self) -> str:
        return PORT_SETTING if self.name == KAFKA else KAFKA_BASE_SETTING

    @property
    def client_settings(self) -> dict[str, str]:
        """The settings with which services find it and log in."""
        found = {"NORRSAM_KAFKA": self.bootstrap}
        if self.secrets:
            found |= {"NORRSAM_KAFKA_SECURITY": "SASL_SSL", "NORRSAM_KAFKA_CA": str(self.secrets.ca)}
            found |= {"NORRSAM_KAFKA_PASSWORDS": str(self.secrets.passwords)}
        return found

    def wait_until_ready(self) -> None:
        """Wait until it answers for each topic; EngineError with its last log lines if it ends or takes 90 s."""
        deadline = time.monotonic() + _READY_WITHIN
        while not (answers(self.port) and lists_topics(self.administered, timeout=1, led=True)):
            self.part.require_running()
            if time.monotonic() > deadline:
                raise EngineError(f"{self.name} did not answer in {_READY_WITHIN:.0f} s. {self.part.last_words()}")
            time.sleep(0.05)

    def stop(self) -> bool:
        """Stop it in good order; False if it did not run."""
        return self.part.stop(patience=20)

    def kill(self) -> bool:
        """End it as a crash does (SIGKILL); False if it did not run."""
        return self.part.kill()

    @property
    def _settings(self) -> Path:
        return self.data / self.name / "server.properties"

    def _write_settings(self) -> None:
        parts = ["server.properties", *(["secured.properties"] if self.secrets else [])]
        template = string.Template("".join((_FILES / part).read_text(encoding="utf-8") for part in parts))
        values = {
            "kafka_port": self.port,
            "controller_port": self.controller_port,
            "internal_port": self.internal_port,
            "data": _escaped(self.data / self.name / "log"),
            "secrets": _escaped(self.secrets.folder) if self.secrets else "",
        }
        self._settings.parent.mkdir(parents=True, exist_ok=True)
        self._settings.write_text(template.substitute(values), encoding="utf-8")

    def _format(self) -> None:
        """Format a new log folder with a cluster id of its own."""
        if (self.data / self.name / "log" / "meta.properties").exists():
            return
        arguments = ("format", "-t", new_cluster_id(), "-c", self._settings, "--ignore-formatted")
        run = subprocess.run(  # noqa: S603
            jvm.command("kafka.tools.StorageTool", *arguments),
            env=jvm.environment(self.jars()),
            capture_output=True,
            text=True,
            check=False,
            cwd=self.data,
        )
        if run.returncode != 0:
            raise EngineError(f"Kafka's storage could not be made: {(run.stderr or run.stdout).strip()}")


def new_cluster_id() -> str:
    """A random cluster id that does not begin with a dash: the command would take it for an option."""
    while (identity := base64.urlsafe_b64encode(os.urandom(16)).decode()[:22]).startswith("-"):
        pass
    return identity


def lists_topics(kafka: KafkaCluster, timeout: float, *, led: bool = False) -> bool:
    """Whether ``kafka`` answers within ``timeout`` seconds; if ``led``, for each partition.

    A broker that has just started lists partitions that it does not lead yet.
    """
    client = AdminClient({**configuration(kafka), "error_cb": _ignore})
    try:
        topics = client.list_topics(timeout=timeout).topics
        partitions = [TopicPartition(name, number) for name in topics for number in topics[name].partitions]
        if led and partitions:
            ends = client.list_offsets(dict.fromkeys(partitions, OffsetSpec.latest()), request_timeout=timeout)
            for end in ends.values():
                end.result()
    except KafkaException:
        return False
    return True


def _ignore(_: object) -> None:
    """Ignore failed tries of the client: only the outcome counts."""


def _escaped(path: Path) -> str:
    """A path as a value in a .properties file. EngineError if it has a comma, which separates folders there."""
    if "," in str(path):
        raise EngineError(f"Kafka cannot keep its data in {path}: the path has a comma in it. Set NORRSAM_DATA.")
    return escaped(str(path))
