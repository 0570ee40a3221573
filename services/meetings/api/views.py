"""The models of answers: a meeting as this county may show it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import computed_field

from services.meetings.domain.answering import age_of, counted, reference_of
from services.meetings.domain.invitees import Actors, who_comes
from services.meetings.domain.plan import AnyMeeting, HomeMeeting
from services.meetings.store import actors
from services.meetings.store.answers import answers_to
from services.meetings.store.home import StoredMeeting
from shared import calendar
from shared.contracts.asking import awaits_answer
from shared.contracts.codes import FunctionCode
from shared.contracts.event import READER, CountyName
from shared.contracts.invitations import InvitationAnswer, InviteeAnswer
from shared.contracts.meeting_codes import MeetingForm, MeetingKind, MeetingStatus, Rsvp
from shared.contracts.meetings import Invitee, Meeting, MeetingDetails, MeetingTime, PresenceMark
from shared.contracts.reference.meetings import TERMS
from shared.links import identity as database
from shared.runtime.db import Connection
from shared.runtime.models import Versioned


class Placed(Versioned, MeetingTime):
    """The owner, the kind and the time of a meeting, with its time as a person reads it."""

    county: CountyName
    id: UUID
    kind: MeetingKind
    status: MeetingStatus
    sequence: int

    @computed_field
    def when(self) -> str:
        """Its time in Swedish."""
        return calendar.written(self.starts_at, self.ends_at)

    @computed_field
    def swedish(self) -> str:
        """Its kind and status in Swedish."""
        return f"{_word('MeetingKind', self.kind)}, {_word('MeetingStatus', self.status)}"


class ListedMeeting(Placed):
    """A meeting in a list. Of another county's collaboration meeting nothing but its time is known."""

    form: MeetingForm | None = None
    place: str | None = None
    url: str | None = None
    policy_areas: tuple[str, ...] = ()
    answer_by: str | None = None
    series: UUID | None = None


class InviteeView(Invitee):
    """An invitee with the answer that counts. ``received``: its county has received this very version.

    ``actor_name`` and ``function`` are as this county knows the actor, null if it does not. ``reachable``: it knows a
    shared mailbox of the function too, or of the one in ``delegated_to``. Without one its county tells it nothing by
    mail.
    """

    state: Rsvp
    delegated_to: FunctionCode | None
    received: bool
    actor_name: str | None
    function: FunctionCode | None
    reachable: bool
    swedish: str


class MeetingView(Placed, MeetingDetails):
    """A meeting in its version, with which its ETag begins. ``shared``: all counties see it."""

    shared: bool
    invitees: tuple[InviteeView, ...]
    attendance: tuple[PresenceMark, ...]


class AnnouncedView(Placed):
    """A collaboration meeting of another county: when it is, and not who meets."""


async def view(conn: Connection, stored: StoredMeeting, own: str) -> MeetingView:
    """The meeting as this county, ``own``, knows it."""
    (invitees,) = await invitees_of(conn, [stored], own)
    return MeetingView.model_validate(
        {
            **dict(stored.state),
            "version": stored.version,
            "shared": isinstance(stored.state, Meeting),
            "invitees": invitees,
        },
        extra="ignore",
        context=READER,
    )


async def invitees_of(conn: Connection, meetings: Sequence[StoredMeeting], own: str) -> list[tuple[InviteeView, ...]]:
    """The invitees of each meeting with the answers that count."""
    epoch = await database.epoch(conn)
    answers = await answers_to(conn, meetings)
    known = await actors.known(conn, [one.actor for each in meetings for one in each.state.invitees])
    result = []
    for stored in meetings:
        given = answers.get(reference_of(stored.state), {})
        asked = StoredMeeting(stored.state, stored.version, epoch if stored.state.county == own else stored.epoch)
        counts = counted(stored.state, asked.epoch, given)
        result.append(
            tuple(
                _invitee(each, counts[each.id], _received(asked, each, given), known) for each in stored.state.invitees
            )
        )
    return result


def _invitee(invitee: Invitee, answer: InviteeAnswer, received: bool, known: Actors) -> InviteeView:
    actor = known.get(invitee.actor)
    contact = (
        next((each for each in actor.contact_functions if each.id == invitee.contact_function), None) if actor else None
    )
    fields: dict[str, Any] = {
        **dict(invitee),
        "state": answer.state,
        "delegated_to": answer.delegated_to,
        "received": received,
        "actor_name": actor.name if actor else None,
        "function": contact.function if contact else None,
        "reachable": actor is not None and any(each.mailbox for each in who_comes(actor, invitee, answer)),
        "swedish": _word("Rsvp", answer.state),
    }
    return InviteeView.model_validate(fields, context=READER)


def _received(stored: StoredMeeting, invitee: Invitee, answers: Mapping[str, InvitationAnswer]) -> bool:
    meeting: AnyMeeting = stored.state
    if isinstance(meeting, HomeMeeting):
        return meeting.status is not MeetingStatus.DRAFT
    county = invitee.actor.county
    return not awaits_answer(age_of(meeting, stored.epoch, stored.version, county), answers.get(county))


def _word(codes: str, code: str) -> str:
    terms = TERMS[codes]
    return terms[code].swedish if code in terms else code
