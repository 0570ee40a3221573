"""A host goes on with a meeting: it is invited to, confirmed, postponed, called off or closed, after a question."""

from collections.abc import Mapping, Sequence

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_hosting as calls
from services.workspace import calls_meetings
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.pages.meetings import hosts
from services.workspace.sending import FormError, errors_of, key_again, key_of, new_key, status_of, version_of
from services.workspace.shown_hosting import HostedMeeting
from services.workspace.shown_meetings import MeetingDetail
from shared.runtime.auth import Role

SHARED = ("NETWORK", "STEERING")
"""The kinds that all counties see whole: from these alone minutes are sent, and action items follow."""


STEPS = {
    "kalla": "invite",
    "bekrafta": "confirm",
    "skjut-upp": "postpone",
    "stall-in": "cancel",
    "avsluta": "close",
}
"""The county's word for a step, by the last one of its address."""
GRAVE = ("stall-in", "avsluta")
"""They cannot be undone."""
ASKED, PLANNED = ("INVITED", "CONFIRMED"), ("DRAFT", "INVITED", "CONFIRMED", "POSTPONED")
WAYS: Mapping[str, tuple[tuple[str, ...], bool | None]] = {
    "kalla": (("DRAFT", "POSTPONED"), False),
    "narvaro": ((*ASKED, "HELD"), True),
    "protokoll/utkast": (("HELD", "CLOSED"), True),
    "atgard": ((*ASKED, "POSTPONED", "HELD", "CLOSED"), None),
    "kallade": (PLANNED, False),
    "flytta": (PLANNED, False),
    "andra": (PLANNED, False),
    "bekrafta": (("INVITED",), False),
    "skjut-upp": (ASKED, False),
    "stall-in": (PLANNED, None),
    "avsluta": (("HELD",), True),
}
"""Where a host goes on, the likeliest first: in which states, and whether only before (False) or after it begins."""
FOLLOW_UP = ("protokoll/utkast", "atgard")


def ways(visit: Visit, meeting: MeetingDetail | HostedMeeting) -> list[str]:
    """The addresses under the meeting's at which its host goes on now."""
    if not hosts(visit, meeting):
        return []
    begun = meeting.status not in ("DRAFT", "POSTPONED") and visit.site.now() >= meeting.starts_at
    found = [word for word, (states, when) in WAYS.items() if meeting.status in states and when in (None, begun)]
    if not meeting.invitees:
        found = [word for word in found if word != "kalla"]
    follows = meeting.kind in SHARED and Role.COUNTY_COORDINATOR in visit.roles
    return [word for word in found if follows or word not in FOLLOW_UP]


async def ask(visit: Visit) -> Response:
    """Asks whether to take the step, and says what follows; where it cannot be taken, the meeting's page."""
    county, identity = visit.named()
    meeting = await calls_meetings.meeting(visit.site.interface, visit.token, county, identity)
    if _word(visit) not in ways(visit, meeting):
        return RedirectResponse(f"/moten/{county}/{identity}", 303)
    return _show(visit, meeting, [], new_key(), 200, meeting.version)


async def take(visit: Visit) -> Response:
    """The step is taken in the version that its user has seen."""
    form = await form_of(visit.request)
    (county, identity), seen, word = visit.named(), version_of(form), _word(visit)
    try:
        await calls.step(visit.site.interface, visit.token, key_of(form), county, identity, STEPS[word], seen)
    except (CallRefused, CountyAway) as failed:
        errors, status = errors_of(failed, (), visit.site.words.has, "hosting"), status_of(failed)
        meeting = await calls_meetings.meeting(visit.site.interface, visit.token, county, identity)
        version = seen if status == 503 else meeting.version
        return _show(visit, meeting, errors, key_again(form, status), status, version)
    return RedirectResponse(f"/moten/{county}/{identity}?klart={word}", 303)


def _word(visit: Visit) -> str:
    return visit.request.url.path.rpartition("/")[2]


def _show(
    visit: Visit, meeting: MeetingDetail, errors: Sequence[FormError], key: str, status: int, version: int
) -> Response:
    return visit.page(
        "meeting_step.html",
        status,
        meeting=meeting,
        step=_word(visit),
        grave=_word(visit) in GRAVE,
        back=f"/moten/{meeting.county}/{meeting.id}",
        version=version,
        errors=errors,
        key=key,
    )
