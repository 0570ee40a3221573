"""A simulated county that invites, is invited and answers, and the claims about what each county shows.

It does with the domain what the service does: each version of a meeting that it receives is acknowledged.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.meetings.domain import answering
from services.meetings.domain.answering import age_of, counted, reference_of
from services.meetings.domain.ids import answer_id
from services.meetings.domain.life import OPEN
from shared.contracts.asking import may_answer
from shared.contracts.event import Event
from shared.contracts.invitations import InvitationAnswer, InviteeAnswer
from shared.contracts.meeting_codes import MeetingStatus, Rsvp
from shared.contracts.meetings import Meeting
from tests.saga.county import County, Published
from tests.saga.world import World

SAID: set[tuple[UUID, Rsvp, datetime]] = set()
"""Each answer that somebody has given in this story: for whom, what, and to which time. No two moves have one time."""


@dataclass
class InvitedCounty(County):
    """A county as the service `meetings` sees it."""

    def receive(self, published: Published) -> None:
        """Apply an event as every county does; nothing that was cancelled comes back but from a restored host."""
        before = self.known.get(published.key)
        super().receive(published)
        after = self.known[published.key]
        if before is not None and is_cancelled(before) and not is_cancelled(after):
            assert after.epoch > before.epoch, "a cancelled meeting has come back"

    def look_at_the_clock(self) -> None:
        """Nothing is due."""

    def forget(self, version: int) -> None:
        """A restored database: every own aggregate is as it was in some version, in a new epoch."""
        self.epoch += 1
        for key in list(self.known):
            if key[0] == self.name:
                states = self.history[key]
                kept = min(version, len(states)) or 1
                self.known[key] = again = Published(self.epoch, kept, states[kept - 1])
                del states[kept:]
                self.publish(again)
        for published in list(self.known.values()):
            self._react(published)

    def write(self, event: Event) -> None:
        """Keep what was written, so that it can be forgotten."""
        self.history.setdefault((event.county, event.id), []).append(event)
        super().write(event)

    def __post_init__(self) -> None:
        self.history: dict[tuple[str, UUID], list[Event]] = {}

    def meetings(self) -> Iterator[tuple[Published, Meeting]]:
        """Every meeting that the county knows."""
        for published in list(self.known.values()):
            if isinstance(published.event, Meeting):
                yield published, published.event

    def answers(self, meeting: Meeting) -> dict[str, InvitationAnswer]:
        """The counties' answers, as far as this one knows."""
        asked = reference_of(meeting)
        epoch = self.known[meeting.county, meeting.id].epoch
        given = [(each.epoch, each.event) for each in self.known.values() if isinstance(each.event, InvitationAnswer)]
        return {
            each.county: each
            for known, each in given
            if each.meeting == asked and may_answer(each, known, asked, epoch)
        }

    def shown(self, published: Published, meeting: Meeting) -> dict[UUID, InviteeAnswer]:
        """The answer that counts for each invitee."""
        return counted(meeting, published.epoch, self.answers(meeting))

    def _react(self, published: Published) -> None:
        meeting = published.event
        if isinstance(meeting, Meeting):
            before = self.known.get((self.name, answer_id(reference_of(meeting), self.name)))
            answer = before.event if before else None
            assert answer is None or isinstance(answer, InvitationAnswer)
            age = age_of(meeting, published.epoch, published.version, self.name)
            event = answering.acknowledge(meeting, age, answer, self.name)
            if event is not None:
                self.write(event)


def is_cancelled(published: Published) -> bool:
    """Whether this is a meeting that is not held."""
    return isinstance(published.event, Meeting) and published.event.status is MeetingStatus.CANCELLED


def always(world: World) -> None:
    """At every moment: each invitee has one state, and an answer counts at the very time that it was given to."""
    for county in world.counties.values():
        assert isinstance(county, InvitedCounty)
        for published, meeting in county.meetings():
            shown = county.shown(published, meeting)
            assert list(shown) == [each.id for each in meeting.invitees], "somebody has no state, or two"
            if meeting.status in OPEN:
                for each in shown.values():
                    said = (each.id, each.state, meeting.starts_at)
                    assert each.state is Rsvp.NEEDS_ACTION or said in SAID, "an answer to another time counts"


def quiet(world: World) -> None:
    """With nothing under way: all counties know the same, and each has received the newest version."""
    first = world.county(0)
    assert isinstance(first, InvitedCounty)
    for county in world.counties.values():
        assert county.known == first.known, f"{county.name} knows something else"
    for published, meeting in first.meetings():
        answers = first.answers(meeting)
        for invitee in meeting.invitees:
            answer = answers[invitee.actor.county]
            seen = age_of(meeting, published.epoch, published.version, answer.county)
            assert answer.answers.recency == seen, "a county has not received the newest version"
            assert answer.sequence == meeting.sequence, "a county answers to an old sequence"
            (own,) = [each for each in answer.invitees if each.id == invitee.id]
            assert first.shown(published, meeting)[invitee.id] == own, "an answer has not arrived"
