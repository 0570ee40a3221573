"""The steps of people, clocks and networks in any order, and the claims checked after each and at the end."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.trainings.domain import asking, occasion, seats
from services.trainings.domain.asking import EnrolDetails
from services.trainings.domain.occasion import settles_at
from shared.contracts.asking import Reference
from shared.contracts.enrolments import EnrolmentRequest, SeatAnswer
from shared.contracts.training_codes import SeatState
from shared.contracts.trainings import Occasion, OccasionDetails
from shared.rejected import Rejected
from tests.saga import truths
from tests.saga.county import County
from tests.saga.world import HOSTS, NAMES, World
from tests.unit.trainings.given import CLOSES, DAY, OPENS, RELEASE, STARTS

WHO = st.integers(0, len(NAMES) - 1)
HOST = st.integers(0, len(HOSTS) - 1)
ANY = st.integers(0, 99)
SIZE = st.sampled_from([1, 1, 1, 2, 3])
MUCH = 40
"""Once so many ids are used, a story may end suddenly."""
AGENT = {"actor_type": "POST_AGENT", "function": "POST_STAFF"}
HOURS = st.sampled_from([1, 10, 30, 60, 24 * 7])
JUMPS = st.sampled_from([-72, -1, 1, 72])
SOON = timedelta(seconds=1)
Thing = TypeVar("Thing")


def chosen(things: list[Thing], which: int) -> list[Thing]:
    """A list with one of them, or without any."""
    return [things[which % len(things)]] if things else []


class Saga(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    @initialize(
        start=st.sampled_from([OPENS, RELEASE - 2 * DAY, CLOSES - 2 * DAY]),
        numbers=st.tuples(st.integers(1, 5), st.integers(1, 5)),
        kept=st.tuples(*[st.integers(0, 1)] * 4),
        askers=st.lists(st.tuples(WHO, ANY, SIZE, st.booleans()), min_size=4, max_size=10),
    )
    def begin(
        self,
        start: datetime,
        numbers: tuple[int, int],
        kept: tuple[int, ...],
        askers: list[tuple[int, int, int, bool]],
    ) -> None:
        """Set up two hosts with a waiting line each."""
        for county in self.world.counties.values():
            county.now = start
        reserved = [(name, each) for name, each in zip(NAMES, kept, strict=True) if each]
        for host, number in zip(HOSTS, numbers, strict=True):
            self.world.open(host, number, reserved if len(reserved) <= number else [])
        for asker in askers:
            self.ask(*asker)
            self.world.deliver_all()

    @rule(who=WHO, which=ANY, count=SIZE, together=st.booleans())
    def ask(self, who: int, which: int, count: int, together: bool) -> None:
        county, ids = self.world.county(who), [self.world.new_id() for _ in range(count)]
        for found in chosen(county.all(Occasion), which):
            reference = Reference(county=found.county, id=found.id)
            details = EnrolDetails(occasion=reference, participants=[AGENT] * count, together=together)
            with suppress(Rejected):
                county.write(asking.ask(details, found, self.world.new_id(), ids, county.context))

    @rule(who=WHO, which=ANY, size=SIZE)
    def ask_and_think_better_of_it(self, who: int, which: int, size: int) -> None:
        self.ask(who, which, size, together=False)
        self.cancel(who, -1)

    @precondition(lambda self: self.seen(SeatState.OFFERED))
    @rule(which=ANY)
    def accept(self, which: int) -> None:
        for county, request, offered in chosen(self.seen(SeatState.OFFERED), which):
            with suppress(Rejected):
                county.write(asking.accept(request, offered[:2], county.answer_to(request), county.context))

    @precondition(lambda self: self.seen(SeatState.OFFERED))
    @rule(which=ANY)
    def accept_too_late(self, which: int) -> None:
        """Let an offer lapse while its acceptance is under way."""
        for county, request, _ in chosen(self.seen(SeatState.OFFERED), which):
            self.accept(which)
            host = self.world.counties[request.occasion.county]
            host.now = max(host.now, county.now + timedelta(hours=24 * 7))
            host.look_at_the_clock()

    @precondition(lambda self: self.seen(SeatState.CONFIRMED, SeatState.OFFERED))
    @rule(which=ANY, everybody=st.booleans())
    def cancel_a_seat(self, which: int, everybody: bool) -> None:
        for county, request, seated in chosen(self.seen(SeatState.CONFIRMED, SeatState.OFFERED), which):
            self.cancelled(county, request, () if everybody else seated[-1:])

    @rule(who=WHO, which=ANY)
    def cancel(self, who: int, which: int) -> None:
        county = self.world.county(who)
        for request in chosen(county.own(EnrolmentRequest), which):
            self.cancelled(county, request, [request.participants[0].id])

    def cancelled(self, county: County, request: EnrolmentRequest, participants: Sequence[UUID]) -> None:
        with suppress(Rejected):
            event = asking.cancel(request, participants)
            if event:
                county.write(event)

    def seen(self, *states: SeatState) -> list[tuple[County, EnrolmentRequest, list[UUID]]]:
        """Each request whose asker has seen seats in one of these states, with their participants."""
        found = [
            (county, request, [seat.participant for seat in answer.seats if seat.state in states])
            for county in self.world.counties.values()
            for request in county.own(EnrolmentRequest)
            if not request.settled and (answer := county.answer_to(request))
        ]
        return [each for each in found if each[2]]

    @rule(which=HOST, number=st.integers(1, 6), later=st.sampled_from([0, 0, 0, 24]), shut=st.integers(0, 9))
    def change(self, which: int, number: int, later: int, shut: int) -> None:
        county = self.world.county(which)
        (found,) = county.own(Occasion)
        state = {name: getattr(found, name) for name in OccasionDetails.model_fields}
        moved = {name: state[name] + timedelta(hours=later) for name in ("starts_at", "ends_at")}
        if sum(each.seats for each in found.reserved) <= number:
            kept = {each.county for each in found.reserved} | {county.name}
            shut_out = {each.name for each in self.world.counties.values()} - kept if shut == 0 else set()
            open_for = [name for name in found.open_for if name not in shut_out]
            details = OccasionDetails(**state | moved | {"seats": number, "open_for": open_for})
            with suppress(Rejected):
                event = occasion.change(details, found, county.seating(found.id).held, county.context)
                if event:
                    county.write(event)
                    county.decide(found.id)

    @precondition(lambda self: self.world.ids > MUCH)
    @rule(which=HOST)
    def call_off(self, which: int) -> None:
        county = self.world.county(which)
        (found,) = county.own(Occasion)
        with suppress(Rejected):
            county.write(occasion.cancel(found, county.context))
            county.decide(found.id)

    @rule(which=HOST, answer=ANY)
    def turn_away(self, which: int, answer: int) -> None:
        county = self.world.county(which)
        for found in chosen(county.own(SeatAnswer), answer):
            seating, first = county.seating(found.occasion), found.seats[0].participant
            county.take(seating, seats.turn_away(seating, found.request, [first], county.context))

    def attend(self, came: bool) -> None:
        """Record every other participant as present, from the first or from the second."""
        for county in self.world.counties.values():
            for answer in county.own(SeatAnswer):
                seated = [seat.participant for seat in answer.seats if seat.state in truths.SITTING]
                marks = {participant: came ^ bool(number % 2) for number, participant in enumerate(seated)}
                event = seats.attend(answer, marks, county.seating(answer.occasion).occasion, county.context)
                if event:
                    county.write(event)

    @rule(places=st.lists(ANY, min_size=1, max_size=12))
    def deliver(self, places: list[int]) -> None:
        for place in places:
            self.world.deliver(place)

    @rule()
    def flow(self) -> None:
        """Deliver all events in order, with their consequences, except to counties that are away."""
        for _ in range(3 * len(self.world.on_the_way)):
            self.world.deliver(0)

    @rule(place=ANY)
    def repeat(self, place: int) -> None:
        self.world.on_the_way += chosen(self.world.on_the_way, place)

    @rule(place=ANY)
    def lose(self, place: int) -> None:
        self.world.lose(place)

    @rule()
    def publish_lost(self) -> None:
        self.world.publish_lost()

    @rule(who=WHO)
    def look_at_the_clock(self, who: int) -> None:
        self.world.county(who).look_at_the_clock()

    @precondition(lambda self: self.world.latest < STARTS)
    @rule(hours=HOURS)
    def pass_time(self, hours: int) -> None:
        self.world.pass_time(timedelta(hours=hours))

    @rule(who=WHO, hours=JUMPS)
    def jump(self, who: int, hours: int) -> None:
        self.world.county(who).now += timedelta(hours=hours)

    @rule(who=WHO)
    def go_away_or_come_back(self, who: int) -> None:
        county = self.world.county(who)
        county.away = not county.away

    @rule(who=WHO, restored=st.booleans())
    def restate(self, who: int, restored: bool) -> None:
        county = self.world.county(who)
        county.restate(county.epoch + restored)

    @invariant()
    def nothing_is_shown_that_was_not_answered(self) -> None:
        truths.always(self.world)

    def teardown(self) -> None:
        self.world.become_quiet()
        truths.quiet(self.world)
        occasions = self.world.occasions()
        self.world.become_quiet(max((each.starts_at for each in occasions), default=None))
        truths.begun(self.world)
        truths.quiet(self.world)
        self.attend(came=True)
        self.attend(came=False)
        self.world.become_quiet(max((settles_at(each) for each in occasions), default=None))
        truths.settled(self.world)
        truths.quiet(self.world)
