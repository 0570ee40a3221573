"""A county's actors as a CSV file: the actors that it registers and changes, and the rows that are wrong.

Import and export have the same columns, so an exported file changes nothing when it is imported. A row is matched
by its reference, or by its id where it has none. Actors that the file does not name stay as they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from services.actors.domain.actor import RegisterActor, change, id_from, register
from shared.contracts.actors import Actor
from shared.contracts.context import DecisionContext
from shared.rejected import Rejected


@dataclass(frozen=True, slots=True)
class ActorRow:
    """One actor of a file, as the line that it begins on says."""

    line: int
    command: RegisterActor
    id: UUID | None = None

    def key(self, county: str) -> UUID:
        """The id that the row is about."""
        return self.id or id_from(county, self.command.reference or "")


@dataclass(frozen=True, slots=True)
class LineError:
    """An error in a line of a file."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """The outcome of a row: the actor as it will be, and the word for the change."""

    line: int
    word: Literal["registered", "changed", "unchanged"]
    actor: Actor


@dataclass(slots=True)
class Plan:
    """The changes that importing a file makes. With faults, it makes none."""

    outcomes: list[RowOutcome] = field(default_factory=list)
    faults: list[LineError] = field(default_factory=list)

    @property
    def news(self) -> list[RowOutcome]:
        """The outcomes that become events."""
        return [outcome for outcome in self.outcomes if outcome.word != "unchanged"]


def plan(rows: Sequence[ActorRow], existing: Mapping[UUID, Actor], context: DecisionContext) -> Plan:
    """The changes that the rows make to the existing actors, each found by its row's key."""
    result = Plan(faults=doubled(rows, context.county.name))
    wrong = {fault.line for fault in result.faults}
    for row in rows:
        if row.line in wrong:
            continue
        try:
            result.outcomes.append(_outcome(row, existing.get(row.key(context.county.name)), context))
        except Rejected as rejected:
            result.faults.append(LineError(row.line, rejected.message))
    return result


def doubled(rows: Iterable[ActorRow], county: str) -> list[LineError]:
    """A fault for each row that is about the same actor as an earlier one."""
    first: dict[UUID, ActorRow] = {}
    faults = []
    for row in rows:
        earlier = first.setdefault(row.key(county), row)
        if earlier is not row:
            faults.append(LineError(row.line, f"its actor is on line {earlier.line} already"))
    return faults


def _outcome(row: ActorRow, actor: Actor | None, context: DecisionContext) -> RowOutcome:
    if actor is None:
        if row.id is not None:
            raise Rejected("not-found", f"no actor of {context.county.name} has the id {row.id}; leave it empty")
        return RowOutcome(row.line, "registered", register(row.command, row.key(context.county.name), context))
    if actor.reference != row.command.reference:
        raise Rejected(
            "invalid-reference",
            f"the actor {actor.id} has the reference {actor.reference or '(none)'}, which never changes",
        )
    event = change(row.command.details(), actor, context)
    return RowOutcome(row.line, "changed", event) if event else RowOutcome(row.line, "unchanged", actor)
