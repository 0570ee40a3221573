"""The stream `meetings`: the meetings to which the counties invite each other. Their answers are in `invitations`.

Each event carries the aggregate's whole shared state. Nobody is named: an invitee is a contact function of an actor,
and a random id that means it at one meeting and nowhere else. Who holds the function, and how it is reached, stays
with its county. Partners never read this stream.
"""

from typing import Annotated, Self
from uuid import UUID

from pydantic import ValidationInfo, model_validator

from shared.contracts.actors import PolicyAreas
from shared.contracts.asking import Reference
from shared.contracts.codes import ActorLevel, FunctionCode, MethodComponent
from shared.contracts.event import READER, Event, Shared, events_in
from shared.contracts.fields import Name, RandomId, WebAddress, as_list, for_writers, listed, text, within
from shared.contracts.meeting_codes import InviteeRole, MeetingForm, MeetingStatus, Presence, SharedKind
from shared.contracts.prose import NOT_SENSITIVE
from shared.contracts.times import Day, Instant
from shared.contracts.training_codes import MandateArea

MOST_INVITEES = 500
"""Of one meeting: a network has at most as many members."""
ZONES = ("Europe/Stockholm",)

MOST_CHANGES = 9_999
MeetingSequence = Annotated[int, within(0, MOST_CHANGES)]


def _published(status: MeetingStatus) -> MeetingStatus:
    if status is MeetingStatus.DRAFT:
        raise ValueError("a draft stays in its county")
    return status


PublishedStatus = Annotated[MeetingStatus, for_writers(_published)]


class MeetingTime(Shared):
    """All that may be known of a meeting without its participants: its title, and when it begins and ends.

    Minutes are circulated under the title, so nothing may be in it that may not be in them.
    """

    title: Annotated[Name, NOT_SENSITIVE]
    starts_at: Instant
    ends_at: Instant
    time_zone: Annotated[str, listed(ZONES, f"one of {', '.join(ZONES)}")] = ZONES[0]

    @model_validator(mode="after")
    def _in_order(self, info: ValidationInfo) -> Self:
        if info.context != READER and self.ends_at <= self.starts_at:
            raise ValueError(f"ends_at {self.ends_at} does not lie after starts_at {self.starts_at}")
        return self


class AgendaItem(Shared):
    """An item of the agenda. Its number is its place."""

    title: Name
    minutes: Annotated[int, within(1, 1_440)] | None = None
    presenter: FunctionCode | None = None


class MeetingDetails(MeetingTime):
    """All that its host says of a meeting, but for its kind and its invitees.

    ``answer_by`` is the day until which answers are wanted. Meetings of one ``series`` have the same random id there.
    ``network`` is the one whose members meet.
    """

    purpose: Annotated[str, text(500)] | None = None
    level: ActorLevel
    organiser: FunctionCode
    form: MeetingForm
    place: Annotated[str, text(200)] | None = None
    url: WebAddress | None = None
    agenda: Annotated[tuple[AgendaItem, ...], as_list(50, "items")] = ()
    policy_areas: PolicyAreas = ()
    mandate_area: MandateArea | None = None
    method_component: MethodComponent | None = None
    answer_by: Day | None = None
    series: RandomId | None = None
    network: Reference | None = None


class InviteeDetails(Shared):
    """A contact function of an actor that is invited, and its role at the meeting."""

    actor: Reference
    contact_function: UUID
    role: InviteeRole = InviteeRole.PARTICIPANT


class Invitee(InviteeDetails):
    """An invitee by the id that it has at this meeting alone. The county that owns the actor answers for it."""

    id: RandomId


class PresenceMark(Shared):
    """Whether an invitee came."""

    invitee: RandomId
    presence: Presence


Invitees = Annotated[tuple[Invitee, ...], as_list(MOST_INVITEES, "invitees")]
PresenceMarks = Annotated[tuple[PresenceMark, ...], as_list(MOST_INVITEES, "marks")]


class Meeting(MeetingDetails, Event, stream="meetings"):
    """A meeting that all counties see. ``sequence`` goes up when the invitees are asked anew, as in iCalendar."""

    kind: SharedKind
    invitees: Invitees
    status: PublishedStatus = MeetingStatus.INVITED
    sequence: MeetingSequence = 0
    attendance: PresenceMarks = ()

    @model_validator(mode="after")
    def _each_once(self, info: ValidationInfo) -> Self:
        ids = {each.id for each in self.invitees}
        if info.context != READER and not 0 < len(ids) == len(self.invitees):
            raise ValueError("a meeting has at least one invitee, and each of them once")
        return self


class MeetingInvited(Meeting, version=1):
    """The invitees are asked to a meeting, or to one that was postponed and has its new time."""


class MeetingChanged(Meeting, version=1):
    """Something about a meeting has changed, but neither time nor place: answers stay."""


class MeetingMoved(Meeting, version=1):
    """A meeting has another time, place or online address. All are asked anew."""


class MeetingConfirmed(Meeting, version=1):
    """The host has decided that the meeting takes place."""


class MeetingPostponed(Meeting, version=1):
    """A meeting is not held at its time; another one will be told."""


class MeetingCancelled(Meeting, version=1):
    """A meeting is not held. It stays readable."""


class MeetingHeld(Meeting, version=1):
    """A meeting has been held, and it is recorded who came."""


class MeetingClosed(Meeting, version=1):
    """Nothing about a meeting changes any more."""


class CollaborationMeeting(MeetingTime, Event, stream="meetings"):
    """A collaboration meeting (samverkansmöte): the others see when it is, and not who meets."""

    status: PublishedStatus = MeetingStatus.INVITED
    sequence: MeetingSequence = 0


class CollaborationAnnounced(CollaborationMeeting, version=1):
    """A county holds a collaboration meeting."""


class CollaborationChanged(CollaborationMeeting, version=1):
    """Title, time or status of a collaboration meeting has changed."""


EVENTS = events_in(globals())
