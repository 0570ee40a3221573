"""An own occasion with every answer that was given about it: what the host decides on, and what it has decided."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from services.trainings.domain.seats import Decision, Seating
from services.trainings.store.catalogue import DECIDE, TRAININGS
from services.trainings.store.enrolments import ENROLMENTS, answers
from shared.contracts.asking import Reference
from shared.messaging.outbox import Transaction
from shared.runtime import due
from shared.runtime.aggregates import Stored


@dataclass(frozen=True, slots=True)
class Found:
    """The occasion and the answers, in their versions. Whoever has found them holds the occasion's lock."""

    occasion: Stored
    answers: dict[Reference, Stored]

    @property
    def seating(self) -> Seating:
        """What is decided on."""
        return Seating(self.occasion.state, {request: stored.state for request, stored in self.answers.items()})


async def find(conn: asyncpg.Connection, county: str, occasion: UUID) -> Found | None:
    """The own occasion if there is one. All who decide about its seats queue here."""
    stored = await TRAININGS.find(conn, "occasion", county, occasion, lock=True)
    if stored is None:
        return None
    reference = Reference(county=county, id=occasion)
    given = (await answers(conn, [reference])).get(reference, [])
    return Found(stored, {each.state.request: each for each in given})


async def keep(tx: Transaction, found: Found, decision: Decision) -> Stored:
    """What was decided is written, and published if this transaction commits; gives the occasion as it is then."""
    occasion = found.occasion
    if decision.occasion is not None:
        after = await TRAININGS.write(tx, decision.occasion, occasion)
        assert after is not None
        occasion = after
    for answer in decision.answers:
        await ENROLMENTS.write(tx, answer, found.answers.get(answer.request))
    return occasion


async def plan(conn: asyncpg.Connection, occasion: UUID, decision: Decision) -> None:
    """When the clock brings something next, it is looked at. Not for what is due itself: that says so by its answer."""
    if decision.due is not None:
        await due.plan(conn, DECIDE, occasion, decision.due)
