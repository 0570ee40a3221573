"""The answers of an invitee's county, and which of them count.

An answer is to a sequence of the meeting, and counts while the meeting has the same. The county acknowledges every
version of a meeting (docs/protocol.md, Q1): so the host sees which one has been received, and who was asked anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from services.meetings.domain.ids import answer_id
from services.meetings.domain.life import OPEN, RSVP, MeetingCause
from services.meetings.domain.plan import AnyMeeting, HomeMeeting
from shared.contracts.actors import Actor
from shared.contracts.asking import Answering, Recency, Reference, RequestVersion, awaits_answer
from shared.contracts.codes import ActorSector, ActorType, FunctionCode
from shared.contracts.context import DecisionContext
from shared.contracts.event import Shared
from shared.contracts.invitations import InvitationAnswer, InvitationAnswered, InvitationReceived, InviteeAnswer
from shared.contracts.meeting_codes import Rsvp
from shared.contracts.meetings import Invitee, Meeting, MeetingSequence
from shared.rejected import Rejected

_CAUSES = {
    Rsvp.ACCEPTED: MeetingCause.ACCEPTS,
    Rsvp.DECLINED: MeetingCause.DECLINES,
    Rsvp.TENTATIVE: MeetingCause.HESITATES,
    Rsvp.DELEGATED: MeetingCause.DELEGATES,
}


class GivenAnswer(Shared):
    """An answer as somebody gives it: to the ``sequence`` that was read."""

    state: Rsvp
    delegated_to: FunctionCode | None = None
    sequence: MeetingSequence


@dataclass(frozen=True, slots=True)
class Answerer:
    """Who answers: a coordinator of the county, of one of its municipalities, or the police."""

    coordinator: bool
    municipality: str | None
    police: bool

    def may_answer_for(self, actor: Actor) -> bool:
        """Whether it answers for the functions of this actor of its county."""
        own = actor.sector is ActorSector.MUNICIPALITY and actor.municipality == self.municipality
        return (
            self.coordinator
            or (self.police and actor.type is ActorType.POLICE)
            or (self.municipality is not None and own)
        )

    def hosts(self, meeting: AnyMeeting) -> bool:
        """Whether it may see and change a meeting of its county whole: its own municipality's, or the county's."""
        return (meeting.municipality or "" if isinstance(meeting, HomeMeeting) else "") in self.homes

    @property
    def homes(self) -> list[str]:
        """For whom it hosts meetings: a municipality by its code, the county by an empty one."""
        return [*([""] if self.coordinator else []), *([self.municipality] if self.municipality else [])]


def reference_of(meeting: AnyMeeting) -> Reference:
    """The meeting as its answers name it."""
    return Reference(county=meeting.county, id=meeting.id)


def age_of(meeting: Meeting, epoch: int, version: int, county: str) -> Recency:
    """The age by which ``county`` acknowledges this version of a meeting.

    A meeting of the own county is acknowledged in the same database, so no epoch tells the two apart.
    """
    return (0 if meeting.county == county else epoch), version


def acknowledge(
    meeting: Meeting, age: Recency, before: InvitationAnswer | None, county: str
) -> InvitationReceived | None:
    """The county has received this version; None if it invites nobody of the county's, or if it was seen before.

    Who was asked for the same sequence keeps the answer. In a new epoch of the host it may have forgotten a move, and
    have given its number to another one: then everybody is asked anew.
    """
    mine = [each.id for each in meeting.invitees if each.actor.county == county]
    if not awaits_answer(age, before) or (before is None and not mine):
        return None
    epoch, version = age
    same = before is not None and before.sequence == meeting.sequence
    if before is not None and before.answers.epoch != epoch and meeting.status in OPEN:
        same = False
    kept = {each.id: each for each in before.invitees} if same and before else {}
    reference = reference_of(meeting)
    return InvitationReceived(
        id=answer_id(reference, county),
        county=county,
        meeting=reference,
        answers=RequestVersion(epoch=epoch, version=version),
        sequence=meeting.sequence,
        invitees=tuple(kept.get(each) or InviteeAnswer(id=each, state=RSVP.first(MeetingCause.ASKED)) for each in mine),
    )


def check_newest(age: Recency, before: Answering | None) -> None:
    """Rejected where the county has answered a newer version than the one of this ``age``, which it knows now.

    So it is while a recovered or emptied database reads again what it had received: what was read there is over, and
    an answer to it would count as one to the newer version. An own aggregate is as its row says.
    """
    epoch, _ = age
    if before is not None and epoch and before.answers.recency > age:
        raise Rejected("read-again", "This county has seen a newer version, and is just reading it again: try soon.")


def answer(
    meeting: Meeting, invitee: Invitee, given: GivenAnswer, before: InvitationAnswer, context: DecisionContext
) -> InvitationAnswered | None:
    """The county answers for one of its invitees; None if it was so before. ``before`` has seen this meeting."""
    new = _answered(meeting, invitee, given, context)
    answers = tuple(_stepped(each, new) if each.id == invitee.id else each for each in before.invitees)
    return None if answers == before.invitees else InvitationAnswered(**dict(before) | {"invitees": answers})


def note(meeting: HomeMeeting, invitee: Invitee, given: GivenAnswer, context: DecisionContext) -> HomeMeeting | None:
    """The county notes an answer to a meeting that stays in it; None if it was so before."""
    new = _answered(meeting, invitee, given, context)
    others = tuple(each for each in meeting.answers if each.id != invitee.id)
    return None if new in meeting.answers else HomeMeeting(**dict(meeting) | {"answers": (*others, new)})


def invitee_of(meeting: AnyMeeting, identity: UUID) -> Invitee:
    """The invitee of that id; Rejected if there is none."""
    found = next((each for each in meeting.invitees if each.id == identity), None)
    if found is None:
        raise Rejected("not-found", "The meeting has no such invitee.")
    return found


def counted(meeting: AnyMeeting, epoch: int, answers: Mapping[str, InvitationAnswer]) -> dict[UUID, InviteeAnswer]:
    """The one answer that counts for each invitee: NEEDS_ACTION where there is none to this sequence.

    ``answers`` are by the county that gave them, ``epoch`` is that of the meeting's version.
    """
    if isinstance(meeting, HomeMeeting):
        given = {each.id: each for each in meeting.answers}
    else:
        given = {
            each.id: each
            for county, found in answers.items()
            if _counts(found, meeting, epoch)
            for each in found.invitees
            if county in {one.actor.county for one in meeting.invitees if one.id == each.id}
        }
    return {each.id: given.get(each.id) or InviteeAnswer(id=each.id) for each in meeting.invitees}


def _counts(answer: InvitationAnswer, meeting: Meeting, epoch: int) -> bool:
    asked = 0 if answer.county == meeting.county else epoch
    return answer.sequence == meeting.sequence and answer.answers.epoch == asked


def _answered(meeting: AnyMeeting, invitee: Invitee, given: GivenAnswer, context: DecisionContext) -> InviteeAnswer:
    if meeting.status not in OPEN:
        raise Rejected("not-open", f"The meeting is {meeting.status.lower()}; nobody is asked to answer.")
    if given.sequence != meeting.sequence:
        raise Rejected(
            "moved",
            f"The answer is to sequence {given.sequence}, and the meeting has {meeting.sequence}: read it again.",
            sequence=meeting.sequence,
        )
    if context.now >= meeting.starts_at:
        began = context.calendar.written_moment(meeting.starts_at)
        raise Rejected("begun", f"The meeting began {began}; the host records who came.")
    if given.state not in _CAUSES:
        raise Rejected("invalid-state", f"Answer one of {', '.join(_CAUSES)}.")
    if (given.state is Rsvp.DELEGATED) != (given.delegated_to is not None):
        raise Rejected(
            "invalid-delegated-to", "delegated_to names a function if the state is DELEGATED, and only then."
        )
    return InviteeAnswer(id=invitee.id, state=given.state, delegated_to=given.delegated_to)


def _stepped(before: InviteeAnswer, new: InviteeAnswer) -> InviteeAnswer:
    return new.model_copy(update={"state": RSVP.after(before.state, _CAUSES[new.state])})
