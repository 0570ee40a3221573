"""An action item; its owner says there how far it is."""

from collections.abc import Mapping, Sequence

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_meetings as calls
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.lists import Option
from services.workspace.pages.assigning import may_change
from services.workspace.pages.meetings import function_word
from services.workspace.sections import section
from services.workspace.sending import FormError, errors_of, first, key_again, key_of, status_of, version_of
from services.workspace.shown_meetings import ShownItem
from services.workspace.speaking import speaks_for
from shared.contracts.codes import POLICE_FUNCTIONS
from shared.runtime.auth import Role

DONE = ("rapporterad", "given", "andrad", "avskriven")
"""The sentences that say what was done, by the word in the address."""
WORK = ("OPEN", "ONGOING", "DONE")


async def show_item(visit: Visit) -> Response:
    """An action item, who is to do it and until when; for its owner the form that says how far it is."""
    return await _show(visit, {}, [], 200)


async def report(visit: Visit) -> Response:
    """The owner is so far with the version that its user has seen."""
    form = await form_of(visit.request)
    (county, identity), seen, work = visit.named(), version_of(form), first(form, "work")
    if work not in WORK:
        return await _show(visit, form, [FormError("field.work", "work")], 422)
    try:
        await calls.report(visit.site.interface, visit.token, key_of(form), county, identity, work, seen)
    except (CallRefused, CountyAway) as failed:
        errors = errors_of(failed, ("work",), visit.site.words.has, "items")
        return await _show(visit, form, errors, status_of(failed))
    return RedirectResponse(f"/atgarder/{county}/{identity}?klart=rapporterad", 303)


async def _show(visit: Visit, form: Mapping[str, Sequence[str]], errors: Sequence[FormError], status: int) -> Response:
    item = await calls.item(visit.site.interface, visit.token, *visit.named())
    done, may_report = visit.request.query_params.get("klart"), await section(_may_report(visit, item))
    newest = item.version if may_report.content else ""  # without a form nothing is said of changes
    return visit.page(
        "item.html",
        status,
        item=item,
        function=function_word,
        may_report=may_report,
        may_change=may_change(visit, item),
        works=[Option(code, visit.site.words.text(f"work.{code.lower()}")) for code in WORK],
        work=first(form, "work") if form else item.work or "OPEN",
        version=first(form, "version") if status == 503 else newest,
        errors=errors,
        key=key_again(form, status),
        done=f"item.done.{done}" if done in DONE else None,
    )


async def _may_report(visit: Visit, item: ShownItem) -> bool:
    """Whether the user speaks for the owner, as the county's service sees it."""
    owner, roles = item.owner, visit.roles
    if item.status != "ASSIGNED" or owner.county != visit.site.county.name:
        return False
    if owner.actor is not None:
        return await speaks_for(visit, owner.county, owner.actor)
    return Role.COUNTY_COORDINATOR in roles or (Role.POLICE in roles and owner.function in POLICE_FUNCTIONS)
