"""Meetings of four counties in any order of steps, on a network that reorders, repeats, loses and republishes."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from services.meetings.domain import answering, meeting
from services.meetings.domain.answering import GivenAnswer
from services.meetings.domain.ids import answer_id
from services.meetings.domain.plan import AnyMeeting, MeetingPlan
from shared.contracts.invitations import InvitationAnswer
from shared.contracts.meeting_codes import Rsvp
from shared.contracts.meetings import InviteeDetails, Meeting
from shared.rejected import Rejected
from tests.saga import invited
from tests.saga.invited import SAID, InvitedCounty
from tests.saga.story import ANY, WHO, Story
from tests.saga.world import World
from tests.unit.meetings.given import ACTORS, BEFORE, BOARDS, COORDINATOR, HOUR, STARTS, a_plan
from tests.unit.meetings.given import invited as functions_of

STATES = st.sampled_from([Rsvp.ACCEPTED, Rsvp.DECLINED, Rsvp.TENTATIVE])


class Invitations(Story):
    def __init__(self) -> None:
        super().__init__()
        SAID.clear()
        self.moves = 0
        self.world = World(InvitedCounty, BEFORE)

    @initialize(hosts=st.lists(WHO, min_size=1, max_size=2))
    def begin(self, hosts: list[int]) -> None:
        for host in hosts:
            self.call(host)
        self.world.deliver_all()

    @rule(host=WHO)
    def call(self, host: int) -> None:
        """Plan a meeting, and invite to it."""
        county, plan = self.county(host), self.plan(BOARDS)
        ids = [self.world.new_id() for _ in plan.invitees]
        draft = meeting.plan(plan, self.world.new_id(), ids, ACTORS, COORDINATOR, county.context)
        with suppress(Rejected):
            self.written(county, meeting.invite(draft, county.context))

    @rule(host=WHO, which=ANY)
    def move(self, host: int, which: int) -> None:
        for county, found in self.own(host, which):
            self.changed(county, found, starts_at=self.new_time(), ends_at=STARTS + 999 * HOUR)

    @rule(host=WHO, which=ANY, whom=st.integers(1, 4))
    def invite_others(self, host: int, which: int, whom: int) -> None:
        for county, found in self.own(host, which):
            self.changed(county, found, invitees=functions_of(*BOARDS[:whom]))

    @rule(host=WHO, which=ANY)
    def change_agenda(self, host: int, which: int) -> None:
        for county, found in self.own(host, which):
            self.moves += 1
            self.changed(county, found, agenda=[{"title": f"Punkt {self.moves}"}])

    @rule(host=WHO, which=ANY, step=st.sampled_from(["confirm", "postpone", "invite", "cancel", "hold"]))
    def step(self, host: int, which: int, step: str) -> None:
        for county, found in self.own(host, which):
            more: list[Any] = {"confirm": [], "cancel": [], "hold": [{}, county.context]}.get(step, [county.context])
            with suppress(Rejected):
                self.written(county, getattr(meeting, step)(found, *more))

    @rule(who=WHO, which=ANY, state=STATES)
    def answer(self, who: int, which: int, state: Rsvp) -> None:
        """Answer for an own function, to what this county has received."""
        county = self.county(who)
        known = [found for _, found in county.meetings() if any(_is_of(each, county) for each in found.invitees)]
        for found in known[which % len(known) :][:1] if known else []:
            (mine,) = [each for each in found.invitees if _is_of(each, county)]
            before = county.known[county.name, answer_id(answering.reference_of(found), county.name)].event
            assert isinstance(before, InvitationAnswer)
            given = GivenAnswer(state=state, sequence=found.sequence)
            with suppress(Rejected):
                event = answering.answer(found, mine, given, before, county.context)
                SAID.add((mine.id, state, found.starts_at))
                if event is not None:
                    county.write(event)

    @rule(host=WHO, which=ANY, who=WHO, state=STATES)
    def forget_a_move(self, host: int, which: int, who: int, state: Rsvp) -> None:
        """A move is answered and then forgotten by a restored host, whose next move comes before all else."""
        for county, found in self.own(host, which):
            version = county.known[county.name, found.id].version
            self.move(host, which)
            self.flow()
            for place in range(len(county.own(Meeting))):
                self.answer(who, place, state)
            self.flow()
            county.forget(version)
            self.move(host, which)
            self.world.on_the_way.reverse()

    @invariant()
    def what_is_shown_was_said(self) -> None:
        invited.always(self.world)

    def teardown(self) -> None:
        self.world.become_quiet()
        invited.always(self.world)
        invited.quiet(self.world)

    def own(self, host: int, which: int) -> list[tuple[InvitedCounty, Meeting]]:
        """One of the county's meetings, if it has any."""
        county = self.county(host)
        mine = county.own(Meeting)
        return [(county, mine[which % len(mine)])] if mine else []

    def new_time(self) -> Any:
        """A beginning that no other meeting has or had."""
        self.moves += 1
        return STARTS + self.moves * timedelta(minutes=1)

    def plan(self, boards: Any, **changes: Any) -> MeetingPlan:
        times = {"starts_at": self.new_time(), "ends_at": STARTS + 999 * HOUR}
        return a_plan(**{"invitees": functions_of(*boards), **times, **changes})

    def changed(self, county: InvitedCounty, found: Meeting, **changes: Any) -> None:
        """Change some of the meeting."""
        kept = {name: getattr(found, name) for name in MeetingPlan.model_fields if name != "invitees"}
        invitees = [InviteeDetails(**each.model_dump(exclude={"id"})) for each in found.invitees]
        plan = MeetingPlan.model_validate({**kept, "invitees": invitees, **changes})
        ids = [self.world.new_id() for _ in plan.invitees]
        with suppress(Rejected):
            self.written(county, meeting.change(plan, found, ids, ACTORS, county.context))

    def written(self, county: InvitedCounty, after: AnyMeeting | None) -> None:
        if after is not None:
            assert isinstance(after, Meeting)
            county.write(after)


def _is_of(invitee: InviteeDetails, county: InvitedCounty) -> bool:
    return invitee.actor.county == county.name
