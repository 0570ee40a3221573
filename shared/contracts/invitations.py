"""The stream `meetings`, second part: what each county answers for its own functions that are invited."""

from typing import Annotated, Self

from pydantic import ConfigDict, ValidationInfo, model_validator

from shared.contracts.asking import Reference, RequestVersion
from shared.contracts.codes import FunctionCode
from shared.contracts.event import READER, Event, Shared, events_in
from shared.contracts.fields import RandomId, as_list
from shared.contracts.meeting_codes import Rsvp
from shared.contracts.meetings import MOST_INVITEES, MeetingSequence


class InviteeAnswer(Shared):
    """The answer for one invitee; ``delegated_to`` is the function that comes instead."""

    model_config = ConfigDict(revalidate_instances="always")  # what was read as UNKNOWN is not written on

    id: RandomId
    state: Rsvp = Rsvp.NEEDS_ACTION
    delegated_to: FunctionCode | None = None

    @model_validator(mode="after")
    def _delegated(self, info: ValidationInfo) -> Self:
        if info.context != READER and (self.state is Rsvp.DELEGATED) != (self.delegated_to is not None):
            raise ValueError("delegated_to names a function if the state is DELEGATED, and only then")
        return self


class InvitationAnswer(Event, stream="meetings"):
    """A county's answers for its invitees to a meeting: every version of it is answered (docs/protocol.md, Q1).

    The answers are to ``sequence``, and count while the meeting has the same one.
    """

    meeting: Reference
    answers: RequestVersion
    sequence: MeetingSequence
    invitees: Annotated[tuple[InviteeAnswer, ...], as_list(MOST_INVITEES, "answers")]


class InvitationReceived(InvitationAnswer, version=1):
    """A county has received a version of a meeting. Whom it asks anew needs to answer again."""


class InvitationAnswered(InvitationAnswer, version=1):
    """Somebody has answered for an invitee."""


EVENTS = events_in(globals())
