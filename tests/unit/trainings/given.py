"""Counties, trainings, occasions and requests to start a test with; Jämtland is the host."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from services.trainings.domain import occasion as occasions
from services.trainings.domain import training as trainings
from services.trainings.domain.arrivals import Incoming
from services.trainings.domain.line import places
from services.trainings.domain.seats import Decision, Seating, decide
from shared import calendar
from shared.contracts.asking import Reference, RequestVersion
from shared.contracts.context import DecisionContext
from shared.contracts.enrolments import EnrolmentRequest, EnrolmentRequested, Participant, Seat, SeatAnswer
from shared.contracts.training_codes import SeatState, Wish
from shared.contracts.trainings import Occasion, OccasionDetails, OccasionRegistered, Training, TrainingDetails
from tests.support.contexts import decision_context

BD, AC, Z, Y = "norrbotten", "vasterbotten", "jamtland", "vasternorrland"


def at(day: int, month: int = 3, hour: int = 12, minute: int = 0, year: int = 2027) -> datetime:
    """A moment in Swedish time, in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=calendar.ZONE).astimezone(UTC)


OPENS, RELEASE, CLOSES = at(1, 2, 8), at(24, 3, 8), at(7, 4, 0)
STARTS, ENDS = at(8, 4, 13), at(8, 4, 16)
EARLY = at(1, 1)
OPEN_DAY = at(8, 3)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def context(now: datetime = OPEN_DAY, county: str = Z) -> DecisionContext:
    """The context of a decision."""
    return decision_context(county, now=now)


def identity(name: str) -> UUID:
    """A random-looking id for a name that only the test knows."""
    return UUID(int=uuid5(UUID(int=0), name).int, version=4)


TRAINING: dict[str, Any] = {
    "title": "Tillsammans mot illegala försändelser – grund",
    "goal": "Personal vet hur en misstänkt försändelse hanteras.",
    "mandate_area": "COMPETENCE",
    "level": "BASIC",
    "target_groups": ["POST_AGENT"],
    "trainers": ["TRAINER"],
    "routine_version": 3,
}
OCCASION: dict[str, Any] = {
    "starts_at": STARTS,
    "ends_at": ENDS,
    "form": "WEBINAR",
    "seats": 4,
    "open_for": [BD, AC, Z, Y],
    "opens_at": OPENS,
    "closes_at": CLOSES,
}
RESERVED = [{"county": name, "seats": 1} for name in (BD, AC, Z, Y)]


def training(**changes: Any) -> Training:
    """The training as published."""
    return trainings.publish(TrainingDetails(**TRAINING | changes), identity("training"), context(EARLY))


def details(**changes: Any) -> OccasionDetails:
    """The details of the occasion, with changes."""
    return OccasionDetails(training=identity("training"), **OCCASION | changes)


def registered(**changes: Any) -> OccasionRegistered:
    """The occasion as registered, before enrolment opens."""
    return occasions.register(details(**changes), training(), identity("occasion"), context(EARLY))


OCCASION_REFERENCE = Reference(county=Z, id=identity("occasion"))


def request(*names: str, county: str = Y, together: bool = False, wishes: Iterable[Wish] = ()) -> EnrolmentRequest:
    """A request for these participants, named by its first one."""
    wanted = [*wishes, *[Wish.SEAT] * len(names)]
    participants = tuple(
        Participant(id=identity(name), actor_type="POST_AGENT", function="POST_STAFF", wish=wish)
        for name, wish in zip(names, wanted, strict=False)
    )
    reference = identity(f"request of {names[0]}")
    return EnrolmentRequested(
        id=reference, county=county, occasion=OCCASION_REFERENCE, participants=participants, together=together
    )


@dataclass
class Host:
    """Jämtland with one occasion: its decisions and their result."""

    seating: Seating = field(default_factory=lambda: Seating(registered(), {}))
    now: datetime = OPEN_DAY
    versions: dict[UUID, int] = field(default_factory=dict)
    told: list[Decision] = field(default_factory=list)

    def ask(self, *names: str, county: str = Y, together: bool = False, wishes: Iterable[Wish] = ()) -> SeatAnswer:
        """Receive the next version of a request, and return its answer."""
        return self.receive(request(*names, county=county, together=together, wishes=wishes))

    def receive(self, incoming: EnrolmentRequest, version: int | None = None, withdrawn: bool = False) -> SeatAnswer:
        """Receive a version of a request, by default the next one, and return its answer."""
        self.versions[incoming.id] = version or self.versions.get(incoming.id, 0) + 1
        seen = RequestVersion(epoch=1, version=self.versions[incoming.id])
        arrived = Incoming(incoming, seen, withdrawn)
        self.take(decide(self.seating, context(self.now), arrived))
        return self.seating.answers[arrived.reference]

    def wait_until(self, now: datetime) -> Decision:
        """Set the clock to this moment, and decide."""
        self.now = now
        return self.take(decide(self.seating, context(now)))

    def change(self, occasion: Occasion) -> Decision:
        """Change the occasion, and let the seats follow."""
        self.seating = replace(self.seating, occasion=occasion)
        return self.take(decide(self.seating, context(self.now)))

    def take(self, decision: Decision) -> Decision:
        """Apply a decision."""
        answers = {answer.request: answer for answer in decision.answers}
        self.seating = Seating(decision.occasion or self.seating.occasion, {**self.seating.answers, **answers})
        self.told.append(decision)
        return decision

    def seat(self, name: str) -> Seat:
        """The seat of a participant."""
        seats = [seat for answer in self.seating.answers.values() for seat in answer.seats]
        return next(seat for seat in seats if seat.participant == identity(name))

    def states(self, *names: str) -> list[SeatState]:
        """The states of these participants."""
        return [self.seat(name).state for name in names]

    def place(self, name: str) -> int | None:
        """The participant's position in the waiting list."""
        return places(self.seating.answers.values()).get(identity(name))


def host(now: datetime = OPEN_DAY, **changes: Any) -> Host:
    """Jämtland with an occasion, with changes, on a day of open enrolment."""
    story = Host(Seating(registered(**changes), {}))
    story.wait_until(now)
    return story
