"""The service-specific part of the ledger test. All other modules are the same for every service."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random


@dataclass(frozen=True)
class Command:
    """A request to a county. ``mark`` identifies its effect: no other command leaves the same mark."""

    kind: str
    id: str
    mark: str
    method: str
    path: str
    body: dict[str, object] | None = None
    if_match: int | None = None


@dataclass
class Known:
    """The versions of a county's own aggregates that its user knows; None where the answer never came."""

    living: dict[str, int | None] = field(default_factory=dict)
    retired: dict[str, int] = field(default_factory=dict)

    def sure(self) -> dict[str, int]:
        """The living aggregates whose version is known."""
        return {identity: version for identity, version in self.living.items() if version is not None}

    def unsure(self) -> list[str]:
        """The living aggregates whose version must be read before the next change."""
        return [identity for identity, version in self.living.items() if version is None]


@dataclass(frozen=True)
class Subject:
    """A service under test.

    ``view``  the table of all counties' aggregates: county, id, epoch, version, state.
    ``mark``  SQL for the mark of the command that acted last; ``{0}`` stands for the state, as JSON.
    ``draw``  draws the next command of a county's user: (random, county, known versions, a unique number).
    ``path``  the URL path of an aggregate: (county, id).
    """

    service: str
    stream: str
    view: str
    mark: str
    draw: Callable[[Random, str, Known, int], Command]
    path: Callable[[str, str], str]

    @property
    def rows(self) -> str:
        """SQL: every aggregate that a county knows, its own and the others'."""
        return (
            f"SELECT county, id::text, epoch, version, {self.mark.format('state')} AS mark"
            f" FROM {self.view} WHERE NOT withdrawn"
        )

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
            " headers ->> 'ce_restated' IS NOT NULL OR headers ->> 'ce_type' LIKE '%.StreamRestated.%' AS restated"
            " FROM outbox WHERE topic = $1 ORDER BY position"
        )
