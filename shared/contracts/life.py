"""The life of an aggregate as a table: which step leads from where to where, who takes it, and which event tells of it.

The decisions of a service go by its tables, and its page in docs is drawn from them.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from shared.contracts.event import OpenEnum

State = TypeVar("State", bound=OpenEnum)


@dataclass(frozen=True, slots=True)
class Step(Generic[State]):
    """On ``cause``, ``who`` leads from one of ``befores`` (none: from nothing) to ``after``, published as ``event``.

    ``at`` is the time of a step that the clock takes.
    """

    befores: tuple[State, ...]
    cause: StrEnum
    after: State
    who: StrEnum
    event: str
    at: str = ""


class Life(Generic[State]):
    """All the steps of one kind of thing."""

    def __init__(self, *steps: Step[State]) -> None:
        self.steps = steps
        self._first = {step.cause: step.after for step in steps if not step.befores}
        self._after = {(before, step.cause): step.after for step in steps for before in step.befores}

    def first(self, cause: StrEnum) -> State:
        """The state in which it begins."""
        return self._first[cause]

    def after(self, before: State, cause: StrEnum) -> State:
        """The state that ``cause`` leads to: the same one if no step is taken."""
        return self._after.get((before, cause), before)

    def befores(self, cause: StrEnum) -> list[State]:
        """The states from which ``cause`` leads on."""
        return [before for before, each in self._after if each == cause]
