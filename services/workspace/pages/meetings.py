"""Meetings: those to come, and one of them with its agenda and the answers of its invitees."""

from starlette.responses import Response

from services.workspace import calls_meetings as calls
from services.workspace.guard import Visit
from services.workspace.lists import filter_of, is_cursor, options
from services.workspace.sections import notices
from services.workspace.shown_meetings import ShownInvitee
from shared.contracts.reference import FUNCTIONS
from shared.contracts.reference.meetings import TERMS
from shared.swedish import sort_key

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
        freshness=notices([page.counties], visit.site.county.name, visit.site.now()),
    )


async def show_one(visit: Visit) -> Response:
    """A meeting. Its invitees are functions, in Swedish order."""
    meeting = await calls.meeting(visit.site.interface, visit.token, *visit.named())
    return visit.page(
        "meeting.html",
        meeting=meeting,
        form=TERMS["MeetingForm"][meeting.form].swedish if meeting.form in TERMS["MeetingForm"] else "",
        function=function_word,
        role=_role,
        invitees=sorted(meeting.invitees, key=_place),
    )


def function_word(code: str | None) -> str:
    """The word for a function; the code itself if this version has none, nothing without one."""
    term = FUNCTIONS.get(code or "")
    return term.swedish if term else code or ""


def _role(code: str) -> str:
    """The part in the meeting, if it is another one than to take part."""
    term = TERMS["InviteeRole"].get(code)
    return term.swedish if term and code != "PARTICIPANT" else ""


def _place(each: ShownInvitee) -> tuple[object, ...]:
    return sort_key(function_word(each.function)), sort_key(each.actor_name or ""), each.id
