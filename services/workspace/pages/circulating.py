"""A host looks at a draft of minutes, with what a person must judge in it, and sends it: then it is a public record."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_recording as calls
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.pages.recording import recorded
from services.workspace.sending import FormError, errors_of, first, key_again, key_of, new_key, status_of, version_of
from services.workspace.shown_recording import ShownMinutesDraft
from shared.contracts.reference.minutes import TERMS


@dataclass(frozen=True, slots=True)
class DoubtfulLine:
    """A line of a draft that may say of somebody that they are suspected; ``number`` is that of its decision."""

    number: int | None
    line: int
    text: str


async def ask(visit: Visit) -> Response:
    """The draft as it will be sent, what is to be looked at in it, and what follows; without one, the form for it."""
    return await _show(visit, [], new_key(), 200, 0)


async def send(visit: Visit) -> Response:
    """The draft is sent in the version that its user has seen."""
    form = await form_of(visit.request)
    (county, identity), seen = visit.named(), version_of(form)
    draft, confirmed = first(form, "draft"), bool(first(form, "confirmed"))
    try:
        found = (await recorded(visit)).draft
        if found is not None and found.doubts and not confirmed:
            return await _show(visit, [FormError("send.confirm", "confirmed")], new_key(), 422, seen)
        await calls.circulate(visit.site.interface, visit.token, key_of(form), draft, confirmed, seen)
    except (CallRefused, CountyAway) as failed:
        errors, status = errors_of(failed, (), visit.site.words.has, "recording"), status_of(failed)
        return await _show(visit, errors, key_again(form, status), status, seen)
    return RedirectResponse(f"/moten/{county}/{identity}/protokoll?klart=skickat", 303)


async def _show(visit: Visit, errors: Sequence[FormError], key: str, status: int, seen: int) -> Response:
    found, back = await recorded(visit), visit.request.url.path.removesuffix("/skicka")
    if found.draft is None:  # also where only the answer was lost: then it has been sent
        return RedirectResponse(back if found.sent else f"{back}/utkast", 303)
    return visit.page(
        "minutes_send.html",
        status,
        meeting=found.meeting,
        draft=found.draft,
        type=TERMS["MinutesType"][found.draft.type].swedish if found.draft.type in TERMS["MinutesType"] else "",
        doubts=_doubts(found.draft),
        approvers=[each for each in found.meeting.invitees if each.role == "APPROVER"],
        back=back,
        version=seen if status == 503 else found.draft.version,
        errors=errors,
        key=key,
    )


def _doubts(draft: ShownMinutesDraft) -> list[DoubtfulLine]:
    """Each doubtful line of the draft once, with what stands there."""
    shown = []
    for each in draft.doubts:
        part, _, rest = each.field.partition(".")
        place, _, name = rest.partition(".")
        decision = draft.decisions[int(place)] if part == "decisions" else None
        text = draft.text if decision is None else str(getattr(decision, name))
        lines = text.splitlines()
        line = lines[each.line - 1] if each.line <= len(lines) else ""
        shown.append(DoubtfulLine(decision.number if decision else None, each.line, line))
    return list(dict.fromkeys(shown))
