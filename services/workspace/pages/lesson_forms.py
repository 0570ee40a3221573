"""A county's coordinator shares a lesson with all counties, changes it, and withdraws it."""

from collections.abc import Mapping
from dataclasses import replace

from services.workspace import calls_lessons as calls
from services.workspace.guard import Visit
from services.workspace.pages.subject_fields import AT, SUBJECT, filled_subject, subject_fields, wrong_subject
from services.workspace.pages.work_form import Field, SentForm, WorkForm, word_of
from services.workspace.roles import COORDINATORS
from services.workspace.shown_lessons import ShownLesson
from shared.calendar import day_of

FIELDS = ("title", "year", "text", "links", *SUBJECT)


def ways(visit: Visit, found: ShownLesson) -> list[str]:
    """The steps that the user takes with the lesson now."""
    own = found.county == visit.site.county.name and bool(visit.roles & COORDINATORS)
    return ["andra", "dra-tillbaka"] if own and found.status == "ACTIVE" else []


async def _find(visit: Visit) -> ShownLesson | None:
    if "identity" not in visit.request.path_params:
        return None
    return await calls.lesson(visit.site.interface, visit.token, *visit.named())


def _may(visit: Visit, found: ShownLesson | None) -> bool:
    return found is None or word_of(visit) in ways(visit, found)


def _fields(visit: Visit, _: ShownLesson | None) -> list[Field]:
    return [
        Field("title", needed=True),
        Field("year", "year", needed=True),
        Field("text", "prose", needed=True),
        *subject_fields(visit, whose=False),
        Field("links", "lines"),
    ]


def _filled(visit: Visit, found: ShownLesson | None) -> dict[str, list[str]]:
    if found is None:
        return {"year": [str(day_of(visit.site.now()).year)]}
    same = {name: [str(getattr(found, name))] for name in ("title", "year", "text")}
    return {**same, **filled_subject(found), "links": ["\n".join(found.links)]}


async def _tell(visit: Visit, sent: SentForm[ShownLesson | None]) -> str:
    interface, token, before = visit.site.interface, visit.token, sent.found
    if before is None:
        found = await calls.share(interface, token, sent.key, sent.values)
    elif word_of(visit) == "andra":
        wish = {**sent.values, "learnt_from": [each.model_dump() for each in before.learnt_from]}
        found = await calls.change(interface, token, sent.key, *visit.named(), wish, sent.seen)
    else:
        found = await calls.withdraw(interface, token, sent.key, *visit.named(), sent.seen)
    return f"/lardomar/{found.county}/{found.id}"


BASE = WorkForm("lesson", "", _find, _may, _tell, title=lambda found: found.title if found else "")
WRITING = replace(
    BASE, fields=_fields, filled=_filled, wrong=wrong_subject, doubts=True, at={**AT, "invalid-year": "year"}
)
FORMS: Mapping[str, WorkForm[ShownLesson | None]] = {
    "ny": replace(WRITING, word="ny"),
    "andra": replace(WRITING, word="andra"),
    "dra-tillbaka": replace(BASE, word="dra-tillbaka", grave=True),
}
"""By the last word of the address."""
