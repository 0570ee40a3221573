"""A municipality asks its county for support, changes that or takes it back; the county offers, gives or declines."""

from collections.abc import Mapping
from dataclasses import replace

from services.workspace import calls_support as calls
from services.workspace import picture_words as words
from services.workspace.guard import Visit
from services.workspace.pages.subject_fields import AT, SUBJECT, filled_subject, subject_fields, wrong_subject
from services.workspace.pages.work_form import Field, SentForm, WorkForm, word_of
from services.workspace.roles import COORDINATORS
from services.workspace.shown_support import ShownSupport
from services.workspace.speaking import home_of

STEPS: Mapping[str, tuple[str, ...]] = {
    "andra": ("ASKED",),
    "erbjud": ("ASKED",),
    "ge": ("ASKED", "OFFERED"),
    "avsla": ("ASKED", "OFFERED"),
    "aterta": ("ASKED", "OFFERED"),
}
"""The states in which each step is offered, by the last word of its address."""
CALLS = {"erbjud": "offer", "ge": "provide", "avsla": "decline", "aterta": "take-back"}
"""The county's word for a step."""
OF_MUNICIPALITY = ("andra", "aterta")
FIELDS = ("form", "need", "wanted_by", "text", *SUBJECT)


def ways(visit: Visit, found: ShownSupport) -> list[str]:
    """The steps that the user takes now: a municipality with its own request, the county's coordinator with others."""
    if found.county != visit.site.county.name:
        return []
    asks, answers = home_of(visit) in found.municipalities, bool(visit.roles & COORDINATORS)
    now = [word for word, states in STEPS.items() if found.status in states]
    return [word for word in now if (asks if word in OF_MUNICIPALITY else answers)]


async def _find(visit: Visit) -> ShownSupport | None:
    if "identity" not in visit.request.path_params:
        return None
    return await calls.request(visit.site.interface, visit.token, *visit.named())


def _may(visit: Visit, found: ShownSupport | None) -> bool:
    return home_of(visit) is not None if found is None else word_of(visit) in ways(visit, found)


def _fields(visit: Visit, _: ShownSupport | None) -> list[Field]:
    return [
        Field("form", "radio", needed=True, choices=words.choices("SupportForm")),
        Field("need", "area", needed=True),
        Field("wanted_by", "day"),
        *subject_fields(visit),
    ]


def _filled(visit: Visit, found: ShownSupport | None) -> dict[str, list[str]]:
    if found is None:
        return {"municipalities": [home_of(visit) or ""]}
    same = {name: [str(getattr(found, name) or "")] for name in ("form", "need", "wanted_by")}
    return {**same, **filled_subject(found)}


async def _tell(visit: Visit, sent: SentForm[ShownSupport | None]) -> str:
    interface, token, word = visit.site.interface, visit.token, word_of(visit)
    if sent.found is None:
        found = await calls.ask(interface, token, sent.key, sent.values)
    elif word == "andra":
        found = await calls.change(interface, token, sent.key, *visit.named(), sent.values, sent.seen)
    else:
        found = await calls.step(interface, token, sent.key, *visit.named(), CALLS[word], sent.values, sent.seen)
    return f"/stod/{found.county}/{found.id}"


BASE = WorkForm("support", "", _find, _may, _tell, title=lambda found: found.need if found else "")
ASKING = replace(BASE, fields=_fields, filled=_filled, wrong=wrong_subject, at={**AT, "invalid-wanted-by": "wanted_by"})
FORMS: Mapping[str, WorkForm[ShownSupport | None]] = {
    "ny": replace(ASKING, word="ny"),
    "andra": replace(ASKING, word="andra"),
    "erbjud": replace(BASE, word="erbjud", fields=lambda *_: [Field("text", "area")]),
    "ge": replace(BASE, word="ge", fields=lambda *_: [Field("text", "area")]),
    "avsla": replace(BASE, word="avsla", fields=lambda *_: [Field("text", "area", needed=True)], grave=True),
    "aterta": replace(BASE, word="aterta", grave=True),
}
"""By the last word of the address."""
