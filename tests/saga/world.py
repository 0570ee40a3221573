"""Four counties and a network that delays, repeats, reorders and loses events."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from services.trainings.domain.occasion import register
from services.trainings.domain.training import publish
from shared.contracts.trainings import Occasion, OccasionDetails, TrainingDetails
from tests.saga.county import County, Published
from tests.support.contexts import COUNTIES
from tests.unit.trainings.given import OCCASION, OPENS, RELEASE, TRAINING

NAMES = tuple(COUNTIES)
HOSTS = NAMES[:2]
MOST_ROUNDS = 100


@dataclass(frozen=True)
class Letter:
    """An event under way to one county."""

    receiver: str
    published: Published


class World:
    def __init__(self, kind: type[County] = County, start: datetime = OPENS) -> None:
        self.on_the_way: list[Letter] = []
        self.lost: list[Letter] = []
        self.ids = 0
        self.counties = {name: kind(name, self._send, start) for name in NAMES}

    @property
    def latest(self) -> datetime:
        """The time on the clock that is furthest ahead."""
        return max(county.now for county in self.counties.values())

    def county(self, place: int) -> County:
        return self.counties[NAMES[place]]

    def new_id(self) -> UUID:
        """A random-looking id that is the same in every run."""
        self.ids += 1
        return UUID(int=uuid5(UUID(int=0), str(self.ids)).int, version=4)

    def open(self, host: str, seats: int, reserved: Iterable[tuple[str, int]]) -> None:
        """Register an occasion of the host, and tell all counties."""
        county, identity = self.counties[host], self.new_id()
        training = publish(TrainingDetails(**TRAINING), identity, county.context)
        kept = [{"county": name, "seats": number} for name, number in reserved]
        times = {"reserved": kept, "release_at": RELEASE if kept else None}
        details = OccasionDetails(training=identity, **OCCASION | times | {"seats": seats})
        county.write(register(details, training, self.new_id(), county.context))
        county.look_at_the_clock()
        self.deliver_all()

    def occasions(self) -> list[Occasion]:
        return [occasion for host in HOSTS for occasion in self.counties[host].own(Occasion)]

    def deliver(self, place: int, copies: int = 1) -> None:
        """Deliver some event ``copies`` times, unless its sender or receiver is away."""
        if not self.on_the_way:
            return
        letter = self.on_the_way.pop(place % len(self.on_the_way))
        sender, receiver = self.counties[letter.published.event.county], self.counties[letter.receiver]
        if sender.away or receiver.away:
            self.on_the_way.append(letter)
            return
        for _ in range(copies):
            receiver.receive(letter.published)

    def lose(self, place: int) -> None:
        """Lose some event until it is published again."""
        if self.on_the_way:
            self.lost.append(self.on_the_way.pop(place % len(self.on_the_way)))

    def publish_lost(self) -> None:
        """Send every lost event again."""
        self.on_the_way += self.lost
        self.lost = []

    def deliver_all(self) -> None:
        """Deliver everything, with its consequences."""
        for _ in range(MOST_ROUNDS * len(NAMES)):
            letters, self.on_the_way = self.on_the_way, []
            if not letters:
                return
            for letter in letters:
                self.counties[letter.receiver].receive(letter.published)
        raise AssertionError("counties go on answering each other without an end")

    def become_quiet(self, now: datetime | None = None) -> None:
        """Bring all counties back, deliver everything, and set every clock to the same moment."""
        latest = max(self.latest, now or self.latest)
        self.publish_lost()
        for county in self.counties.values():
            county.away = False
            county.now = latest
        for _ in range(MOST_ROUNDS):
            self.deliver_all()
            for county in self.counties.values():
                county.look_at_the_clock()
            if not self.on_the_way:
                return
        raise AssertionError("the clock brings something new for ever")

    def pass_time(self, time: timedelta) -> None:
        for county in self.counties.values():
            county.now += time

    def _send(self, published: Published) -> None:
        self.on_the_way += [Letter(name, published) for name in NAMES if name != published.event.county]
