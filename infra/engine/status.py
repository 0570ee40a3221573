"""State, address, age and size of each part of an engine."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import psutil
from confluent_kafka import KafkaException

from infra.engine.databases import answers
from infra.engine.engine import Engine
from infra.engine.errors import EngineError
from infra.engine.furnishing import age_of_arrivals
from infra.engine.kafka import lists_topics
from infra.engine.mirror import mirror_part, watchdog_part
from infra.engine.pages import PagesProcess
from infra.engine.ports import HOST
from infra.engine.processes import EngineProcess, with_children
from shared.transport.kafka import KafkaCluster

LATE = 60.0
"""Seconds since the newest record of a county, which come every ten, after which a mirror is late."""
_NEVER = 1e9


@dataclass(frozen=True, slots=True)
class Row:
    """One part. A value is None if the part does not run, or if somebody else runs it."""

    part: str
    state: str
    address: str
    pid: int | None = None
    since: datetime | None = None
    memory: int | None = None
    """Bytes in memory, its children's with it; a page that processes share is divided among them."""
    cpu_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """All parts, and the processor use of the counties' Python, their watchdogs' with it, in cores."""

    rows: tuple[Row, ...]
    python_cores: float

    @property
    def memory(self) -> int:
        """Bytes in memory, of all parts."""
        return sum(row.memory or 0 for row in self.rows)


def status(engine: Engine, watch: float = 2.0) -> EngineStatus:
    """Look at all parts; if a county runs, measure its processor use for ``watch`` seconds."""
    counties = _counties(engine)
    watchdogs = [watchdog_part(name, engine.config.data) for name in engine.kafkas]
    pythons = [
        *with_children(process for part in counties if (process := part.process())),
        *(process for part in watchdogs if (process := part.process())),  # a mirror is its watchdog's child
    ]
    used, began = _cpu(pythons), time.monotonic()
    rows = (
        *([] if engine.kafkas else [_kafka(engine)]),
        _postgres(engine),
        *(row for part in counties for row in (_county(engine, part), *_federated(engine, part.name))),
        *map(_pages, engine.pages()),
    )
    if pythons:
        time.sleep(max(0.0, watch - (time.monotonic() - began)))
    seconds = max(time.monotonic() - began, 0.001)
    return EngineStatus(rows, max(0.0, _cpu(pythons) - used) / seconds)


def _counties(engine: Engine) -> list[EngineProcess]:
    """The counties of the settings, and running ones that the settings no longer name."""
    known = [EngineProcess(county.name, engine.config.data) for county in engine.config.counties]
    return known + [part for part in engine.running_counties() if part not in known]


def _kafka(engine: Engine) -> Row:
    own = engine.own_kafka
    if own is not None:
        return _row(own.part, own.port, lambda port: lists_topics(replace(own, port=port).administered, 2))
    ready = lists_topics(KafkaCluster(engine.kafka), 2)
    return Row("kafka", "ready (external)" if ready else "does not answer", engine.kafka)


def _federated(engine: Engine, county: str) -> Iterator[Row]:
    """The county's own Kafka, its mirror, and the mirror's watchdog."""
    if county not in engine.kafkas:
        return
    kafka, data = engine.kafkas[county], engine.config.data
    yield _row(kafka.part, kafka.port, lambda port: lists_topics(replace(kafka, port=port).administered, 2))
    mirror = _row(mirror_part(county, data), 0, lambda _: True)
    if mirror.since is not None:
        try:
            age = age_of_arrivals(engine, county)
            late = age > LATE
            mirror = replace(mirror, state="late" if late else "ready", address=_aged(age))
        except KafkaException:
            mirror = replace(mirror, state="not ready")
    yield mirror
    yield _row(watchdog_part(county, data), 0, lambda _: True, children=False)


def _aged(seconds: float) -> str:
    """How old the newest record is of the county that is silent longest."""
    if seconds > _NEVER:
        return "nothing yet"
    return f"newest {seconds:.0f} s" if seconds < 600 else f"newest {seconds / 60:.0f} min"


def _postgres(engine: Engine) -> Row:
    own = engine.own_postgres
    if own is not None:
        return _row(own.part, own.port, lambda port: answers(replace(own, port=port).admin_dsn, 2))
    state = "does not answer"
    with suppress(EngineError):
        engine.start_postgres()
        state = "ready (external)"
    return Row("postgres", state, engine.postgres.removeprefix("postgresql://"))


def _county(engine: Engine, part: EngineProcess) -> Row:
    return _row(part, engine.county(part.name).port, lambda port: engine.county(part.name, port=port).is_ready())


def _pages(process: PagesProcess) -> Row:
    return _row(process.part, process.port, lambda port: replace(process, port=port).is_ready())


def _row(part: EngineProcess, port: int, ready: Callable[[int], bool], *, children: bool = True) -> Row:
    """The row of a process of this engine; ``port`` is the configured one, shown if it does not run."""
    process = part.process()
    if process is None:
        return Row(part.name, "stopped", f"{HOST}:{port}" if port else "")
    found = part.port()
    since = datetime.fromtimestamp(process.create_time(), UTC)
    address = f"{HOST}:{found}" if found else ""
    row = Row(part.name, "ready" if ready(found) else "not ready", address, process.pid, since)
    family = with_children([process]) if children else [process]
    return replace(row, memory=_memory(family), cpu_seconds=_cpu(family))


def _memory(processes: Iterable[psutil.Process]) -> int:
    total = 0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            try:
                total += process.memory_full_info().pss
            except (psutil.AccessDenied, AttributeError):  # another user's, or a system that does not tell
                total += process.memory_info().rss
    return total


def _cpu(processes: Iterable[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
    return total
