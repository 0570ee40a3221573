"""A municipality or the police take a picture or a measure on to its next step, after a question."""

from collections.abc import Mapping

from starlette.responses import Response

from services.workspace import calls_pictures as calls
from services.workspace.guard import Visit
from services.workspace.pages.work_form import SentForm, WorkForm, back_of
from services.workspace.picture_words import ELEMENTS
from services.workspace.roles import ANSWERERS, COORDINATORS
from services.workspace.shown_pictures import ShownMeasure, ShownPicture
from services.workspace.speaking import home_of
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
NEXT = {"OWN": "prioritera", "MERGED": "prioritera", "PRIORITISED": "analyserad", "ANALYSED": "enas"}
"""The step that asks something of a picture in this state."""
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
DONE = (*CALLS, "sparad", "atgard", "andra", "folj-upp", "sedd", "sla-ihop")
"""The words in the address of a page that tell that something was done."""
CHANGED = ("PROPOSED", "DECIDED", "ONGOING")
"""The states in which the plan of a measure changes; a picture changes until it is archived."""
GRAVE = ("arkivera", "avbryt", "slapp")
"""They cannot be undone."""
Initiative = ShownPicture | ShownMeasure


def writes(visit: Visit, found: Initiative) -> bool:
    """Whether the user writes in it: the police of its county, and the coordinators of its municipalities."""
    local = Role.POLICE in visit.roles or home_of(visit) in found.municipalities
    return found.county == visit.site.county.name and local


def ways(visit: Visit, found: Initiative) -> list[str]:
    """The steps that the user may take with it now, the likeliest first."""
    if not writes(visit, found):
        return []
    steps = PICTURE_STEPS if isinstance(found, ShownPicture) else MEASURE_STEPS
    offered = [word for word, states in steps.items() if found.status in states]
    left_out = {"slapp"} if found.shared else set()
    if isinstance(found, ShownPicture):
        left_out |= {"sta-bakom"} if _stands_behind(visit, found) else set()
        left_out |= {NEXT[found.status]} if lack_of(found) else set()
    if found.status in CHANGED if isinstance(found, ShownMeasure) else found.status != "ARCHIVED":
        offered.insert(1, "andra")
    return [word for word in offered if word not in left_out]


def lack_of(picture: ShownPicture) -> str | None:
    """The rule by which the county would refuse the next step of the picture as it is; None if there is none."""
    elements, authors = {each.element for each in picture.factors}, picture.contributors
    match NEXT.get(picture.status):
        case "prioritera" if picture.priority is None:
            return "no-priority"
        case "analyserad" if len(elements) < len(ELEMENTS):
            return "not-analysed"
        case "analyserad" if not picture.causes:
            return "no-cause"
        case "enas" if len({each.municipality is None for each in authors}) < 2:
            return "not-written"
    return None


async def ask(visit: Visit) -> Response:
    """Asks whether to take the step, and says what follows; where it cannot be taken, the page of what it is of."""
    return await _form(visit).ask(visit)


async def take(visit: Visit) -> Response:
    """The step is taken in the version that its user has seen."""
    return await _form(visit).send(visit)


def _form(visit: Visit) -> WorkForm[Initiative]:
    word = visit.request.url.path.rpartition("/")[2]
    return WorkForm(
        "measure" if _of_measure(visit) else "picture",
        word,
        _found,
        lambda visit, found: word in ways(visit, found),
        _tell,
        title=lambda found: found.title,
        subject="pictures",
        doubts=word == "slapp",
        grave=word in GRAVE,
    )


async def _tell(visit: Visit, sent: SentForm[Initiative]) -> str:
    (county, identity), word = visit.named(), visit.request.url.path.rpartition("/")[2]
    call = calls.measure_step if _of_measure(visit) else calls.picture_step
    await call(visit.site.interface, visit.token, sent.key, county, identity, CALLS[word], sent.values, sent.seen)
    return back_of(visit)


def _stands_behind(visit: Visit, picture: ShownPicture) -> bool:
    """Whether the user's municipality, or a function of the police, is among those who have written in it."""
    if Role.MUNICIPAL_COORDINATOR in visit.roles:
        return any(each.municipality == home_of(visit) for each in picture.contributors)
    function = visit.visitor.principal.function if visit.visitor else None
    return any(each.function == function for each in picture.contributors)


def _of_measure(visit: Visit) -> bool:
    return visit.request.url.path.startswith("/lagesbilder/atgarder/")


async def _found(visit: Visit) -> Initiative:
    (county, identity), interface, token = visit.named(), visit.site.interface, visit.token
    if _of_measure(visit):
        return await calls.measure(interface, token, county, identity)
    return await calls.picture(interface, token, county, identity)
