"""The fault-free steps of the protocol, in any order. `faults` adds the faults."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from tests.model.receiver import Receiver
from tests.model.toys import Toy, ToyChanged, ToyEnded
from tests.model.world import ALL, World

FEW = range(1, 5)
WHICH = range(2)
PLACE = range(3)
BACK = range(1, 6)
SIZE = (1, 2, ALL)
"""How many records come in a batch."""

Move = TypeVar("Move", bound=Callable[..., None])


def rule(**choices: Sequence[object]) -> Callable[[Move], Move]:
    """Marks a possible step, with what each of its arguments may be."""

    def mark(move: Move) -> Move:
        move.__dict__["choices"] = choices
        return move

    return mark


class Protocol:
    """Two receivers, three slots for toys. Each rule is a possible next step."""

    def __init__(self) -> None:
        self.world = World()
        self.lives = [0, 0, 0]  # how many toys have ended in each place

    def receiver(self, which: int) -> Receiver:
        return self.world.receivers[which]

    def key(self, place: int) -> UUID:
        """The key of the slot's living toy, or of its successor if that toy has ended."""
        own = self.world.owner.db.toys.get(key_of(place, self.lives[place]))
        if own and own.event.final:
            self.lives[place] += 1
        return key_of(place, self.lives[place])

    @rule(place=PLACE, kind=(ToyChanged, ToyChanged, ToyChanged, ToyEnded))
    def command(self, place: int, kind: type[Toy]) -> None:
        self.world.owner.command(kind, self.key(place), self.world.tick())

    @rule(arrive=FEW)
    def send(self, arrive: int) -> None:
        self.world.owner.number()
        self.world.send(arrive, arrive)

    @rule(which=WHICH, count=FEW, size=SIZE)
    def carry(self, which: int, count: int, size: int) -> None:
        """Mirror some records to one receiver, and let it apply them."""
        self.receiver(which).mirror(self.world.owner.log, count)
        self.world.receive(self.receiver(which), self.receiver(which).replicas[0], size)

    @rule(size=SIZE)
    def flow(self, size: int) -> None:
        self.world.flow(size)

    @rule()
    def talk(self) -> None:
        self.world.talk()

    @rule(which=WHICH, back=BACK)
    def hear(self, which: int, back: int) -> None:
        """Deliver one of the owner's last reports: late, repeated, or after lost ones."""
        self.world.say()
        if self.world.said:
            self.receiver(which).hear(self.world.said[-back:][0], self.world.tick())

    @rule(which=WHICH, back=BACK)
    def answer(self, which: int, back: int) -> None:
        self.world.answer(self.receiver(which))
        self.world.owner.hear(self.world.answered[self.receiver(which).name][-back:][0])

    @rule(seconds=(61.0, 3601.0))
    def wait(self, seconds: float) -> None:
        self.world.wait(seconds)


def key_of(place: int, life: int) -> UUID:
    return UUID(int=(place + 1) * 1000 + life)
