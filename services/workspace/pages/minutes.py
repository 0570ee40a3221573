"""Minutes of a meeting: what was decided and is to be done, who approves them; an approver says so there."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_meetings
from services.workspace import calls_minutes as calls
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.pages.meetings import function_word, place_of
from services.workspace.roles import ANSWERERS
from services.workspace.sections import section
from services.workspace.sending import FormError, errors_of, first, key_again, key_of, new_key, status_of, version_of
from services.workspace.shown_meetings import MeetingDetail, ShownInvitee
from services.workspace.shown_minutes import ShownApproval, ShownMinutes
from services.workspace.speaking import speaks_for
from services.workspace.words import capital
from shared.contracts.reference.minutes import TERMS

DONE = ("justerat", "invant", "skickat", "rattat")
"""The sentences that say what was done, by the word in the address."""
VERDICTS = ("APPROVED", "OBJECTED")


@dataclass(frozen=True, slots=True)
class ApproverLine:
    """An approver with the verdict on this revision; ``form``: the user speaks for it, with what was typed."""

    approval: ShownApproval
    who: ShownInvitee | None
    form: bool
    verdict: str
    reason: str
    version: str
    key: str


async def show(visit: Visit) -> Response:
    """The minutes; for an approver that is the user's, the form to approve them or to object."""
    return await _show(visit, {}, [], 200)


async def decide(visit: Visit) -> Response:
    """The approver approves the version that its user has read, or objects to it and says why."""
    form = await form_of(visit.request)
    (county, identity), approver = visit.named(), str(visit.request.path_params["approver"])
    verdict, seen, reason = first(form, "verdict"), version_of(form), " ".join(first(form, "reason").split())
    if verdict not in VERDICTS:
        return await _show(visit, form, [FormError("field.verdict", f"verdict-{approver}")], 422)
    if verdict == "OBJECTED" and not reason:
        return await _show(visit, form, [FormError("field.reason", f"reason-{approver}")], 422)
    try:
        said = visit.site.interface, visit.token, key_of(form), county, (await _minutes(visit)).id, approver, seen
        await (calls.approve(*said) if verdict == "APPROVED" else calls.object_to(*said, reason))
    except (CallRefused, CountyAway) as failed:
        errors = errors_of(failed, ("reason",), visit.site.words.has, "minutes")
        errors = [FormError(each.key, f"reason-{approver}" if each.field else None) for each in errors]
        return await _show(visit, form, errors, status_of(failed))
    done = "justerat" if verdict == "APPROVED" else "invant"
    return RedirectResponse(f"/moten/{county}/{identity}/protokoll?klart={done}", 303)


async def _minutes(visit: Visit) -> ShownMinutes:
    """The minutes of the meeting in the address; CallRefused, as not found, if there are none."""
    found = await calls.minutes_of(visit.site.interface, visit.token, *visit.named())
    if not found:
        raise CallRefused(404, "not-found")
    return found[0]


async def _show(visit: Visit, form: Mapping[str, Sequence[str]], errors: Sequence[FormError], status: int) -> Response:
    interface, token, (county, identity) = visit.site.interface, visit.token, visit.named()
    minutes, meeting, items = await asyncio.gather(
        _minutes(visit),
        section(calls_meetings.meeting(interface, token, county, identity)),
        section(calls_meetings.items(interface, token, county=county, meeting=str(identity), progress="ANY")),
    )
    invitees = _invitees(meeting.content)
    lines = await asyncio.gather(
        *(_line(visit, minutes, each, invitees.get(each.invitee), form, status) for each in minutes.approvals)
    )
    done = visit.request.query_params.get("klart")
    return visit.page(
        "minutes.html",
        status,
        minutes=minutes,
        present=[each for each in invitees.values() if each.id in minutes.present],
        absent=[each for each in invitees.values() if each.id in minutes.absent],
        meeting=meeting,
        items=items,
        lines=lines,
        heading=f"{capital(_word('MinutesType', minutes.type))}: {minutes.title}",
        word=lambda code: capital(_word("Verdict", code)),
        verdicts=VERDICTS,
        function=function_word,
        errors=errors,
        done=f"minutes.done.{done}" if done in DONE else None,
    )


def _word(codes: str, code: str) -> str:
    return TERMS[codes][code].swedish if code in TERMS[codes] else code


def _invitees(meeting: MeetingDetail | None) -> dict[str, ShownInvitee]:
    return {each.id: each for each in sorted(meeting.invitees, key=place_of)} if meeting else {}


async def _line(
    visit: Visit,
    minutes: ShownMinutes,
    approval: ShownApproval,
    who: ShownInvitee | None,
    form: Mapping[str, Sequence[str]],
    status: int,
) -> ApproverLine:
    sent = form if approval.invitee == str(visit.request.path_params.get("approver")) else {}
    may = False
    if minutes.status == "CIRCULATED" and who is not None and visit.roles & ANSWERERS:
        may = bool((await section(speaks_for(visit, approval.county, who.actor.id))).content)
    return ApproverLine(
        approval,
        who,
        may,
        first(sent, "verdict") if sent else approval.verdict or "",
        first(sent, "reason") if sent else approval.reason or "",
        first(sent, "version") if sent and status == 503 else str(minutes.version),
        key_again(sent, status) if sent else new_key(),
    )
