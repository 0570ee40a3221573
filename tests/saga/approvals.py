"""Minutes of two meetings in any order of steps, on a network that reorders, repeats, loses and republishes."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from services.meetings.domain import approvals, minutes
from services.meetings.domain.ids import approval_id
from services.meetings.domain.minutes import MinutesDraft, age_of, counts
from shared.contracts.asking import Reference
from shared.contracts.minutes import Minutes, MinutesApproval
from shared.contracts.minutes_codes import MinutesStatus
from shared.rejected import Rejected
from tests.saga.county import Published
from tests.saga.invited import InvitedCounty
from tests.saga.story import ANY, WHO, Story
from tests.saga.world import World
from tests.unit.meetings.given import BEFORE
from tests.unit.meetings.given_minutes import AC, details, meeting

SAID: set[tuple[UUID, UUID, str]] = set()
"""Which approver has approved which text of which minutes in this story. No two texts are the same."""


@dataclass
class ApprovingCounty(InvitedCounty):
    """A county that sends minutes, or approves them, as the service `meetings` does."""

    def receive(self, published: Published) -> None:
        """Apply an event; approved minutes change in no county, unless a restored host has forgotten that they are."""
        before = self.known.get(published.key)
        super().receive(published)
        after = self.known[published.key]
        if before is not None and is_approved(before) and before.event != after.event:
            assert after.epoch > before.epoch, "approved minutes have changed"

    def approvals_of(self, found: Minutes) -> dict[UUID, MinutesApproval]:
        """The newest of each approver, as far as this county knows."""
        reference = Reference(county=found.county, id=found.id)
        ids = {approval_id(reference, each.invitee): each for each in found.approvers}
        given = [each for each in self.all(MinutesApproval) if each.id in ids and each.county == ids[each.id].county]
        return {each.approver: each for each in given}

    def give(self, published: Published, reason: str | None) -> None:
        """Approve the version that is known here, or object to it."""
        found = published.event
        assert isinstance(found, Minutes)
        age = age_of(found, self.name, published.epoch, published.version)
        for approver in approvals.own_approvers(found, self.name):
            before = self.approvals_of(found).get(approver)
            event = approvals.give(found, age, approver, before, reason, self.context)
            if reason is None:
                SAID.add((found.id, approver, found.text))
            if event is not None:
                self.write(event)

    def _react(self, published: Published) -> None:
        approval = published.event
        if not isinstance(approval, MinutesApproval) or approval.minutes.county != self.name:
            return
        own = self.known.get((self.name, approval.minutes.id))
        if own is not None and isinstance(own.event, Minutes):
            event = minutes.approve(own.event, self.epoch, own.version, self.approvals_of(own.event))
            if event is not None:
                self.write(event)


def is_approved(published: Published) -> bool:
    """Whether these are minutes that nothing changes any more."""
    return isinstance(published.event, Minutes) and published.event.status is MinutesStatus.APPROVED


class Approvals(Story):
    def __init__(self) -> None:
        super().__init__()
        SAID.clear()
        self.texts = 0
        self.world = World(ApprovingCounty, BEFORE)

    @initialize(number=st.integers(1, 2))
    def begin(self, number: int) -> None:
        for _ in range(number):
            draft = MinutesDraft(self.world.new_id(), meeting().id, self.new_text())
            host = self.host
            host.write(minutes.circulate(draft, meeting(), {}, confirmed=True, context=host.context))
        self.world.deliver_all()

    @rule(which=ANY)
    def correct(self, which: int) -> None:
        mine = self.host.own(Minutes)
        with suppress(Rejected):
            before = mine[which % len(mine)]
            event = minutes.correct(self.new_text(), before, meeting(), {}, confirmed=True, context=self.host.context)
            assert event is not None
            self.host.write(event)

    @rule(who=WHO, which=ANY, objects=st.sampled_from([False, False, True]))
    def say(self, who: int, which: int, objects: bool) -> None:
        county = self.county(who)
        known = [each for each in county.known.values() if isinstance(each.event, Minutes)]
        for published in known[which % len(known) :][:1] if known else []:
            with suppress(Rejected):
                county.give(published, "Fel dag" if objects else None)

    @rule(which=ANY)
    def agree(self, which: int) -> None:
        """Every approver approves what it has received, and the host hears of it unless somebody is away."""
        self.flow()
        for who in range(4):
            self.say(who, which, objects=False)
        self.flow()

    @invariant()
    def what_is_approved_was_approved(self) -> None:
        """Each approver has approved the very text that some county shows as approved."""
        for county in self.world.counties.values():
            for found in county.all(Minutes):
                said = {(found.id, each.invitee, found.text) for each in found.approvers}
                assert found.status is not MinutesStatus.APPROVED or said <= SAID, "a text that nobody approved counts"

    def teardown(self) -> None:
        self.world.become_quiet()
        self.what_is_approved_was_approved()
        for county in self.world.counties.values():
            assert county.known == self.host.known, f"{county.name} knows something else"
        for published in [each for each in self.host.known.values() if isinstance(each.event, Minutes)]:
            found: Any = published.event
            given = self.host.approvals_of(found)
            now = (published.epoch, published.version)
            all_say_so = all(
                each.invitee in given and counts(given[each.invitee], found, *now) for each in found.approvers
            )
            assert not all_say_so, "all approve this version, and it is not approved"  # approving makes the next one

    @property
    def host(self) -> ApprovingCounty:
        found = self.world.counties[AC]
        assert isinstance(found, ApprovingCounty)
        return found

    def county(self, place: int) -> ApprovingCounty:
        found = self.world.county(place)
        assert isinstance(found, ApprovingCounty)
        return found

    def new_text(self) -> Any:
        self.texts += 1
        return details(text=f"Text {self.texts}", decisions=())
