"""What the ledger test needs to know of a service. Everything else in it is the same for all."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random


@dataclass(frozen=True)
class Command:
    """A request to a county, and by what its effect can be told: ``mark``, which no other command leaves behind."""

    kind: str
    id: str
    mark: str
    method: str
    path: str
    body: dict[str, object] | None = None
    if_match: int | None = None


@dataclass
class Known:
    """What a county's user knows: the version of each own aggregate, None where an answer never came."""

    living: dict[str, int | None] = field(default_factory=dict)
    retired: dict[str, int] = field(default_factory=dict)

    def sure(self) -> dict[str, int]:
        """The living ones whose version is known."""
        return {identity: version for identity, version in self.living.items() if version is not None}

    def unsure(self) -> list[str]:
        """Those that must be read again before they can be changed."""
        return [identity for identity, version in self.living.items() if version is None]


@dataclass(frozen=True)
class Subject:
    """A service under test.

    ``view``  the table of its own aggregates and of the other counties': county, id, epoch, version, state.
    ``mark``  SQL for the mark of the command that acted last; ``{0}`` stands for the state, as JSON.
    ``draw``  the next command of a county's user: (random, county, what is known, a number that is used once).
    ``path``  where an aggregate is read: (county, id).
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
        """SQL: the mark of each of the states in $1, as they lie on a topic, in their order."""
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
