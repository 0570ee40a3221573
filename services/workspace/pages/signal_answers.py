"""A county answers another's signal by a code, changes its answer, or takes it back."""

import asyncio
from collections.abc import Mapping, Sequence

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_signals as calls
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.guidance_words import choices
from services.workspace.pages.signals import RETIRED, word
from services.workspace.sending import FormError, errors_of, first, key_again, key_of, new_key, status_of, version_of
from services.workspace.shown import ShownFeedback, ShownSignal


async def ask(visit: Visit) -> Response:
    """The signal, the county's answer so far, and the codes to choose from; its page where none can be given again."""
    _, given = await _found(visit)
    if given is not None and given.status == RETIRED:
        county, identity = visit.named()
        return RedirectResponse(f"/signaler/{county}/{identity}", 303)
    return await _show(visit, {}, [], 200)


async def answer(visit: Visit) -> Response:
    """The county answers so the version that was shown."""
    form = await form_of(visit.request)
    county, identity = visit.named()
    code, number = first(form, "code"), version_of(form, "number")
    if code not in {each.code for each in choices("FeedbackCode")}:
        return await _show(visit, form, [FormError("field.code", "code")], 422)
    seen = version_of(form) if first(form, "version") else None
    wish = {"code": code, "version": number}
    try:
        await calls.answer(visit.site.interface, visit.token, key_of(form), county, identity, wish, seen)
    except (CallRefused, CountyAway) as failed:
        errors = errors_of(failed, ("code",), visit.site.words.has, "signals")
        return await _show(visit, form, errors, status_of(failed))
    return RedirectResponse(f"/signaler/{county}/{identity}?klart=svarat", 303)


async def ask_take_back(visit: Visit) -> Response:
    """Asks whether to take the answer back, and says what follows."""
    signal, given = await _found(visit)
    if given is None or given.status == RETIRED:
        raise CallRefused(404, "not-found")
    return _taking_back(visit, signal, [], new_key(), 200, given.version)


async def take_back(visit: Visit) -> Response:
    """The answer is taken back in the version that its user has seen."""
    form = await form_of(visit.request)
    (county, identity), seen = visit.named(), version_of(form)
    try:
        await calls.take_back(visit.site.interface, visit.token, key_of(form), county, identity, seen)
    except (CallRefused, CountyAway) as failed:
        errors, status = errors_of(failed, (), visit.site.words.has, "signals"), status_of(failed)
        signal, given = await _found(visit)
        version = given.version if given and status != 503 else seen
        return _taking_back(visit, signal, errors, key_again(form, status), status, version)
    return RedirectResponse(f"/signaler/{county}/{identity}?klart=tagit-tillbaka", 303)


async def _found(visit: Visit) -> tuple[ShownSignal, ShownFeedback | None]:
    """The signal in the address and this county's answer, also one taken back; not found if the signal is its own."""
    county, identity = visit.named()
    if county == visit.site.county.name:
        raise CallRefused(404, "not-found")
    interface, token = visit.site.interface, visit.token
    signal, answers = await asyncio.gather(
        interface.signal(token, county, identity), interface.feedback(token, county, identity)
    )
    return signal, next((each for each in answers.items if each.county == visit.site.county.name), None)


async def _show(visit: Visit, form: Mapping[str, Sequence[str]], errors: Sequence[FormError], status: int) -> Response:
    signal, given = await _found(visit)
    standing = given if given and given.status != RETIRED else None
    seen = first(form, "version"), first(form, "number")
    newest = str(given.version) if given else "", str(signal.version)
    version, number = seen if status == 503 else newest
    return visit.page(
        "signal_answer.html",
        status,
        signal=signal,
        given=standing,
        back=visit.request.url.path.rpartition("/")[0],
        word=word,
        codes=choices("FeedbackCode"),
        chosen=first(form, "code") or (standing.code if standing and not form else ""),
        version=version,
        number=number,
        errors=errors,
        key=key_again(form, status),
    )


def _taking_back(
    visit: Visit, signal: ShownSignal, errors: Sequence[FormError], key: str, status: int, version: int
) -> Response:
    back = visit.request.url.path.rpartition("/")[0]
    return visit.page(
        "signal_take_back.html", status, signal=signal, back=back, version=version, errors=errors, key=key
    )
