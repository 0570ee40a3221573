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
_HEADS = "SELECT topic, epoch, numbered FROM streams"
_CHECKPOINTS = """
    SELECT topic, epoch, number, stopped,
        (SELECT count(*) FROM gaps WHERE gaps.topic = checkpoints.topic) AS gaps,
        (SELECT count(*) FROM dead_letters d WHERE d.topic = checkpoints.topic AND settled_at IS NULL) AS dead_letters
    FROM checkpoints
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
                links = _links(field, name, subject)
                database = field.database(name, subject)
                problems += [
                    f"{name}: {row['unsent']} events of {row['topic']} are not sent"
                    for row in field.databases.fetch(database, _UNSENT)
                    if row["unsent"]
                ]
                if links is None:
                    problems += _by_tables(field, name, subject)
                else:
                    problems += _by_links(name, subject, links, since)
            except AWAY as error:
                problems.append(f"{name}: {error!r}")
    return problems


def _links(field: Field, name: str, subject: Subject) -> dict[str, Any] | None:
    """What the service says of itself; None if this version has no links yet."""
    url = f"{field.county(name).url}/links/{subject.service}"
    try:
        answer = httpx.get(url, headers={"Authorization": f"Bearer {field.token(name)}"}, timeout=5)
    except httpx.TransportError as error:
        raise OSError(f"{url}: {error!r}") from error
    if answer.status_code == httpx.codes.NOT_FOUND:
        return None
    if not answer.is_success:
        raise OSError(f"{url} answered {answer.status_code}")
    return dict(answer.json())


def _by_links(name: str, subject: Subject, links: Mapping[str, Any], since: datetime) -> Iterable[str]:
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


def _by_tables(field: Field, name: str, subject: Subject) -> Iterable[str]:
    """The same without links: each checkpoint is at its owner's head."""
    rows = field.databases.fetch(field.database(name, subject), _CHECKPOINTS)
    checkpoints = {row["topic"]: row for row in rows}
    for other in COUNTIES:
        heads = field.databases.fetch(field.database(other, subject), _HEADS) if other != name else []
        for topic, epoch, numbered in heads:
            row = checkpoints.get(topic)
            if row is None or (row["epoch"], row["number"]) != (epoch, numbered):
                at = row and (row["epoch"], row["number"])
                yield f"{name}: {topic} is applied until {at}, its owner is at {(epoch, numbered)}"
            if row is not None:
                yield from _open(name, other, dict(row))


def _open(name: str, other: str, stream: Mapping[str, Any]) -> Iterable[str]:
    for what in ("gaps", "dead_letters", "stopped"):
        if stream[what]:
            yield f"{name}: {what} of {other}: {stream[what]}"
