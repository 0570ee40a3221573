"""Two databases of one county publish at once, as after a fail-over whose old server lives on.

The other database is a copy, with a process of its own on it. Its users' commands are acknowledged too. Then it is
switched off, and the right one recovered: what the other alone had accepted is taken over, or the recovery names it.
"""

import time
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from random import Random

import httpx

from infra.engine.county import CountyProcess
from infra.engine.ports import free_ports
from infra.engine.processes import EngineProcess
from tests.faults import restoring, topic
from tests.faults.commands import SUBJECTS
from tests.faults.field import Field
from tests.faults.journal import Journal, Outcome
from tests.faults.kind import SERVERS, Kind
from tests.faults.program import DATABASES
from tests.faults.subject import Known, Subject

SUFFIX = "_other"
COMMANDS = 6
_HOLD = """
    WITH streams AS MATERIALIZED (SELECT FROM streams FOR UPDATE)
    SELECT pg_sleep($1) WHERE (SELECT count(*) FROM streams) >= 0
"""
"""Nothing is numbered in a database for so many seconds."""


class Fork(CountyProcess):
    """A process of a county on another database."""

    @property
    def part(self) -> EngineProcess:
        """Its process, with its own name."""
        return EngineProcess(f"{self.name}-other", self.data)


def kinds(journal: Journal) -> tuple[Kind, ...]:
    """These kinds of faults; they write the other database's commands into ``journal``."""

    def strike(field: Field, rng: Random, county: str) -> str | None:
        right, other_first = field.county(county), rng.random() < 0.5
        env = {**right.env, DATABASES: SUFFIX}
        other = Fork(county, right.data, free_ports(1)[0], right.program, env, right.services)
        seconds = rng.uniform(1, 2.5)
        with ThreadPoolExecutor(len(SUBJECTS)) as pool, field.crowd.held(county):
            right.stop()
            for subject in SUBJECTS:
                database = field.database(county, subject)
                copy = f"CREATE DATABASE {database}{SUFFIX} OWNER {database} TEMPLATE {database}"
                field.databases.execute("postgres", copy)
            for process in (right, other):
                process.launch()
            for process in (right, other):
                process.wait_until_ready()
            held = [] if other_first else [pool.submit(_hold, field, county, subject, seconds) for subject in SUBJECTS]
            time.sleep(0.2)
            taken = _commands(field, journal, rng, other)
        for each in held:
            each.result()
        time.sleep(rng.uniform(0.5, 3))
        other.kill()
        with field.crowd.held(county):
            undone = sum(_recovered(field, journal, county, subject, taken) for subject in SUBJECTS)
            right.kill()
            field.start(county)
        for subject in SUBJECTS:
            field.databases.execute("postgres", f"DROP DATABASE {field.database(county, subject)}{SUFFIX} WITH (FORCE)")
        first = "the other" if other_first else "the right one"
        return f"another database took {len(taken)} commands, {first} first; {undone} undone" if taken else None

    return (Kind("two databases", strike, SERVERS, slow=True),)


def _hold(field: Field, county: str, subject: Subject, seconds: float) -> None:
    """Let the other database give no number meanwhile, so that the right one publishes first."""
    field.databases.fetch(field.database(county, subject) + SUFFIX, _HOLD, seconds)


def _commands(field: Field, journal: Journal, rng: Random, process: CountyProcess) -> list[int]:
    """Send commands to the process, and write them into the journal; the numbers of those that were carried out."""
    taken: list[int] = []
    for _ in range(COMMANDS):
        subject, number = rng.choice(SUBJECTS), journal.number()
        command = subject.draw(rng, process.name, Known(), number)
        journal.invoke(number, subject.service, process.name, command)
        headers = {"Authorization": f"Bearer {field.token(process.name)}", "Idempotency-Key": f"key-{number}"}
        url = process.url + command.path
        try:
            answer = httpx.request(command.method, url, json=command.body, headers=headers, timeout=5)
        except httpx.TransportError:
            continue
        if answer.is_success:
            taken.append(number)
            journal.settle(number, Outcome.OK, command.version(answer))
        elif not answer.is_server_error:
            journal.settle(number, Outcome.REFUSED)
    return taken


def _recovered(field: Field, journal: Journal, county: str, subject: Subject, taken: Collection[int]) -> int:
    """Recover the right database; how many of the commands ``taken`` by the other one are undone.

    RuntimeError if the recovery does not name one that was published.
    """
    said, on = restoring.recover(field, county, subject), field.topic(county, subject)
    events = field.events(county, subject)
    places = {(each.epoch, each.number) for each in [*events, *field.published.get(on, [])]}
    records = topic.read(field.kafka(county).administered, on)
    field.forged |= {(on, each.epoch, each.number) for each in records if (each.epoch, each.number) not in places}
    published = {(each.id, each.version) for each in records}
    known = {(each.id, each.version, each.mark) for each in events}
    undone = [
        entry
        for entry in journal.entries()
        if entry.number in taken
        and entry.service == subject.service
        and (entry.id, entry.version, entry.mark) not in known
    ]
    for entry in undone:
        journal.settle(entry.number, Outcome.UNDONE, entry.version)
        if entry.id not in said and (entry.id, entry.version) in published:
            raise RuntimeError(f"{county}: command {entry.number} of {entry.id} is gone, and nobody was told: {said}")
    return len(undone)
