"""Killed servers, and a Kafka that restarts without its last confirmed records."""

import time
from random import Random

from tests.faults import logfile
from tests.faults.commands import SUBJECTS
from tests.faults.field import Field
from tests.faults.kind import KAFKA, POSTGRES, Kind
from tests.faults.volume import Volume
from tests.faults.waits import until

KAFKA_OUT_OF_SPACE = "Kafka out of space"
FULL_WITHIN = 45.0


def _kafka_killed(field: Field, rng: Random, county: str) -> str | None:
    kafka = field.kafka(county)
    if not kafka.kill():
        return None
    time.sleep(rng.uniform(0, 5))
    kafka.start()
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
    subject, kafka = rng.choice(SUBJECTS), field.kafka(county)
    name = field.topic(county, subject)
    field.log_cut.set()
    if not kafka.kill():
        return None
    lost = logfile.cut(field.log(county) / f"{name}-0", rng.randint(1, 3))
    time.sleep(rng.choice((0, rng.uniform(0, 12))))
    kafka.start()
    if lost is None:
        return None
    return f"{name} lost {lost.records} records from offset {lost.first}"


def _kafka_out_of_space(field: Field, rng: Random, county: str) -> str | None:
    """Fill the file system of Kafka's log, which Kafka is moved to for that. Then it ends, and is started again."""
    kafka = field.kafka(county)
    if not kafka.kill():
        return None
    volume = Volume.over(field.log(county))
    try:
        kafka.start()
        time.sleep(rng.uniform(1, 3))
        full = volume is not None and volume.fill() and until(lambda: kafka.part.process() is None, FULL_WITHIN)
        time.sleep(rng.uniform(0, 5))
    finally:
        kafka.kill()
        if volume:
            volume.free()
            volume.leave()
        kafka.start()
    return "Kafka had no space left, and ended" if full else None


KINDS = (
    Kind("kafka killed", _kafka_killed, frozenset({KAFKA})),
    Kind(KAFKA_OUT_OF_SPACE, _kafka_out_of_space, frozenset({KAFKA}), slow=True),
    Kind("postgres killed", _postgres_killed, frozenset({POSTGRES})),
    Kind("tail of a topic cut off", _tail_cut_off, frozenset({KAFKA})),
)
