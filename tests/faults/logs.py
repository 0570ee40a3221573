"""Topics that lose more than a tail: an older copy put back, made anew, or emptied with all of Kafka."""

import shutil
import time
from contextlib import suppress
from pathlib import Path
from random import Random

from confluent_kafka.admin import AdminClient

from infra.engine import EngineError, furnishing
from infra.kafka.clients import configuration
from tests.faults import topic
from tests.faults.commands import COUNTIES, SUBJECTS
from tests.faults.field import Field
from tests.faults.kind import KAFKA, Kind
from tests.faults.subject import Subject
from tests.faults.waits import require

MADE_WITHIN, FILLED_WITHIN = 30.0, 90.0


def _older_copy_of_a_topic(field: Field, rng: Random, county: str) -> str | None:
    name = field.topic(county, rng.choice(SUBJECTS))
    if not _copied_and_put_back(field, rng, county, field.log(county) / f"{name}-0"):
        return None
    field.set_back.add(name)
    return f"an older copy of {name} was put back"


def _older_copy_of_kafka(field: Field, rng: Random, county: str) -> str | None:
    if not _copied_and_put_back(field, rng, county, field.log(county)):
        return None
    field.set_back |= _topics(field, county)
    return "an older copy of all of Kafka was put back"


def _copied_and_put_back(field: Field, rng: Random, county: str, folder: Path) -> bool:
    """Copy the folder while Kafka is away, let it run on, and put the copy back while it is away again."""
    kafka, copy = field.kafka(county), field.log(county).with_name("copy")
    field.log_cut.set()
    if not kafka.kill():
        return False
    shutil.copytree(folder, copy)
    kafka.start()
    time.sleep(rng.uniform(2, 6))
    kafka.kill()
    shutil.rmtree(folder)
    copy.rename(folder)
    time.sleep(rng.choice((0, rng.uniform(0, 8))))
    kafka.start()
    return True


def _topic_made_anew(field: Field, rng: Random, county: str) -> str | None:
    """Delete a topic, make it anew, and restart the counties, which find it at once then. Its owner fills it again."""
    subject = rng.choice(SUBJECTS)
    name = field.topic(county, subject)
    admin = AdminClient(configuration(field.kafka(county).administered))
    field.log_cut.set()
    field.emptied.add(name)
    for future in admin.delete_topics([name]).values():
        future.result()
    time.sleep(rng.uniform(0, 3))
    _make_topics(field)
    for each in COUNTIES:
        field.county(each).stop()
    field.start(*COUNTIES)
    _require_filled(field, county, subject)
    return f"{name} was deleted and made anew"


def _emptied(field: Field, rng: Random, county: str) -> str | None:
    """Lose all of Kafka, and make the topics. Their owners fill them again, and a mirror brings what others share."""
    kafka = field.kafka(county)
    field.log_cut.set()
    if not kafka.kill():
        return None
    field.emptied |= _topics(field, county)
    shutil.rmtree(field.log(county))
    time.sleep(rng.uniform(0, 3))
    kafka.start()
    _make_topics(field)
    for name in field.sharing(county):
        for subject in SUBJECTS:
            _require_filled(field, name, subject)
    return f"{kafka.name} was emptied"


def _make_topics(field: Field) -> None:
    def made() -> bool:
        with suppress(EngineError):  # a topic whose deletion is under way cannot be made yet
            return not furnishing.make_topics(field.engine)
        return False

    require(made, MADE_WITHIN, "the topics are made")


def _require_filled(field: Field, county: str, subject: Subject) -> None:
    """Wait until the topic has the newest event of every aggregate that its owner has now."""
    rows = field.databases.fetch(field.database(county, subject), subject.rows)
    wanted = {row["id"]: row["version"] for row in rows if row["county"] == county}

    def filled() -> bool:
        with suppress(OSError):
            records = topic.read(field.kafka(county).administered, field.topic(county, subject))
            newest = {record.id: record.version for record in sorted(records, key=lambda each: each.version)}
            return all(newest.get(identity, 0) >= version for identity, version in wanted.items())
        return False

    require(filled, FILLED_WITHIN, f"{county} has filled its topic of {subject.stream}")


def _topics(field: Field, county: str) -> set[str]:
    """The topics whose owners write to the county's Kafka."""
    return {field.topic(name, subject) for name in field.sharing(county) for subject in SUBJECTS}


KINDS = (
    Kind("older copy of a topic", _older_copy_of_a_topic, frozenset({KAFKA})),
    Kind("older copy of Kafka", _older_copy_of_kafka, frozenset({KAFKA})),
    Kind("topic made anew", _topic_made_anew, frozenset({KAFKA, *COUNTIES}), slow=True),
    Kind("Kafka emptied", _emptied, frozenset({KAFKA, *COUNTIES}), slow=True),
)
