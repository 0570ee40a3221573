"""A municipality or the police take a picture or a measure on to its next step, after a question."""

from collections.abc import Mapping, Sequence

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_pictures as calls
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import ANSWERERS, COORDINATORS, Visit
from services.workspace.sending import FormError, errors_of, first, key_again, key_of, new_key, status_of, version_of
from services.workspace.shown_pictures import ShownMeasure, ShownPicture
from shared.runtime.auth import Role

AUTHORS = ANSWERERS - COORDINATORS
"""Who writes in pictures and measures: the county supports."""
PICTURE_STEPS: Mapping[str, tuple[str, ...]] = {
    "egen": ("DRAFT",),
    "prioritera": ("OWN", "MERGED"),
    "analyserad": ("PRIORITISED",),
    "enas": ("ANALYSED",),
    "slapp": ("AGREED",),
    "sta-bakom": ("DRAFT", "OWN", "MERGED", "PRIORITISED", "ANALYSED"),
    "arkivera": ("DRAFT", "OWN", "MERGED", "PRIORITISED", "ANALYSED", "AGREED"),
}
MEASURE_STEPS: Mapping[str, tuple[str, ...]] = {
    "besluta": ("PROPOSED",),
    "paborja": ("DECIDED",),
    "genomford": ("ONGOING",),
    "slapp": ("DECIDED", "ONGOING", "DONE", "STOPPED"),
    "avbryt": ("PROPOSED", "DECIDED", "ONGOING"),
}
"""The states in which each step is offered, by the last word of its address; the likeliest first."""
CALLS = {
    "egen": "own",
    "prioritera": "prioritise",
    "analyserad": "analyse",
    "enas": "agree",
    "sta-bakom": "contribute",
    "arkivera": "archive",
    "besluta": "decide",
    "paborja": "start",
    "genomford": "finish",
    "avbryt": "stop",
    "slapp": "release",
}
"""The county's word for a step."""
DONE = (*CALLS, "sparad", "uppfoljd", "sedd")
"""The words in the address of a page that tell that something was done."""
CHANGED = ("PROPOSED", "DECIDED", "ONGOING")
"""The states in which the plan of a measure changes; a picture changes until it is archived."""
GRAVE = ("arkivera", "avbryt", "slapp")
"""They cannot be undone."""
Initiative = ShownPicture | ShownMeasure


def writes(visit: Visit, found: Initiative) -> bool:
    """Whether the user writes in it: the police of its county, and the coordinators of its municipalities."""
    home = visit.visitor.principal.municipality if visit.visitor else None
    municipal = Role.MUNICIPAL_COORDINATOR in visit.roles and home in found.municipalities
    return found.county == visit.site.county.name and (municipal or Role.POLICE in visit.roles)


def ways(visit: Visit, found: Initiative) -> list[str]:
    """The steps that the user may take with it now, the likeliest first."""
    if not writes(visit, found):
        return []
    steps = PICTURE_STEPS if isinstance(found, ShownPicture) else MEASURE_STEPS
    offered = [word for word, states in steps.items() if found.status in states]
    left_out = {"slapp"} if found.shared else set()
    if isinstance(found, ShownPicture) and _stands_behind(visit, found):
        left_out.add("sta-bakom")
    if found.status in CHANGED if isinstance(found, ShownMeasure) else found.status != "ARCHIVED":
        offered.insert(1, "andra")
    return [word for word in offered if word not in left_out]


async def ask(visit: Visit) -> Response:
    """Asks whether to take the step, and says what follows; where it cannot be taken, the page of what it is of."""
    found = await _found(visit)
    if _word(visit) not in ways(visit, found):
        return RedirectResponse(_back(visit), 303)
    return _show(visit, found, [], new_key(), 200, found.version)


async def take(visit: Visit) -> Response:
    """The step is taken in the version that its user has seen."""
    form = await form_of(visit.request)
    (county, identity), seen, word = visit.named(), version_of(form), _word(visit)
    wish = {"confirmed": bool(first(form, "confirmed"))} if word == "slapp" else {}
    interface, token, key = visit.site.interface, visit.token, key_of(form)
    call = calls.measure_step if _of_measure(visit) else calls.picture_step
    try:
        await call(interface, token, key, county, identity, CALLS[word], wish, seen)
    except (CallRefused, CountyAway) as failed:
        at = {"unconfirmed": "confirmed"}
        errors, status = errors_of(failed, (), visit.site.words.has, "pictures", at), status_of(failed)
        found = await _found(visit)
        version = seen if status == 503 else found.version
        return _show(visit, found, errors, key_again(form, status), status, version)
    return RedirectResponse(f"{_back(visit)}?klart={word}", 303)


def _stands_behind(visit: Visit, picture: ShownPicture) -> bool:
    """Whether the user's municipality, or a function of the police, is among those who have written in it."""
    home = visit.visitor.principal.municipality if visit.visitor else None
    if Role.MUNICIPAL_COORDINATOR in visit.roles:
        return any(each.municipality == home for each in picture.contributors)
    function = visit.visitor.principal.function if visit.visitor else None
    return any(each.function == function for each in picture.contributors)


def _of_measure(visit: Visit) -> bool:
    return visit.request.url.path.startswith("/lagesbilder/atgarder/")


async def _found(visit: Visit) -> Initiative:
    (county, identity), interface, token = visit.named(), visit.site.interface, visit.token
    if _of_measure(visit):
        return await calls.measure(interface, token, county, identity)
    return await calls.picture(interface, token, county, identity)


def _word(visit: Visit) -> str:
    return visit.request.url.path.rpartition("/")[2]


def _back(visit: Visit) -> str:
    return visit.request.url.path.rpartition("/")[0]


def _show(
    visit: Visit, found: Initiative, errors: Sequence[FormError], key: str, status: int, version: int
) -> Response:
    word = _word(visit)
    return visit.page(
        "initiative_step.html",
        status,
        found=found,
        step=word,
        kind="measure" if _of_measure(visit) else "picture",
        grave=word in GRAVE,
        doubtful=word == "slapp" and any(each.field == "confirmed" for each in errors),
        back=_back(visit),
        version=version,
        errors=errors,
        key=key,
    )
