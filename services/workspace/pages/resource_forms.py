"""A county's coordinator recommends something to read, says that its address was checked, and withdraws it."""

from collections.abc import Mapping
from dataclasses import replace

from services.workspace import calls_resources as calls
from services.workspace import picture_words as words
from services.workspace.guard import Visit
from services.workspace.pages.work_form import Field, SentForm, WorkForm, word_of
from services.workspace.roles import COORDINATORS
from services.workspace.shown_resources import ShownResource

LINES = ("kind", "title", "published", "designation", "section", "url", "checked_on")
FIELDS = (*LINES, "publishers", "themes", "policy_areas")


def ways(visit: Visit, found: ShownResource) -> list[str]:
    """The steps that the user takes with the resource now."""
    own = found.county == visit.site.county.name and bool(visit.roles & COORDINATORS)
    return ["andra", "dra-tillbaka"] if own and found.status == "ACTIVE" else []


async def _find(visit: Visit) -> ShownResource | None:
    if "identity" not in visit.request.path_params:
        return None
    return await calls.resource(visit.site.interface, visit.token, *visit.named())


def _may(visit: Visit, found: ShownResource | None) -> bool:
    return found is None or word_of(visit) in ways(visit, found)


def _fields(_visit: Visit, _found: ShownResource | None) -> list[Field]:
    return [
        Field("kind", "select", needed=True, choices=words.choices("ResourceKind")),
        Field("title", needed=True),
        Field("designation"),
        Field("section"),
        Field("publishers", "lines"),
        Field("published", "year"),
        Field("url"),
        Field("checked_on", "day"),
        Field("themes", "boxes", choices=words.choices("Theme")),
        Field("policy_areas", "boxes", choices=words.AREA_OPTIONS),
    ]


def _filled(_visit: Visit, found: ShownResource | None) -> dict[str, list[str]]:
    if found is None:
        return {}
    lines = {name: [str(getattr(found, name) or "")] for name in LINES}
    return {
        **lines,
        "publishers": ["\n".join(found.publishers)],
        "themes": [*found.themes],
        "policy_areas": [*found.policy_areas],
    }


def _wrong(_visit: Visit, values: Mapping[str, object]) -> list[str]:
    """The fields that do not fit together: only a legal source has a designation, and an address was checked."""
    wrong = []
    if (values["kind"] == "LEGAL_SOURCE") != bool(values["designation"]):
        wrong.append("designation")
    if values["section"] and not values["designation"]:
        wrong.append("section")
    if bool(values["url"]) != bool(values["checked_on"]):
        wrong.append("checked_on" if values["url"] else "url")
    return wrong


async def _tell(visit: Visit, sent: SentForm[ShownResource | None]) -> str:
    interface, token = visit.site.interface, visit.token
    if sent.found is None:
        found = await calls.recommend(interface, token, sent.key, sent.values)
    elif word_of(visit) == "andra":
        found = await calls.change(interface, token, sent.key, *visit.named(), sent.values, sent.seen)
    else:
        found = await calls.withdraw(interface, token, sent.key, *visit.named(), sent.seen)
    return f"/kunskap/{found.county}/{found.id}"


BASE = WorkForm("resource", "", _find, _may, _tell, title=lambda found: found.title if found else "")
WRITING = replace(BASE, fields=_fields, filled=_filled, wrong=_wrong, at={"invalid-checked-on": "checked_on"})
FORMS: Mapping[str, WorkForm[ShownResource | None]] = {
    "ny": replace(WRITING, word="ny"),
    "andra": replace(WRITING, word="andra"),
    "dra-tillbaka": replace(BASE, word="dra-tillbaka", grave=True),
}
"""By the last word of the address."""
