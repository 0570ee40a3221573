"""A database that is restored from a backup and recovered as an operator does it.

Recovery takes events that are newer than the backup from the topic. Acknowledged events that never reached the topic
are lost, and the journal marks them as undone. The field keeps all records of the topic, because the recovered outbox
holds only the newest of each aggregate.
"""

import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from random import Random

import httpx

from infra.engine.binaries import program_folder
from tests.faults import topic
from tests.faults.commands import COUNTIES, SUBJECTS
from tests.faults.field import Field
from tests.faults.journal import Journal
from tests.faults.kind import SERVERS, Kind
from tests.faults.ledger import Event
from tests.faults.pace import PACE
from tests.faults.subject import Known, Subject
from tests.faults.waits import require

NOTICED_WITHIN = 40.0
SECONDS = 120
NAME, TWICE, AT_ONCE = "backup restored", "backup restored twice", "backups restored in two counties"
_HEAD = "SELECT epoch, numbered FROM streams WHERE topic = $1"


def kinds(journal: Journal) -> tuple[Kind, ...]:
    """These kinds of faults; they mark undone commands in ``journal``."""

    def once(field: Field, rng: Random, county: str) -> str | None:
        subject, dumped, kafka_away = rng.choice(SUBJECTS), rng.random() < 0.5, rng.random() < 0.4
        database, process = field.database(county, subject), field.county(county)
        (_dump if dumped else _copy)(field, county, database)
        time.sleep(rng.uniform(1, 5))
        if kafka_away:  # what is acknowledged now never reaches the topic
            field.kafka(county).kill()
            time.sleep(rng.uniform(1, 2))
        with field.crowd.held(county):
            process.kill()
            field.kafka(county).start()
            (_restore if dumped else _put_back)(field, database)
            undone = journal.undo(subject.service, county, kept(field, county, subject))
            noticed = rng.random() < 0.5 and _forgotten(field, county, subject)
            if noticed:
                _require_refusal(field, county, subject, journal.number())
            recover(field, county, subject)
            process.launch()
            process.wait_until_ready()
        how = "a dump" if dumped else "a copy of its files"
        return f"{database} restored from {how}{', which was noticed' if noticed else ''}; {undone} commands undone"

    def twice(field: Field, rng: Random, county: str) -> str | None:
        subject, undone = rng.choice(SUBJECTS), 0
        _dump(field, county, field.database(county, subject))
        for _ in range(2):
            time.sleep(rng.uniform(1, 4))
            undone += _put_back_at_once(field, journal, [(county, subject)])
        return f"{field.database(county, subject)} restored twice from one dump; {undone} commands undone"

    def at_once(field: Field, rng: Random, county: str) -> str | None:
        other = rng.choice([one for one in COUNTIES if one != county])
        subject = rng.choice(SUBJECTS)
        places = [(county, subject), (other, rng.choice((subject, rng.choice(SUBJECTS))))]
        for name, one in places:
            _dump(field, name, field.database(name, one))
        time.sleep(rng.uniform(1, 4))
        undone = _put_back_at_once(field, journal, places)
        names = " and ".join(field.database(*place) for place in places)
        return f"{names} restored at once; {undone} commands undone"

    return (
        Kind(NAME, once, SERVERS),
        Kind(TWICE, twice, SERVERS, slow=True),
        Kind(AT_ONCE, at_once, SERVERS | frozenset(COUNTIES), slow=True),
    )


def _put_back_at_once(field: Field, journal: Journal, places: Sequence[tuple[str, Subject]]) -> int:
    """Put the dumps of these services back, of all before any is recovered; how many commands that undoes."""
    with ExitStack() as held:
        for county, _ in places:
            held.enter_context(field.crowd.held(county))
            field.county(county).kill()
        for county, subject in places:
            _restore(field, field.database(county, subject))
        undone = sum(journal.undo(subject.service, county, kept(field, county, subject)) for county, subject in places)
        with ThreadPoolExecutor(len(places)) as pool:
            list(pool.map(lambda place: recover(field, *place), places))
        field.start(*(county for county, _ in places))
    return undone


# --- two ways to a backup and back


def _dump(field: Field, _: str, database: str) -> None:
    """Back up with `pg_dump` while the county runs. The restored tables have new object ids."""
    _postgres("pg_dump", "--format=custom", f"--file={_file(field, database)}", field.databases.dsn(database))


def _restore(field: Field, database: str) -> None:
    tablespace = field.databases.fetch("postgres", _TABLESPACE, database)[0][0]
    field.databases.execute(
        "postgres",
        f"DROP DATABASE {database} WITH (FORCE)",
        f"CREATE DATABASE {database} OWNER {database} TEMPLATE template0 TABLESPACE {tablespace}",
    )
    _postgres("pg_restore", f"--dbname={field.databases.dsn(database)}", str(_file(field, database)))


def _copy(field: Field, county: str, database: str) -> None:
    """Back up by a copy of the whole database. Nothing in a restored copy shows that it was restored."""
    field.county(county).stop()
    field.databases.execute("postgres", f"CREATE DATABASE {database}_backup OWNER {database} TEMPLATE {database}")
    field.start(county)


def _put_back(field: Field, database: str) -> None:
    field.databases.execute(
        "postgres",
        f"DROP DATABASE {database} WITH (FORCE)",
        f"ALTER DATABASE {database}_backup RENAME TO {database}",
    )


_TABLESPACE = """
    SELECT spcname::text FROM pg_database JOIN pg_tablespace ON dattablespace = pg_tablespace.oid WHERE datname = $1
"""


def _file(field: Field, database: str) -> Path:
    return field.engine.config.data / "faults" / f"{database}.dump"


def _postgres(program: str, *arguments: str) -> None:
    command = [str(program_folder(None) / program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
    if done.returncode:
        raise RuntimeError(f"{program} failed: {done.stderr}")


# --- what is left, and the way back


def kept(field: Field, county: str, subject: Subject) -> set[tuple[str, int | None, str]]:
    """(id, version, mark) of every event in the backup or on the topic. Notes the topic's events in the field."""
    on = field.topic(county, subject)
    records = topic.read(field.kafka(county).administered, on)
    marks = field.marks(county, subject, [record.value for record in records])
    published = [
        Event(
            *(record.id, record.version, mark, record.epoch, record.number, record.restated),
            asked=subject.is_asked(record.type),
        )
        for record, mark in zip(records, marks, strict=True)
    ]
    field.published.setdefault(on, []).extend(published)
    kept = [*field.events(county, subject), *published]
    return {(event.id, event.version, event.mark) for event in kept if not event.restated}


def _forgotten(field: Field, county: str, subject: Subject) -> bool:
    """Whether the topic has a higher number than this database has given."""
    on = field.topic(county, subject)
    rows = field.databases.fetch(field.database(county, subject), _HEAD, on)
    return topic.highest(field.kafka(county).administered, on) > (tuple(rows[0]) if rows else (1, 0))


def _require_refusal(field: Field, county: str, subject: Subject, number: int) -> None:
    """Start the county on the restored database. It must notice the restore and refuse commands."""
    process = field.county(county)
    process.launch()

    def noticed() -> bool:
        try:
            health = httpx.get(f"{process.url}/health/ready", timeout=5)
        except httpx.TransportError:
            return False
        return not health.is_success and bool(health.json()["services"][subject.service]["doubt"])

    require(noticed, NOTICED_WITHIN, f"{county} notices that its database was restored")
    command = subject.draw(Random(0), county, Known(), number)
    headers = {"Authorization": f"Bearer {field.token(county)}"}
    answer = httpx.request(
        command.method, process.url + command.path, json=command.body, headers=headers, timeout=10 * PACE
    )
    if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
        raise RuntimeError(f"{county} has noticed, and answers a command with {answer.status_code}: {answer.text}")


def recover(field: Field, county: str, subject: Subject) -> str:
    """Recover the service's database, and give up what neighbours alone have; what the command said."""
    return field.command(county, "recover", "--county", county, "--service", subject.service, "--accept-loss")
