"""How far a municipality is with the method, as its own coordinator says, or the county's."""

from collections.abc import Mapping, Sequence

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_guidance as calls
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.lists import Option
from services.workspace.pages.municipalities import STATUSES, may_say_of, named, word
from services.workspace.sending import FormError, errors_of, first, key_again, key_of, status_of
from services.workspace.shown_method import ShownImplementation
from services.workspace.words import capital
from shared.contracts.reference import Municipality
from shared.contracts.reference.shipments import METHOD_ACTIVITIES

FIRST_YEAR = 2014
"""The year in which the method began."""


async def ask(visit: Visit) -> Response:
    """The form, with what is known."""
    found = await _known(visit)
    known = {each.code: [str(each.year)] for each in found.activities} if found else {}
    return await _show(visit, found, known | {"status": [found.status if found else ""]}, [], 200)


async def change(visit: Visit) -> Response:
    """The municipality is as far as the form says, if nobody has changed that since it was shown."""
    municipality, form = _own(visit), await form_of(visit.request)
    errors, status = _errors(form, visit.site.now().year), 422
    if not errors:
        seen = first(form, "version")
        try:
            await calls.implement(
                visit.site.interface,
                visit.token,
                key_of(form),
                {
                    "municipality": municipality.code,
                    "status": first(form, "status"),
                    "activities": [
                        {"code": code, "component": activity.component, "year": int(first(form, code))}
                        for code, activity in METHOD_ACTIVITIES.items()
                        if first(form, code)
                    ],
                },
                int(seen) if seen.isdecimal() and len(seen) < 10 else None,
            )
        except (CallRefused, CountyAway) as failed:
            at = {"invalid-status": "status"}
            errors, status = errors_of(failed, ("status",), visit.site.words.has, "method", at), status_of(failed)
        else:
            return RedirectResponse(f"/kommuner/{municipality.code}?klart=andrad", 303)
    return await _show(visit, await _known(visit), form, errors, status)


def _own(visit: Visit) -> Municipality:
    municipality = named(visit)
    if not may_say_of(visit, municipality):
        raise CallRefused(403, "forbidden")
    return municipality


async def _known(visit: Visit) -> ShownImplementation | None:
    page = await calls.implementations(visit.site.interface, visit.token, municipality=_own(visit).code)
    return page.items[0] if page.items else None


def _errors(form: Mapping[str, Sequence[str]], this_year: int) -> list[FormError]:
    found = [] if first(form, "status") in STATUSES else [FormError("field.status", "status")]
    years = {str(year) for year in range(FIRST_YEAR, this_year + 1)} | {""}
    return found + [FormError("field.year", code) for code in METHOD_ACTIVITIES if first(form, code) not in years]


async def _show(
    visit: Visit,
    found: ShownImplementation | None,
    form: Mapping[str, Sequence[str]],
    errors: Sequence[FormError],
    status: int,
) -> Response:
    begun = found is not None and found.status != "PLANNED"
    return visit.page(
        "implementation_form.html",
        status,
        place=_own(visit),
        statuses=[Option(each, word(visit, each)) for each in STATUSES if each != "PLANNED" or not begun],
        chosen=first(form, "status"),
        activities=[(code, capital(each.swedish), first(form, code)) for code, each in METHOD_ACTIVITIES.items()],
        version=first(form, "version") if status == 503 else found.version if found else "",
        errors=errors,
        key=key_again(form, status),
    )
