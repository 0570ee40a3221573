"""Plays random steps against a database and its twin in the model."""

import random
from typing import Protocol
from uuid import UUID

from shared.messaging.outbox import Writer
from tests.model.toys import COUNTY

SEQUENCES, STEPS = 40, 30
KEYS = [UUID(int=place) for place in (1001, 2002, 3003)]
WRITER = Writer(COUNTY, "http://127.0.0.1:8000")


class Twins(Protocol):
    """A database and its twin. Every method without an underscore, but for `compare`, is a step that both take."""

    async def compare(self) -> None:
        """Both have the same rows."""


async def play(pair: Twins, chance: random.Random) -> None:
    """Take so many steps, and compare the rows after each."""
    steps = [each for name, each in vars(type(pair)).items() if not name.startswith(("_", "compare"))]
    for _ in range(STEPS):
        await chance.choice(steps)(pair)
        await pair.compare()
