"""A county's coordinator decides on the focus of a year: its goals, by the four tasks of a county board."""

from collections.abc import Mapping
from dataclasses import replace

from services.workspace import calls_lessons as calls
from services.workspace import picture_words as words
from services.workspace.guard import Visit
from services.workspace.pages.work_form import Field, SentForm, WorkForm, word_of
from services.workspace.roles import COORDINATORS
from services.workspace.shown_lessons import ShownFocus
from shared.calendar import day_of

GOALS = {code.lower(): code for code in words.TERMS["MandateArea"]}
"""The fields of goals: one for each task, with a goal on each line."""
FIELDS = ("year", "text", *GOALS, "themes", "policy_areas")


def ways(visit: Visit, found: ShownFocus) -> list[str]:
    """The steps that the user takes with the focus now; a withdrawn one is decided on anew by a change."""
    if found.county != visit.site.county.name or not visit.roles & COORDINATORS:
        return []
    return ["andra", "dra-tillbaka"] if found.status == "ACTIVE" else ["andra"]


async def _find(visit: Visit) -> ShownFocus | None:
    if "identity" not in visit.request.path_params:
        return None
    return await calls.focus(visit.site.interface, visit.token, *visit.named())


def _may(visit: Visit, found: ShownFocus | None) -> bool:
    return found is None or word_of(visit) in ways(visit, found)


def _fields(_: Visit, found: ShownFocus | None) -> list[Field]:
    return [
        *([] if found else [Field("year", "year", needed=True)]),
        Field("text", "prose", needed=True),
        *(Field(name, "lines") for name in GOALS),
        Field("themes", "boxes", choices=words.choices("Theme")),
        Field("policy_areas", "boxes", choices=words.AREA_OPTIONS),
    ]


def _filled(visit: Visit, found: ShownFocus | None) -> dict[str, list[str]]:
    if found is None:
        return {"year": [str(day_of(visit.site.now()).year)]}
    goals = {
        name: ["\n".join(each.text for each in found.goals if each.mandate_area == code)]
        for name, code in GOALS.items()
    }
    return {"text": [found.text], **goals, "themes": [*found.themes], "policy_areas": [*found.policy_areas]}


async def _tell(visit: Visit, sent: SentForm[ShownFocus | None]) -> str:
    interface, token, before = visit.site.interface, visit.token, sent.found
    if before and word_of(visit) == "dra-tillbaka":
        found = await calls.withdraw_focus(interface, token, sent.key, *visit.named(), sent.seen)
    else:
        wish = dict(sent.values)
        lines = {code: wish.pop(name) for name, code in GOALS.items()}
        wish["goals"] = [
            {"text": text, "mandate_area": code}
            for code, texts in lines.items()
            for text in (texts if isinstance(texts, list) else [])
        ]
        wish |= {"year": before.year} if before else {}
        found = await calls.decide(interface, token, sent.key, wish, sent.seen if before else None)
    return f"/lardomar/inriktning/{found.county}/{found.id}"


BASE = WorkForm("focus", "", _find, _may, _tell, title=lambda found: str(found.year) if found else "")
DECIDING = replace(
    BASE, fields=_fields, filled=_filled, doubts=True, at={"invalid-year": "year", "goals.text": next(iter(GOALS))}
)
FORMS: Mapping[str, WorkForm[ShownFocus | None]] = {
    "ny": replace(DECIDING, word="ny"),
    "andra": replace(DECIDING, word="andra"),
    "dra-tillbaka": replace(BASE, word="dra-tillbaka", grave=True),
}
"""By the last word of the address."""
