"""A signal is released or corrected as a form of codes. How it will be is shown before, as exact as it may be.

The form holds all that its user has chosen, from step to step: nothing is lost, and nothing is kept here.
"""

from collections.abc import Sequence

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_signals as calls
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.guidance_words import term
from services.workspace.lists import Option
from services.workspace.pages import signal_fields as fields
from services.workspace.pages.signal_fields import SignalForm
from services.workspace.pages.signals import changeable, word
from services.workspace.sections import section
from services.workspace.sending import FormError, errors_of, first, key_again, key_of, status_of, version_of
from services.workspace.shown import SignalContent
from services.workspace.words import capital
from shared.contracts.reference import MUNICIPALITIES, POLICE_AREAS

KEPT = (*fields.FIELDS, "exercise", "version", "was", "shown_place", "shown_site_type", "sentence")
"""All that the form holds from step to step; ``was`` is the signal as it was when its correction began."""
AT = {
    **dict.fromkeys(
        ("too-exact", "invalid-municipality", "invalid-police-area", "municipality", "police_area"), "place"
    ),
    **dict.fromkeys(("invalid-week", "iso_week", "iso_week_year"), "week"),
}
"""The field at which the message of a rule stands, and of a field that has another name here."""


async def ask_new(visit: Visit) -> Response:
    """The form for a new signal, of this week."""
    return _ask(visit, {"week": [fields.field_choices(visit)["week"][0].code]}, [], 200)


async def release(visit: Visit) -> Response:
    """The signal is shown as exact as it may be, and then released."""
    return await _send(visit, await form_of(visit.request))


async def ask_correct(visit: Visit) -> Response:
    """The form with the signal as it is; of one that does not change any more, its page."""
    county, identity = visit.named()
    signal = await visit.site.interface.signal(visit.token, county, identity)
    if not changeable(visit, signal):
        return RedirectResponse(f"/signaler/{county}/{identity}", 303)
    seen = {"version": [str(signal.version)], "was": [signal.swedish]}
    return _ask(visit, fields.fields_of(signal, visit.site.county.code) | seen, [], 200)


async def correct(visit: Visit) -> Response:
    """The correction is shown as exact as it may be, and then made in the version that its user has seen."""
    form = await form_of(visit.request)
    version_of(form)
    return await _send(visit, form)


async def _send(visit: Visit, form: SignalForm) -> Response:
    step, wrong = first(form, "steg"), fields.wrong_fields(visit, form)
    if step == "andra":
        return _ask(visit, form, [], 200)
    if wrong:
        return _ask(visit, form, [FormError(f"field.{name}", name) for name in wrong], 422)
    if step != "slapp" or first(form, "shown_place") not in fields.places(visit):
        return await _try(visit, form)
    interface, token, key = visit.site.interface, visit.token, key_of(form)
    wish = fields.details(form, first(form, "shown_place"), first(form, "shown_site_type"))
    try:
        if _correcting(visit):
            done = await calls.correct(interface, token, key, *visit.named(), wish, version_of(form))
        else:
            done = await calls.release(interface, token, key, wish)
    except (CallRefused, CountyAway) as failed:
        return await _failed(visit, form, failed)
    word_of_it = "rattad" if _correcting(visit) else "slappt"
    return RedirectResponse(f"/signaler/{done.county}/{done.id}?klart={word_of_it}", 303)


async def _try(visit: Visit, form: SignalForm) -> Response:
    """The page that shows how the signal will be."""
    wish = fields.details(form, first(form, "place"), first(form, "site_type"))
    try:
        tried = await calls.try_release(visit.site.interface, visit.token, key_of(form), wish)
    except CountyAway:
        return _ask(visit, form, [FormError("release.unchecked")], 503)
    except CallRefused as refused:
        return await _failed(visit, form, refused)
    shown = {
        "shown_place": [fields.place_code(tried, visit.site.county.code)],
        "shown_site_type": [tried.site_type or ""],
        "sentence": [tried.swedish],
    }
    return _check(visit, {**form, **shown}, [], 200)


async def _failed(visit: Visit, form: SignalForm, failed: CallRefused | CountyAway) -> Response:
    errors = errors_of(failed, fields.FIELDS, visit.site.words.has, "signals", AT)
    status = status_of(failed)
    if status == 503:  # nobody knows whether it was done, so the same is sent again
        return _check(visit, form, errors, status)
    if status != 412:
        return _ask(visit, form, errors, status)
    now = (await section(visit.site.interface.signal(visit.token, *visit.named()))).content
    if now is None:
        return _ask(visit, form, errors, status)
    newest = {"version": [str(now.version)], "was": [now.swedish]}
    return _ask(visit, {**form, **newest}, errors, status, (first(form, "was"), now.swedish))


def _ask(
    visit: Visit,
    form: SignalForm,
    errors: Sequence[FormError],
    status: int,
    changed: tuple[str, str] | None = None,
) -> Response:
    """The form; ``changed`` is the signal as its user saw it, and as somebody else has made it meanwhile."""
    known = [Option(code, capital(name)) for code, name in fields.places(visit).values()]
    return visit.page(
        "signal_form.html",
        status,
        correcting=_correcting(visit),
        back=visit.request.url.path.rpartition("/")[0],
        form=form,
        version=first(form, "version"),
        municipalities=[each for each in known if each.code in MUNICIPALITIES],
        areas=[each for each in known if each.code in POLICE_AREAS],
        county=known[-1],
        choices=fields.field_choices(visit),
        changed=changed,
        errors=errors,
        key=key_again(form, status),
    )


def _check(visit: Visit, form: SignalForm, errors: Sequence[FormError], status: int) -> Response:
    chosen, shown = first(form, "place"), first(form, "shown_place")
    kind, shown_kind = first(form, "site_type"), first(form, "shown_site_type")
    known = fields.places(visit)
    return visit.page(
        "signal_check.html",
        status,
        correcting=_correcting(visit),
        signal=SignalContent.model_validate(fields.details(form, shown, shown_kind)),
        county=visit.site.county.name,
        place=known[shown].word,
        word=word,
        sentence=first(form, "sentence"),
        coarser_place=known[chosen].word if chosen != shown else "",
        coarser_type=term("SiteType", kind) if kind != shown_kind else "",
        kept=[(name, value) for name in KEPT for value in form.get(name, [])],
        errors=errors,
        key=key_again(form, status),
    )


def _correcting(visit: Visit) -> bool:
    return "identity" in visit.request.path_params
