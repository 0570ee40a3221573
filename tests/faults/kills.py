"""A county that is killed between two steps of an event's delivery."""

import time
from random import Random

from tests.faults import points, topic
from tests.faults.commands import SUBJECTS
from tests.faults.databases import AWAY
from tests.faults.field import Field
from tests.faults.kind import Kind
from tests.faults.waits import until

REACHED_WITHIN = 25.0


def _killed_at(point: str) -> Kind:
    def strike(field: Field, rng: Random, county: str) -> str | None:
        folder, part = field.folder(county), field.county(county).part
        pid = field.process(part).pid
        points.hit(folder, point).unlink(missing_ok=True)
        points.armed(folder, point).touch()
        until(lambda: part.process() is None, REACHED_WITHIN)
        points.armed(folder, point).unlink(missing_ok=True)
        if not points.hit(folder, point).exists():
            field.process(part)
            return None
        if not until(lambda: part.process() is None, 5):
            raise RuntimeError(f"{county} has passed {point}, and lives")
        _note_early(field, county, point)
        time.sleep(rng.uniform(0, 1.5))
        field.start(county)
        return f"process {pid} died there"

    return Kind(f"killed {point}", strike)


def _note_early(field: Field, county: str, point: str) -> None:
    """Note in the field each topic that lacks a record which the killed relay had stored as acknowledged."""
    for subject in SUBJECTS:
        name, sql = field.topic(county, subject), "SELECT epoch, acknowledged FROM streams WHERE acknowledged > 0"
        try:
            rows = field.databases.fetch(field.database(county, subject), sql)
            highest = topic.highest(field.kafka(county).administered, name)
        except AWAY:
            continue  # the servers have faults of their own
        if rows and not field.log_cut.is_set() and tuple(rows[0]) > highest:
            field.early.append(f"{name}: {tuple(rows[0])} was acknowledged, {highest} was on the topic, {point}")


KINDS = tuple(_killed_at(point) for point in points.POINTS)
