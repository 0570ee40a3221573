"""An engine for one run of the tests or the demo: in its own folder, on free ports, removed afterwards."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

from infra.engine.engine import Engine
from infra.engine.furnishing import make_secrets
from infra.engine.guard import guarded
from infra.engine.jars import OnBytes
from infra.engine.ports import free_ports
from infra.engine.settings import EngineConfig, KafkaPorts
from infra.engine.signals import ended_by_sigterm, undisturbed
from shared.contracts.counties import DEFAULT, County, parse


@contextmanager
def temporary_engine(
    counties: Sequence[County] = parse(DEFAULT),
    *,
    kafka: bool = True,
    postgres: bool = True,
    kafka_port: int | None = None,
    kafka_secrets: Path | None = None,
    federated: bool = False,
    fsync: bool = False,
    program: Sequence[str] = (),
    progress: OnBytes = lambda done, total: None,
) -> Iterator[Engine]:
    """Run Kafka and PostgreSQL inside the block, and remove them with their files however it ends.

    With ``program``, counties run that command line instead of `norrsam`; with ``kafka_secrets``, Kafka is secured; it
    listens on ``kafka_port``, if that is named. If ``federated``, each county has a Kafka of its own.
    """
    data = Path(tempfile.mkdtemp(prefix="norrsam-")).resolve()
    data.chmod(0o711)  # PostgreSQL's user must pass through
    free_port, controller_port, internal_port, postgres_port, *http = free_ports(4 + len(counties))
    ports = {county.name: port for county, port in zip(counties, http, strict=True)}
    config = EngineConfig(
        data,
        kafka_port or free_port,
        postgres_port,
        fsync,
        controller_port,
        kafka_secrets,
        internal_port,
        counties=tuple(counties),
        http_ports=ports,
    )
    if federated:
        triples = iter(free_ports(3 * len(counties)))
        kafkas = {county.name: KafkaPorts(*islice(triples, 3)) for county in counties}
        config = replace(config, kafkas=kafkas, all_new=True)
    engine = Engine(replace(config, program=tuple(program)) if program else config, progress)
    with ended_by_sigterm(), guarded(data):
        try:
            if federated:
                make_secrets(engine)
            engine.start(kafka=kafka, postgres=postgres)
            yield engine
        finally:
            with undisturbed():
                engine.remove()
