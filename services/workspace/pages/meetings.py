"""Meetings: those to come, and the words of one of them."""

from starlette.responses import Response

from services.workspace import calls_meetings as calls
from services.workspace.guard import Visit
from services.workspace.lists import filter_of, is_cursor, options
from services.workspace.roles import HOSTS
from services.workspace.sections import notices
from services.workspace.shown_hosting import HostedMeeting
from services.workspace.shown_meetings import MeetingDetail, ShownInvitee
from shared.contracts.reference import FUNCTIONS
from shared.contracts.reference.meetings import TERMS
from shared.runtime.auth import Role
from shared.swedish import sort_key

MUNICIPAL = ("COUNCIL", "EST_WEEKLY", "DIALOGUE")
"""The kinds of meetings that municipalities hold. Nobody else than their hosts sees these."""
KINDS = {code: term.swedish for code, term in TERMS["MeetingKind"].items()}


async def show_list(visit: Visit) -> Response:
    """The meetings to come of all counties, by their time."""
    names = {county.name for county in visit.site.counties}
    chosen = filter_of(visit.request, lan=names.__contains__, slag=KINDS.__contains__, efter=is_cursor)
    query = chosen.query(lan="county", slag="kind", efter="cursor")
    page = await calls.meetings(visit.site.interface, visit.token, **query)
    return visit.page(
        "meetings.html",
        filter=chosen,
        page=page,
        counties=visit.site.county_options,
        kinds=options(KINDS),
        may_host=bool(visit.roles & HOSTS),
        freshness=notices([page.counties], visit.site.county.name, visit.site.now()),
    )


def function_word(code: str | None) -> str:
    """The word for a function; the code itself if this version has none, nothing without one."""
    term = FUNCTIONS.get(code or "")
    return term.swedish if term else code or ""


def role_word(code: str) -> str:
    """The part in the meeting, if it is another one than to take part."""
    term = TERMS["InviteeRole"].get(code)
    return term.swedish if term and code != "PARTICIPANT" else ""


def form_word(code: str) -> str:
    """Where people meet; nothing of a meeting of which only the time is known."""
    term = TERMS["MeetingForm"].get(code)
    return term.swedish if term else ""


def place_of(each: ShownInvitee) -> tuple[object, ...]:
    """Where an invitee stands in a list: functions in Swedish order, then actors."""
    return sort_key(function_word(each.function)), sort_key(each.actor_name or ""), each.id


def hosts(visit: Visit, meeting: MeetingDetail | HostedMeeting) -> bool:
    """Whether the user hosts the meeting."""
    host = Role.MUNICIPAL_COORDINATOR if meeting.kind in MUNICIPAL else Role.COUNTY_COORDINATOR
    return meeting.county == visit.site.county.name and host in visit.roles
