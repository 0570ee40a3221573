"""A host says who came to a meeting, and so that it has been held; also who came without being invited."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_hosting as calls
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.lists import Option
from services.workspace.pages import picking
from services.workspace.pages.meetings import function_word, place_of
from services.workspace.pages.stepping import ways
from services.workspace.sending import FormError, errors_of, first, key_again, key_of, status_of, version_of
from services.workspace.shown_hosting import HostedMeeting, invited
from services.workspace.shown_meetings import ShownInvitee
from services.workspace.words import capital
from shared.contracts.reference.meetings import TERMS

PRESENCE = [Option(code, capital(term.swedish)) for code, term in TERMS["Presence"].items()]
BY_ANSWER = {"ACCEPTED": "ATTENDED", "DELEGATED": "ATTENDED", "DECLINED": "ABSENT_WITH_NOTICE"}
"""Proposed by the answer where nothing is recorded yet."""
APPROVER = "justerare"


@dataclass(frozen=True, slots=True)
class PresenceLine:
    """An invitee, whether it came, and whether it approves the minutes."""

    invitee: ShownInvitee
    presence: str
    approves: bool


async def ask(visit: Visit) -> Response:
    """Who came, as far as is recorded; else as was answered. Before the meeting begins, its page."""
    meeting = await calls.hosted(visit.site.interface, visit.token, *visit.named())
    if "narvaro" not in ways(visit, meeting):
        return RedirectResponse(visit.request.url.path.rpartition("/")[0], 303)
    return await _show(visit, meeting, {}, [], 200)


async def send(visit: Visit) -> Response:
    """The presence is recorded, in the version of the meeting that its user has seen."""
    form = await form_of(visit.request)
    seen, meeting = version_of(form), await calls.hosted(visit.site.interface, visit.token, *visit.named())
    if picking.SEARCH in form:
        return await _show(visit, meeting, form, [], 200)
    try:
        wish = _wish(meeting, form)
        await calls.hold(visit.site.interface, visit.token, key_of(form), *visit.named(), wish, seen)
    except (CallRefused, CountyAway) as failed:
        errors = errors_of(failed, (), visit.site.words.has, "hosting")
        return await _show(visit, meeting, form, errors, status_of(failed))
    return RedirectResponse(f"/moten/{meeting.county}/{meeting.id}?klart=narvaro", 303)


def _wish(meeting: HostedMeeting, form: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """The marks, and those who came in another role than they were invited in, or without an invitation."""
    marks = {each.id: first(form, each.id) for each in meeting.invitees}
    approvers, known = form.get(APPROVER, []), picking.names(meeting)
    came = [picking.invitee(name, role) for name, role in picking.chosen(form).items() if name not in known]
    for each in meeting.invitees:
        if (each.id in approvers) != (each.role == "APPROVER") and marks[each.id] == "ATTENDED":
            came.append(invited(each, "APPROVER" if each.id in approvers else "PARTICIPANT"))
    codes = {each.code for each in PRESENCE}
    attendance = [{"invitee": identity, "presence": mark} for identity, mark in marks.items() if mark in codes]
    return {"attendance": attendance, "came": came}


async def _show(
    visit: Visit,
    meeting: HostedMeeting,
    form: Mapping[str, Sequence[str]],
    errors: Sequence[FormError],
    status: int,
) -> Response:
    known, recorded = picking.names(meeting), {each.invitee: each.presence for each in meeting.attendance}
    approvers = form.get(APPROVER, [])
    added = await picking.added(visit, form, known)
    again = status == 503 or picking.SEARCH in form
    return visit.page(
        "meeting_presence.html",
        status,
        meeting=meeting,
        lines=[
            PresenceLine(
                each,
                first(form, each.id) if form else recorded.get(each.id, BY_ANSWER.get(each.state, "")),
                each.id in approvers if form else each.role == "APPROVER",
            )
            for each in sorted(meeting.invitees, key=place_of)
        ],
        presence=PRESENCE,
        added=added,
        found=await picking.found(visit, form, [*known, *(each.name for each in added)]),
        roles=picking.ROLES,
        counties=visit.site.county_options,
        search=first(form, "sok"),
        county=first(form, "lan"),
        function=function_word,
        version=first(form, "version") if again else str(meeting.version),
        errors=errors,
        key=key_again(form, status),
    )
