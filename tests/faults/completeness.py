"""Whether everything has arrived: by the rows themselves while the test goes on, by the links at its end."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import httpx

from tests.faults.commands import COUNTIES, SUBJECTS
from tests.faults.databases import AWAY
from tests.faults.field import Field
from tests.faults.journal import Journal
from tests.faults.subject import Subject

_UNSENT = """
    SELECT topic, numbered - acknowledged + (SELECT count(*) FROM outbox WHERE number IS NULL) AS unsent FROM streams
"""
Target = dict[Subject, dict[tuple[str, str], int]]


def target(journal: Journal) -> Target:
    """What every county must know of what has been acknowledged until now."""
    return {subject: journal.acknowledged(subject.service) for subject in SUBJECTS}


def arrived(field: Field, wanted: Target) -> bool:
    """Whether every county knows at least that."""
    try:
        return all(_knows(field, name, subject, wanted[subject]) for subject in SUBJECTS for name in COUNTIES)
    except AWAY:
        return False


def _knows(field: Field, name: str, subject: Subject, wanted: Mapping[tuple[str, str], int]) -> bool:
    rows = field.databases.fetch(field.database(name, subject), subject.rows)
    known = {(row["county"], row["id"]): row["version"] for row in rows}
    return all(known.get(key, 0) >= version for key, version in wanted.items())


def incomplete(field: Field, since: datetime) -> list[str]:
    """What is not complete until ``since``, in words: gaps, dead letters, streams that lag or stand still."""
    problems: list[str] = []
    for name in COUNTIES:
        for subject in SUBJECTS:
            try:
                database = field.database(name, subject)
                unsent = field.databases.fetch(database, _UNSENT)
                problems += [f"{name}: {count} events of {topic} are not sent" for topic, count in unsent if count]
                problems += _lagging(name, subject, _links(field, name, subject), since)
            except AWAY as error:
                problems.append(f"{name}: {error!r}")
    return problems


def _links(field: Field, name: str, subject: Subject) -> dict[str, Any]:
    """What the service says of itself."""
    url = f"{field.county(name).url}/links/{subject.service}"
    try:
        answer = httpx.get(url, headers={"Authorization": f"Bearer {field.token(name)}"}, timeout=5)
    except httpx.TransportError as error:
        raise OSError(f"{url}: {error!r}") from error
    if not answer.is_success:
        raise OSError(f"{url} answered {answer.status_code}")
    return dict(answer.json())


def _lagging(name: str, subject: Subject, links: Mapping[str, Any], since: datetime) -> Iterable[str]:
    read = {each["county"]: each for each in links["read"] if each["stream"] == subject.stream}
    for other in COUNTIES:
        if other == name:
            continue
        stream = read.get(other)
        if stream is None:
            yield f"{name}: the links say nothing of {other} {subject.stream}"
            continue
        until = stream["complete_until"]
        if until is None or datetime.fromisoformat(until) <= since:
            yield f"{name}: {other} {subject.stream} is complete until {until}, not {since}"
        yield from _open(name, other, stream)


def _open(name: str, other: str, stream: Mapping[str, Any]) -> Iterable[str]:
    for what in ("gaps", "dead_letters", "stopped"):
        if stream[what]:
            yield f"{name}: {what} of {other}: {stream[what]}"
