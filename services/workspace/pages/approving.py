"""A draft is approved by a second person or discarded; what is published is withdrawn by one."""

from collections.abc import Sequence
from functools import partial

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_guidance as calls
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.guidance_words import audience_words, function_word, lines, numbers, term, title
from services.workspace.pages.routines import kind_of
from services.workspace.sections import section
from services.workspace.sending import FormError, errors_of, key_again, key_of, new_key, status_of, version_of
from services.workspace.shown_guidance import ShownGuidanceDraft


async def show_draft(visit: Visit) -> Response:
    """A draft in words, to be approved or discarded."""
    draft = await _draft(visit)
    if draft is None:
        raise CallRefused(404, "not-found")
    return _shown(visit, draft, [], new_key(), 200)


async def decide(visit: Visit) -> Response:
    """The draft is approved, or discarded."""
    form = await form_of(visit.request)
    identity = visit.request.path_params["identity"]
    approved = visit.request.url.path.endswith("/godkann")
    interface, token, key = visit.site.interface, visit.token, key_of(form)
    try:
        if approved:
            await calls.approve(interface, token, key, identity)
        else:
            await calls.discard(interface, token, key, identity)
    except (CallRefused, CountyAway) as failed:
        errors = errors_of(failed, (), visit.site.words.has, "guidance")
        draft = await section(_draft(visit))  # it is gone if only the answer was lost
        return _shown(visit, draft.content, errors, key_again(form, status_of(failed)), status_of(failed))
    return RedirectResponse(f"/rutiner?klart={'godkant' if approved else 'kastat'}", 303)


async def ask_withdraw(visit: Visit) -> Response:
    """Asks whether to withdraw it, and says what follows."""
    return await _withdrawing(visit, [], new_key(), 200)


async def withdraw(visit: Visit) -> Response:
    """It is withdrawn in the version that its user has seen."""
    form = await form_of(visit.request)
    (county, identity), seen = visit.named(), version_of(form)
    key, kind = key_of(form), kind_of(visit)
    try:
        await calls.withdraw(visit.site.interface, visit.token, key, kind, county, identity, seen)
    except (CallRefused, CountyAway) as failed:
        errors = errors_of(failed, (), visit.site.words.has, "guidance")
        status = status_of(failed)
        return await _withdrawing(visit, errors, key_again(form, status), status, seen)
    return RedirectResponse("/rutiner?klart=aterkallad", 303)


async def _draft(visit: Visit) -> ShownGuidanceDraft | None:
    identity = str(visit.request.path_params["identity"])
    found = (await calls.drafts(visit.site.interface, visit.token)).items
    return next((each for each in found if each.id == identity), None)


def _shown(
    visit: Visit, draft: ShownGuidanceDraft | None, errors: Sequence[FormError], key: str, status: int
) -> Response:
    return visit.page(
        "draft.html",
        status,
        draft=draft,
        identity=visit.request.path_params["identity"],
        title=title(visit.site.words, draft.kind, draft.details) if draft else visit.site.words.text("draft.sent"),
        lines=lines,
        calls=numbers,
        label=partial(term, "Tlp"),
        audience_words=partial(audience_words, visit.site.words),
        function=function_word,
        discarding=visit.request.url.path.endswith("/kasta"),
        errors=errors,
        key=key,
    )


async def _withdrawing(visit: Visit, errors: Sequence[FormError], key: str, status: int, seen: int = 0) -> Response:
    county, identity = visit.named()
    kind = kind_of(visit)
    found = await (calls.routine if kind == "routine" else calls.advice)(
        visit.site.interface, visit.token, county, identity
    )
    return visit.page(
        "withdraw.html",
        status,
        guidance=found,
        title=title(visit.site.words, kind, found.versions[-1]),
        back=visit.request.url.path.rpartition("/")[0],
        version=seen if status == 503 else found.version,
        errors=errors,
        key=key,
    )
