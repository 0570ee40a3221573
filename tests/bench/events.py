"""Events as the actors service writes them, built by the real outbox without a database."""

import json
import random
from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

import asyncpg
from uuid_utils.compat import uuid7

from shared.contracts.actors import ActorChanged, ContactFunction
from shared.contracts.codes import ActorLevel, ActorSector, ActorType, FunctionCode, PolicyArea
from shared.messaging.outbox import Transaction, Writer
from shared.runtime.aggregates import Stored
from tests.bench.stage import Row

AGGREGATES = 5_000
LIMIT_BATCH = 500
"""The rows of one upsert of the limit."""
ACTOR: dict[str, Any] = {
    "name": "Trygghet i byn",
    "type": "CIVIL_SOCIETY",
    "level": "LOCAL",
    "policy_areas": ["ANDT", "GENDER_EQUALITY"],
    "contact_functions": [{"function": "MUNICIPAL_COORDINATOR", "mailbox": "trygghet@byn.example"}],
}
"""A valid actor of any county, as the body of a request."""


class _Paper:
    """Stands in for the outbox's connection, and keeps the rows."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    async def fetch(self, _: str, *values: Any) -> list[tuple[bool, bool]]:
        self.rows.append(values)
        return [(True, True)]


async def changes(county: str, count: int, aggregates: int = AGGREGATES) -> list[Row]:
    """``count`` rows of the outbox: new versions of actors of ``county``, in a fixed order."""
    chance = random.Random(1)
    identities = [uuid7() for _ in range(aggregates)]
    versions = [0] * aggregates
    contact = ContactFunction(id=uuid7(), function=FunctionCode.MUNICIPAL_COORDINATOR, mailbox="trygghet@boden.example")
    paper, writer = _Paper(), Writer(county, "http://127.0.0.1:8125")
    for number in range(count):
        place = chance.randrange(aggregates) if aggregates < count else number
        versions[place] += 1
        event = ActorChanged(
            id=identities[place],
            county=county,
            name=f"Kommun {place} i fas {versions[place]}",
            sector=ActorSector.MUNICIPALITY,
            level=ActorLevel.LOCAL,
            type=ActorType.MUNICIPALITY,
            municipality="2582",
            police_area="LULEA_BODEN",
            policy_areas=(PolicyArea.ANDT,),
            contact_functions=(contact,),
        )
        await Transaction(cast(asyncpg.Connection, paper), writer, str(uuid7())).emit(event, versions[place])
    return paper.rows


def newest(rows: Sequence[Row]) -> list[list[Stored[Any]]]:
    """The rows that the inbox writes of ``rows``: in each batch, the newest version of each actor."""
    found = []
    for place in range(0, len(rows), LIMIT_BATCH):
        batch: dict[UUID, Stored[Any]] = {}
        for number, (*_, headers, payload) in enumerate(rows[place : place + LIMIT_BATCH], place + 1):
            event = ActorChanged.read(payload)
            batch[event.id] = Stored(event, 1, int(json.loads(headers)["ce_aggregateversion"]), number)
        found.append(sorted(batch.values(), key=lambda each: each.state.id))
    return found
