"""Killed servers, and a Kafka that restarts without its last confirmed records."""

import time
from random import Random

from tests.faults import logfile
from tests.faults.commands import SUBJECTS
from tests.faults.field import Field
from tests.faults.kind import KAFKA, POSTGRES, Kind


def _kafka_killed(field: Field, rng: Random, _: str) -> str | None:
    if not field.engine.kill_kafka():
        return None
    time.sleep(rng.uniform(0, 5))
    field.engine.start_kafka()
    return "Kafka was killed"


def _postgres_killed(field: Field, rng: Random, _: str) -> str | None:
    doubts = field.crowd.doubts
    if not field.engine.kill_postgres():
        return None
    time.sleep(rng.uniform(0, 4))
    field.engine.start_postgres()
    return f"PostgreSQL was killed; {field.crowd.doubts - doubts} answers did not come"


def _tail_cut_off(field: Field, rng: Random, county: str) -> str | None:
    """Cut the last batches off the county's topic. Receivers may have read them already."""
    subject = rng.choice(SUBJECTS)
    name = field.topic(county, subject)
    field.log_cut.set()
    if not field.engine.kill_kafka():
        return None
    lost = logfile.cut(field.engine.config.data / "kafka" / "log" / f"{name}-0", rng.randint(1, 3))
    time.sleep(rng.choice((0, rng.uniform(0, 12))))
    field.engine.start_kafka()
    if lost is None:
        return None
    return f"{name} lost {lost.records} records from offset {lost.first}"


KINDS = (
    Kind("kafka killed", _kafka_killed, frozenset({KAFKA})),
    Kind("postgres killed", _postgres_killed, frozenset({POSTGRES})),
    Kind("tail of a topic cut off", _tail_cut_off, frozenset({KAFKA})),
)
