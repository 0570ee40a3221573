"""Starts and stops a county's mirror on this machine: MirrorMaker 2, from the jars of Kafka."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from infra.engine import jvm
from infra.engine.private import write_private
from infra.engine.processes import EngineProcess

MIRROR, WATCHDOG = "mirror", "watchdog"


def mirror_part(county: str, data: Path) -> EngineProcess:
    """The process of a county's mirror."""
    return EngineProcess(f"{MIRROR}-{county}", data)


def watchdog_part(county: str, data: Path) -> EngineProcess:
    """The process of its watchdog, `norrsam mirror run`."""
    return EngineProcess(f"{WATCHDOG}-{county}", data)


@dataclass(frozen=True, slots=True)
class Mirror:
    """The mirror that belongs to the data folder ``data``; ``jars`` gives its class path on demand.

    It ends by itself while its own Kafka does not answer, and where ``configuration`` is in error.
    """

    county: str
    configuration: str
    data: Path
    jars: Callable[[], list[Path]]

    @property
    def part(self) -> EngineProcess:
        """Its process."""
        return mirror_part(self.county, self.data)

    @property
    def _settings(self) -> Path:
        return self.data / self.part.name / "mirror.properties"

    @property
    def is_outdated(self) -> bool:
        """Whether its process runs with another configuration: an earlier watchdog may have started it."""
        return self.part.process() is not None and self._settings.read_text(encoding="utf-8") != self.configuration

    def log_to_stdout(self) -> None:
        """Its log goes where this program's goes, as in a container, which keeps no files."""
        self.part.log.parent.mkdir(parents=True, exist_ok=True)
        self.part.log.unlink(missing_ok=True)
        self.part.log.symlink_to("/dev/stdout")

    def start(self) -> bool:
        """Start its process; False if it runs already."""
        if self.part.process() is not None:
            return False
        write_private(self._settings, self.configuration)
        arguments = (self._settings, "--clusters", self.county)
        command = jvm.command("org.apache.kafka.connect.mirror.MirrorMaker", *arguments)
        self.part.start(command, port=0, env=jvm.environment(self.jars()))
        return True

    def stop(self) -> bool:
        """Stop it, by force after 10 s; False if it did not run."""
        return self.part.stop(patience=10)
