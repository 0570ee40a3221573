"""A host gives somebody an action item after a meeting, changes it, or withdraws it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_assigning as calls
from services.workspace import calls_hosting, calls_meetings, calls_minutes
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.lists import Option, is_day
from services.workspace.pages.findings import findings
from services.workspace.pages.meetings import function_word, place_of
from services.workspace.pages.stepping import ways
from services.workspace.sections import section
from services.workspace.sending import FormError, errors_of, first, key_again, key_of, new_key, status_of, version_of
from services.workspace.shown_hosting import HostedMeeting
from services.workspace.shown_meetings import ShownItem, ShownOwner
from shared.runtime.auth import Role

FIELDS = ("text", "owner", "asked_due", "decision")
AT = {"invalid-owner": "owner", "invalid-due": "asked_due", "invalid-decision": "decision"}
LONGEST = 80
"""A longer decision is cut in the list of choices."""


def may_change(visit: Visit, item: ShownItem) -> bool:
    """Whether the user's county has given the item, and it is still to be done."""
    own = item.county == visit.site.county.name and Role.COUNTY_COORDINATOR in visit.roles
    return own and item.status == "ASSIGNED" and item.work != "DONE"


async def ask_new(visit: Visit) -> Response:
    """The form for a new item of a meeting; where nothing follows from it, its page."""
    meeting = await calls_hosting.hosted(visit.site.interface, visit.token, *visit.named())
    if "atgard" not in ways(visit, meeting):
        return RedirectResponse(f"/moten/{meeting.county}/{meeting.id}", 303)
    return await _show(visit, meeting, None, {}, [], 200)


async def give(visit: Visit) -> Response:
    """The item is given."""
    form = await form_of(visit.request)
    meeting = await calls_hosting.hosted(visit.site.interface, visit.token, *visit.named())
    errors = _wrong(form)
    if errors:
        return await _show(visit, meeting, None, form, errors, 422)
    try:
        wish = _wish(form) | {"meeting": meeting.id}
        item = await calls.assign(visit.site.interface, visit.token, key_of(form), wish)
    except (CallRefused, CountyAway) as failed:
        return await _show(visit, meeting, None, form, _errors(visit, failed), status_of(failed))
    return RedirectResponse(f"/atgarder/{item.county}/{item.id}?klart=given", 303)


async def ask_change(visit: Visit) -> Response:
    """The form for an item that was given; where it does not change any more, its page."""
    item, meeting = await _item(visit)
    if not may_change(visit, item):
        return RedirectResponse(f"/atgarder/{item.county}/{item.id}", 303)
    return await _show(visit, meeting, item, _filled(item), [], 200)


async def change(visit: Visit) -> Response:
    """The item is changed in the version that its user has seen."""
    form = await form_of(visit.request)
    seen, (item, meeting) = version_of(form), await _item(visit)
    errors = _wrong(form)
    if errors:
        return await _show(visit, meeting, item, form, errors, 422)
    try:
        await calls.change(visit.site.interface, visit.token, key_of(form), *visit.named(), _wish(form), seen)
    except (CallRefused, CountyAway) as failed:
        return await _show(visit, meeting, item, form, _errors(visit, failed), status_of(failed))
    return RedirectResponse(f"/atgarder/{item.county}/{item.id}?klart=andrad", 303)


async def ask_withdraw(visit: Visit) -> Response:
    """Asks whether to withdraw the item, and says what follows."""
    item = await calls_meetings.item(visit.site.interface, visit.token, *visit.named())
    if not may_change(visit, item):
        return RedirectResponse(f"/atgarder/{item.county}/{item.id}", 303)
    return _withdrawing(visit, item, [], new_key(), 200, item.version)


async def withdraw(visit: Visit) -> Response:
    """The item is withdrawn in the version that its user has seen."""
    form = await form_of(visit.request)
    (county, identity), seen = visit.named(), version_of(form)
    try:
        await calls.cancel(visit.site.interface, visit.token, key_of(form), county, identity, seen)
    except (CallRefused, CountyAway) as failed:
        errors, status = _errors(visit, failed), status_of(failed)
        item = await calls_meetings.item(visit.site.interface, visit.token, county, identity)
        version = seen if status == 503 else item.version
        return _withdrawing(visit, item, errors, key_again(form, status), status, version)
    return RedirectResponse(f"/atgarder/{county}/{identity}?klart=avskriven", 303)


async def _item(visit: Visit) -> tuple[ShownItem, HostedMeeting]:
    """The item in the address and its meeting; CallRefused, as forbidden, if another county has given it."""
    item = await calls_meetings.item(visit.site.interface, visit.token, *visit.named())
    if item.county != visit.site.county.name:
        raise CallRefused(403, "not-owner")
    return item, await calls_hosting.hosted(visit.site.interface, visit.token, item.county, UUID(item.meeting))


def _errors(visit: Visit, failed: CallRefused | CountyAway) -> list[FormError]:
    return errors_of(failed, FIELDS, visit.site.words.has, "assigning", AT, "assign")


def _wrong(form: Mapping[str, Sequence[str]]) -> list[FormError]:
    values = {name: first(form, name) for name in FIELDS}
    errors = [FormError(f"assign.{name}", name) for name in ("text", "owner") if not values[name]]
    if values["text"] and findings("text", values["text"]):
        errors.append(FormError("assign.sensitive", "text"))
    return errors if is_day(values["asked_due"]) else [*errors, FormError("assign.asked_due", "asked_due")]


def _wish(form: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """The item that a form says."""
    county, _, rest = first(form, "owner").partition("/")
    function, _, actor = rest.partition("/")
    wish: dict[str, object] = {
        "text": " ".join(first(form, "text").split()),
        "owner": {"county": county, "function": function, "actor": actor or None},
        "asked_due": first(form, "asked_due"),
        "decision": None,
    }
    if decision := first(form, "decision"):
        owner, _, rest = decision.partition("/")
        minutes, _, number = rest.partition("/")
        wish["decision"] = {"county": owner, "minutes": minutes, "number": int(number) if number.isdecimal() else 0}
    return wish


def _filled(item: ShownItem) -> dict[str, list[str]]:
    decision = item.decision
    return {
        "text": [item.text],
        "owner": [_owner(item.owner)],
        "asked_due": [item.asked_due.isoformat()],
        "decision": [f"{decision.county}/{decision.minutes}/{decision.number}" if decision else ""],
    }


def _owner(owner: ShownOwner) -> str:
    return f"{owner.county}/{owner.function}/{owner.actor or ''}"


async def _show(
    visit: Visit,
    meeting: HostedMeeting,
    item: ShownItem | None,
    form: Mapping[str, Sequence[str]],
    errors: Sequence[FormError],
    status: int,
) -> Response:
    known = calls_minutes.minutes_of(visit.site.interface, visit.token, meeting.county, UUID(meeting.id))
    minutes = await section(known)
    owners = {
        f"{each.actor.county}/{each.function}/{each.actor.id}": f"{each.actor_name}, {function_word(each.function)}"
        for each in sorted(meeting.invitees, key=place_of)
        if each.function and each.actor_name
    }
    decisions = {
        f"{each.county}/{each.id}/{one.number}": f"§ {one.number} {one.text[:LONGEST]}"
        for each in minutes.content or []
        for one in each.decisions
    }
    if item is not None:
        given = _filled(item)
        name = f"{visit.site.name_of(item.owner.county)}, {function_word(item.owner.function)}"
        owners.setdefault(given["owner"][0], name)
        if item.decision:
            decisions.setdefault(given["decision"][0], f"§ {item.decision.number}")
    return visit.page(
        "item_form.html",
        status,
        meeting=meeting,
        item=item,
        back=f"/atgarder/{item.county}/{item.id}" if item else f"/moten/{meeting.county}/{meeting.id}",
        owners=[Option(code, word) for code, word in owners.items()],
        decisions=[Option(code, word) for code, word in decisions.items()],
        values={name: first(form, name) for name in FIELDS},
        version=(first(form, "version") if status == 503 else str(item.version)) if item else "",
        errors=errors,
        key=key_again(form, status),
    )


def _withdrawing(
    visit: Visit, item: ShownItem, errors: Sequence[FormError], key: str, status: int, version: int
) -> Response:
    back = f"/atgarder/{item.county}/{item.id}"
    return visit.page("item_withdraw.html", status, item=item, back=back, version=version, errors=errors, key=key)
