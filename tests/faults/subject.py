"""The service-specific part of the ledger test. All other modules are the same for every service."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx


@dataclass(frozen=True)
class Command:
    """A request to a county.

    ``mark`` identifies its effect: no other command leaves the same mark. Without a mark it is in no event, as a draft.
    ``ends``: nothing more is done to the aggregate. ``told`` is False where the answer does not tell the version that
    the command has made.
    """

    kind: str
    id: str
    mark: str
    method: str
    path: str
    body: dict[str, object] | None = None
    if_match: int | None = None
    ends: bool = False
    told: bool = True

    def version(self, answer: httpx.Response) -> int | None:
        """The version of the event that the command has made, as its answer tells; None if it does not."""
        return version_of(answer) if self.mark and self.told else None


def version_of(answer: httpx.Response) -> int:
    """The version that the ETag of an answer names: ``"3"``, or ``W/"3-…"`` of a view that shows more."""
    found = re.search(r"\d+", answer.headers["ETag"])
    assert found is not None, "an ETag begins with a version"
    return int(found[0])


@dataclass
class Known:
    """The versions of a county's own aggregates that its user knows; None where the answer never came.

    ``bodies`` are what the user has asked for, by aggregate; ``listed`` is the last list that it has looked at;
    ``used`` are (aggregate, mark) of commands whose version is not told.
    """

    living: dict[str, int | None] = field(default_factory=dict)
    retired: dict[str, int] = field(default_factory=dict)
    bodies: dict[str, dict[str, object]] = field(default_factory=dict)
    listed: Sequence[dict[str, Any]] = ()
    used: set[tuple[str, str]] = field(default_factory=set)

    def sure(self) -> dict[str, int]:
        """The living aggregates whose version is known."""
        return {identity: version for identity, version in self.living.items() if version is not None}

    def unsure(self) -> list[str]:
        """The living aggregates whose version must be read before the next change."""
        return [identity for identity, version in self.living.items() if version is None]


@dataclass(frozen=True)
class Subject:
    """A service under test.

    ``tables``  those of all counties' aggregates: county, id, epoch, version, state.
    ``mark``    SQL for the mark of the command that acted last; ``{0}`` stands for the state, as JSON.
    ``draw``    draws the next command of a county's user: (random, county, known versions, a unique number).
    ``path``    the URL path of an aggregate: (county, id, known).
    ``begin``   the command with which a county's user begins: (county, a unique number).
    ``look``    draws the list in which the user looks for what others have asked of it: (random, county) to a path.
    ``unasked`` the events that no command asks for: a county sends them when it has received something.
    """

    service: str
    stream: str
    tables: tuple[str, ...]
    mark: str
    draw: Callable[[Random, str, Known, int], Command]
    path: Callable[[str, str, Known], str]
    begin: Callable[[str, int], Command] | None = None
    look: Callable[[Random, str], str] | None = None
    unasked: tuple[str, ...] = ()

    @property
    def rows(self) -> str:
        """SQL: every aggregate that a county knows, its own and the others'."""
        columns = f"county, id::text, epoch, version, {self.mark.format('state')} AS mark"
        return " UNION ALL ".join(f"SELECT {columns} FROM {table} WHERE NOT withdrawn" for table in self.tables)

    @property
    def marks(self) -> str:
        """SQL: the marks of the states in $1, given as they are on a topic, in the same order."""
        states = "unnest($1::text[]) WITH ORDINALITY AS s (state, place)"
        return f"SELECT {self.mark.format('state::jsonb')} FROM {states} ORDER BY place"

    @property
    def events(self) -> str:
        """SQL: every event of the topic $1 in its owner's outbox, in the order of writing."""
        payload = "convert_from(payload, 'UTF8')::jsonb"
        return (
            f"SELECT convert_from(key, 'UTF8') AS id, epoch, number, {self.mark.format(payload)} AS mark,"
            " (headers ->> 'ce_aggregateversion')::bigint AS version,"
            " headers ->> 'ce_restated' IS NOT NULL OR headers ->> 'ce_type' LIKE '%.StreamRestated.%' AS restated,"
            " headers ->> 'ce_type' AS type"
            " FROM outbox WHERE topic = $1 ORDER BY position"
        )

    def is_asked(self, event_type: str) -> bool:
        """Whether a command has asked for events of this type."""
        return event_type.split(".")[-2] not in self.unasked
