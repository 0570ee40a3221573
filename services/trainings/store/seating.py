"""An own occasion with every answer given about it: the rows that the host decides on."""

from dataclasses import dataclass
from uuid import UUID

from services.trainings.domain.seats import Seating
from services.trainings.store.catalogue import OCCASIONS
from services.trainings.store.enrolments import answers_by_occasion
from shared.contracts.asking import Reference
from shared.contracts.enrolments import SeatAnswer
from shared.contracts.trainings import Occasion
from shared.runtime.aggregates import Stored
from shared.runtime.db import Connection


@dataclass(frozen=True, slots=True)
class StoredSeating:
    """The occasion and the answers, in their versions. Whoever has them holds the occasion's lock."""

    occasion: Stored[Occasion]
    answers: dict[Reference, Stored[SeatAnswer]]

    @property
    def seating(self) -> Seating:
        """Their states."""
        return Seating(self.occasion.state, {request: stored.state for request, stored in self.answers.items()})


async def lock(conn: Connection, county: str, occasion: UUID) -> StoredSeating | None:
    """The own occasion if there is one. All who decide about its seats queue here."""
    stored = await OCCASIONS.find(conn, county, occasion, lock=True)
    if stored is None:
        return None
    reference = Reference(county=county, id=occasion)
    given = (await answers_by_occasion(conn, [reference])).get(reference, [])
    return StoredSeating(stored, {each.state.request: each for each in given})
