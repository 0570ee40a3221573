"""A simulated county: its own aggregates, its read model of the others', and what it publishes.

It does with the domain what the service does: an own aggregate gets its next version and an event in one go, a read
model keeps the newest version, and a request for an own occasion is decided on when it comes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from services.trainings.domain import asking, seats
from services.trainings.domain.arrivals import Incoming
from services.trainings.domain.seats import Decision, Seating
from shared.contracts.asking import Recency, Reference, RequestVersion, awaits_answer, valid_answer
from shared.contracts.context import DecisionContext
from shared.contracts.enrolments import EnrolmentRequest, SeatAnswer
from shared.contracts.event import Event
from shared.contracts.trainings import Occasion
from tests.saga import truths
from tests.support.contexts import decision_context

Key = tuple[str, UUID]
Kind = TypeVar("Kind", bound=Event)


@dataclass(frozen=True)
class Published:
    """An event on its county's topic."""

    epoch: int
    version: int
    event: Event

    @property
    def key(self) -> Key:
        return self.event.county, self.event.id

    @property
    def recency(self) -> Recency:
        return self.epoch, self.version


@dataclass
class County:
    name: str
    publish: Callable[[Published], None]
    now: datetime
    epoch: int = 1
    away: bool = False
    known: dict[Key, Published] = field(default_factory=dict)

    @property
    def context(self) -> DecisionContext:
        return decision_context(self.name, now=self.now)

    def write(self, event: Event) -> None:
        """Keep and publish the next version of an own aggregate; act on it if it is our own request."""
        before = self.known.get((event.county, event.id))
        truths.written(before.event if before else None, event)
        published = Published(self.epoch, before.version + 1 if before else 1, event)
        self.known[published.key] = published
        self.publish(published)
        self._react(published)

    def receive(self, published: Published) -> None:
        """Apply an event to the read model if it is newer; answer a request for an own occasion."""
        before = self.known.get(published.key)
        if before is None or before.recency < published.recency:
            self.known[published.key] = published
        self._react(self.known[published.key])

    def restate(self, epoch: int) -> None:
        """Publish the present version of everything that this county owns, to the others alone."""
        self.epoch = epoch
        for published in [each for each in self.known.values() if each.event.county == self.name]:
            again = Published(epoch, published.version, published.event)
            self.known[published.key] = again
            self.publish(again)

    def look_at_the_clock(self) -> None:
        """Do everything due: for own occasions, and for own requests that ended long ago."""
        for occasion in self.own(Occasion):
            self.decide(occasion.id)
        for request in self.own(EnrolmentRequest):
            settled = asking.settle(request, self.occasion_of(request), self.now)
            if settled:
                self.write(settled)

    def decide(self, occasion: UUID, incoming: Incoming | None = None) -> None:
        seating = self.seating(occasion)
        self.take(seating, seats.decide(seating, self.context, incoming))

    def take(self, seating: Seating, decision: Decision) -> None:
        """Write a decision."""
        for event in (*([decision.occasion] if decision.occasion else []), *decision.answers):
            self.write(event)
        truths.decided(seating, decision, self.now)

    def seating(self, occasion: UUID) -> Seating:
        answers = {each.request: each for each in self.own(SeatAnswer) if each.occasion == occasion}
        found = self.known[self.name, occasion].event
        assert isinstance(found, Occasion)
        return Seating(found, answers)

    def answer_to(self, request: EnrolmentRequest) -> SeatAnswer | None:
        """The host's answer as this county knows it."""
        host = request.occasion.county
        reference = Reference(county=request.county, id=request.id)
        found = [each for each in self.all(SeatAnswer) if each.request == reference]
        return valid_answer(found[0] if found else None, host)

    def occasion_of(self, request: EnrolmentRequest) -> Occasion:
        found = self.known[request.occasion.county, request.occasion.id].event
        assert isinstance(found, Occasion)
        return found

    def is_waiting(self, request: EnrolmentRequest) -> bool:
        return asking.is_waiting(request, self.age_of(request), self.answer_to(request))

    def age_of(self, request: EnrolmentRequest) -> Recency:
        published = self.known[request.county, request.id]
        return asking.age_of(request, *published.recency)

    def own(self, kind: type[Kind]) -> list[Kind]:
        return [each for each in self.all(kind) if each.county == self.name]

    def all(self, kind: type[Kind]) -> list[Kind]:
        return [each.event for each in self.known.values() if isinstance(each.event, kind)]

    def _react(self, published: Published) -> None:
        request = published.event
        if not isinstance(request, EnrolmentRequest) or request.occasion.county != self.name:
            return
        reference = Reference(county=request.county, id=request.id)
        answer = self.seating(request.occasion.id).answers.get(reference)
        epoch, version = age = asking.age_of(request, *published.recency)
        if awaits_answer(age, answer):
            self.decide(request.occasion.id, Incoming(request, RequestVersion(epoch=epoch, version=version)))
