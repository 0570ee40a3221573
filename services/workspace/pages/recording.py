"""A host writes minutes, the text and the decisions with their numbers, and corrects them until they are approved."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_hosting, calls_minutes
from services.workspace import calls_recording as calls
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.lists import Option, is_day
from services.workspace.pages.decision_rows import DecisionRow, is_decision, rows_of
from services.workspace.pages.findings import TextFinding, findings
from services.workspace.pages.stepping import ways
from services.workspace.sending import FormError, errors_of, first, key_again, key_of, status_of, version_of
from services.workspace.shown_hosting import HostedMeeting
from services.workspace.shown_minutes import ShownMinutes
from services.workspace.shown_recording import ShownMinutesDraft
from services.workspace.words import capital
from shared.calendar import day_of
from shared.contracts.reference.minutes import TERMS

TYPES = [Option(code, capital(term.swedish)) for code, term in TERMS["MinutesType"].items()]
MORE = 3
"""So many empty lines for decisions are shown."""
AT = {
    "invalid-approve-by": "approve_by",
    "unconfirmed": "confirmed",
    "decisions": "decision",
    "decisions.text": "decision",
}


@dataclass(frozen=True, slots=True)
class WrittenMinutes:
    """A meeting, and what is written of it: a draft, minutes that were sent, or nothing yet."""

    meeting: HostedMeeting
    draft: ShownMinutesDraft | None
    sent: ShownMinutes | None


async def recorded(visit: Visit) -> WrittenMinutes:
    """The meeting in the address with its draft or its minutes."""
    interface, token, (county, identity) = visit.site.interface, visit.token, visit.named()
    meeting, drafts, sent = await asyncio.gather(
        calls_hosting.hosted(interface, token, county, identity),
        calls.drafts(interface, token),
        calls_minutes.minutes_of(interface, token, county, identity),
    )
    draft = next((each for each in drafts.items if each.meeting == str(identity)), None)
    return WrittenMinutes(meeting, draft, sent[0] if sent else None)


def is_written(visit: Visit, found: WrittenMinutes) -> bool:
    """Whether the user may write: the meeting has been held, and its minutes are not approved."""
    approved = found.sent is not None and found.sent.status != "CIRCULATED"
    return "protokoll/utkast" in ways(visit, found.meeting) and not approved


async def ask(visit: Visit) -> Response:
    """The minutes as they are written so far; once they are approved, their page."""
    found = await recorded(visit)
    if not is_written(visit, found):
        back = visit.request.url.path.removesuffix("/utkast")
        return RedirectResponse(back if found.sent else back.removesuffix("/protokoll"), 303)
    return _show(visit, found, _filled(found), [], [], 200)


async def send(visit: Visit) -> Response:
    """The draft is saved, or what was sent is corrected, in the version that its user has seen."""
    form, found = await form_of(visit.request), await recorded(visit)
    before = found.draft or found.sent
    seen = version_of(form) if first(form, "version") else 0
    wish, errors, wrong = _read(form, found)
    if errors:
        return _show(visit, found, form, errors, wrong, 422)
    interface, token, key = visit.site.interface, visit.token, key_of(form)
    county, identity = visit.named()
    page = f"/moten/{county}/{identity}/protokoll"
    try:
        if found.sent is not None:
            wish |= {"confirmed": bool(first(form, "confirmed"))}
            await calls.correct(interface, token, key, county, found.sent.id, wish, seen)
            return RedirectResponse(f"{page}?klart=rattat", 303)
        wish |= {"approve_by": first(form, "approve_by") or None}
        if before is None or not seen:
            await calls.begin(interface, token, key, wish | {"meeting": str(identity)})
        else:
            await calls.change(interface, token, key, before.id, wish, seen)
    except (CallRefused, CountyAway) as failed:
        errors = errors_of(
            failed, ("type", "text", "decision", "approve_by"), visit.site.words.has, "recording", AT, "record"
        )
        return _show(visit, found, form, errors, [], status_of(failed))
    return RedirectResponse(f"{page}/skicka", 303)


def _filled(found: WrittenMinutes) -> dict[str, list[str]]:
    """The form of what is written so far."""
    before = found.draft or found.sent
    if before is None:
        return {"type": ["PROTOCOL"]}
    rows = {
        "number": [str(each.number) for each in before.decisions],
        "decision": [each.text for each in before.decisions],
        "decided_on": [each.decided_on.isoformat() for each in before.decisions],
        "dissent": [each.dissent or "" for each in before.decisions],
    }
    day = found.draft.approve_by.isoformat() if found.draft and found.draft.approve_by else ""
    return {"type": [before.type], "text": [before.text], "approve_by": [day]} | rows


def _read(
    form: Mapping[str, Sequence[str]], found: WrittenMinutes
) -> tuple[dict[str, object], list[FormError], list[TextFinding]]:
    """The minutes that a form says, and what is wrong with it: at which fields, and at which places of its texts."""
    rows, text, day = rows_of(form), first(form, "text"), first(form, "approve_by")
    errors = [FormError("record.type", "type")] if first(form, "type") not in {each.code for each in TYPES} else []
    wrong = findings("text", text)
    for row in rows:
        wrong += [*findings(row.number, row.decision), *findings(row.number, row.dissent)]
    if not text:
        errors.append(FormError("record.text", "text"))
    elif any(each.field == "text" for each in wrong):
        errors.append(FormError("record.sensitive", "text"))
    numbers = [row.number for row in rows]
    if not all(map(is_decision, rows)) or len(set(numbers)) < len(numbers):
        errors.append(FormError("record.decision", "decision"))
    elif any(each.field != "text" for each in wrong):
        errors.append(FormError("record.sensitive", "decision"))
    if day and not is_day(day):
        errors.append(FormError("record.approve_by", "approve_by"))
    before = found.draft or found.sent
    kept = {str(each.number): each.model_dump(mode="json") for each in before.decisions} if before else {}
    decisions = [
        {
            **{name: kept.get(row.number, {}).get(name) for name in ("decided_by", "replaces")},
            "number": int(row.number) if row.number.isdecimal() else 0,
            "text": row.decision,
            "decided_on": row.decided_on,
            "dissent": row.dissent or None,
        }
        for row in rows
    ]
    came = {each.invitee: each.presence == "ATTENDED" for each in found.meeting.attendance}
    present, absent = ([who for who, there in came.items() if there is wanted] for wanted in (True, False))
    wish: dict[str, object] = {
        "type": first(form, "type"),
        "text": text,
        "decisions": decisions,
        "present": present,
        "absent": absent,
    }
    return wish, errors, wrong


def _show(
    visit: Visit,
    found: WrittenMinutes,
    form: Mapping[str, Sequence[str]],
    errors: Sequence[FormError],
    wrong: Sequence[TextFinding],
    status: int,
) -> Response:
    rows, held = rows_of(form), day_of(found.meeting.starts_at).isoformat()
    highest = max([0, *(int(row.number) for row in rows if row.number.isdecimal())])
    before = found.draft or found.sent
    newest = str(before.version) if before else ""
    return visit.page(
        "minutes_form.html",
        status,
        meeting=found.meeting,
        sent=found.sent,
        types=TYPES,
        type=first(form, "type"),
        text=first(form, "text"),
        approve_by=first(form, "approve_by"),
        rows=[*rows, *(DecisionRow(str(highest + place), "", held, "") for place in range(1, MORE + 1))],
        findings=wrong,
        doubtful=any(each.key == "slug.recording.unconfirmed" for each in errors),
        version=first(form, "version") if status == 503 else newest,
        errors=errors,
        key=key_again(form, status),
    )
