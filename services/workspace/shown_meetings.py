"""Meetings and what follows from them in the county's interface, as far as pages show them."""

from datetime import date, datetime

from services.workspace.shown import FromCounty, ShownPage
from services.workspace.shown_minutes import ShownDecisionReference
from services.workspace.shown_trainings import ShownReference


class ShownMeeting(FromCounty):
    """A meeting of a list; ``when`` is its time in words, ``swedish`` its kind and status."""

    id: str
    county: str
    title: str
    when: str
    swedish: str
    status: str


class MeetingPage(ShownPage):
    """Meetings by their time."""

    items: list[ShownMeeting]


class ShownAgendaItem(FromCounty):
    """An item of the agenda."""

    title: str
    minutes: int | None = None
    presenter: str | None = None


class ShownInvitee(FromCounty):
    """A function that is invited; ``swedish`` is its answer. ``received``: its county has this version."""

    id: str
    actor: ShownReference
    contact_function: str
    actor_name: str | None = None
    function: str | None = None
    role: str
    state: str
    swedish: str
    delegated_to: str | None = None
    received: bool


class MeetingDetail(ShownMeeting):
    """A meeting with all that its page shows. Of others' collaboration meetings no more than their time is known.

    ``sequence`` is the one that an answer is to; a higher one than 0 says that time or place has changed.
    """

    version: int
    kind: str
    starts_at: datetime
    sequence: int
    purpose: str | None = None
    organiser: str = ""
    form: str = ""
    place: str | None = None
    url: str | None = None
    agenda: tuple[ShownAgendaItem, ...] = ()
    answer_by: date | None = None
    invitees: tuple[ShownInvitee, ...] = ()


class ShownInvitation(ShownMeeting):
    """An invitation for which the caller answers."""

    starts_at: datetime
    answer_by: date | None = None
    invitee: ShownInvitee


class InvitationPage(ShownPage):
    """Invitations by the time of their meetings."""

    items: list[ShownInvitation]


class ShownOwner(FromCounty):
    """The function that is to do something, of a county or of one of its actors."""

    county: str
    function: str
    actor: str | None = None


class ShownItem(FromCounty):
    """An action item; ``swedish`` is how far it is, ``due_swedish`` its day, and why that was moved.

    ``work`` is what its owner has said, also where the day has passed; ``status`` whether it is still to be done.
    """

    id: str
    county: str
    version: int
    status: str
    work: str | None = None
    text: str
    owner: ShownOwner
    meeting: str
    asked_due: date
    due_swedish: str
    decision: ShownDecisionReference | None = None
    progress: str
    swedish: str


class ItemPage(ShownPage):
    """Action items by the day they are due."""

    items: list[ShownItem]
