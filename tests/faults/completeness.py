"""Whether everything has arrived. During the test the rows decide; at its end, the links do."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

import httpx

from tests.faults.commands import COUNTIES, SUBJECTS
from tests.faults.databases import AWAY
from tests.faults.field import Field
from tests.faults.journal import Journal
from tests.faults.subject import Subject

Target = dict[Subject, dict[tuple[str, str], int]]


def target(journal: Journal) -> Target:
    """The newest acknowledged version of every aggregate, which every county must come to know."""
    return {subject: journal.acknowledged(subject.service) for subject in SUBJECTS}


def arrived(field: Field, wanted: Target, but: Collection[tuple[str, Subject]] = ()) -> bool:
    """Whether every county has each wanted version or a newer one, but for these counties' services."""
    try:
        return all(
            _knows(field, name, subject, {key: wanted[subject][key] for key in wanted[subject] if key[0] not in left})
            for subject in SUBJECTS
            for left in [{name for name, one in but if one is subject}]
            for name in COUNTIES
            if name not in left
        )
    except AWAY:
        return False


def _knows(field: Field, name: str, subject: Subject, wanted: Mapping[tuple[str, str], int]) -> bool:
    rows = field.databases.fetch(field.database(name, subject), subject.rows)
    known = {(row["county"], row["id"]): row["version"] for row in rows}
    return all(known.get(key, 0) >= version for key, version in wanted.items())


def incomplete(field: Field, since: datetime) -> list[tuple[str, str]]:
    """(county, problem) for each stream that is not complete until ``since``."""
    problems: list[tuple[str, str]] = []
    for name in COUNTIES:
        for subject in SUBJECTS:
            try:
                problems += [(name, problem) for problem in _problems(subject, _links(field, name, subject), since)]
            except AWAY as error:
                problems.append((name, repr(error)))
    return problems


def _links(field: Field, name: str, subject: Subject) -> dict[str, Any]:
    """The service's links, read over HTTP as its users do; OSError without a successful answer."""
    url = f"{field.county(name).url}/links/{subject.service}"
    try:
        answer = httpx.get(url, headers={"Authorization": f"Bearer {field.token(name)}"}, timeout=5)
    except httpx.TransportError as error:
        raise OSError(f"{url}: {error!r}") from error
    if not answer.is_success:
        raise OSError(f"{url} answered {answer.status_code}")
    return {"county": name, **answer.json()}


def _problems(subject: Subject, links: Mapping[str, Any], since: datetime) -> Iterator[str]:
    for stream in links["written"]:
        if stream["confirmed"] < stream["last"]:
            yield f"{stream['topic']} is confirmed until {stream['confirmed']} of {stream['last']}"
    read = {each["county"]: each for each in links["read"] if each["stream"] == subject.stream}
    for other in (one for one in COUNTIES if one != links["county"]):
        if other not in read:
            yield f"nothing is said of {other} {subject.stream}"
            continue
        stream, until = read[other], read[other]["complete_until"]
        if until is None or datetime.fromisoformat(until) <= since:
            yield f"{stream['topic']} is complete until {until}"
        for what in ("gaps", "missing", "dead_letters", "stopped"):
            if stream[what]:
                yield f"{stream['topic']}: {what} {stream[what]}"
