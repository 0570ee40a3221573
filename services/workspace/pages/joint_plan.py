"""A municipality proposes a measure to others, also of other counties, or changes its plan and asks all anew."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from services.workspace import calls_joint as calls
from services.workspace import calls_pictures
from services.workspace.guard import Visit
from services.workspace.lists import options
from services.workspace.pages.joint_forms import ways
from services.workspace.pages.plan_fields import AT, PlannedFor, filled_plan, plan_fields, plan_of, wrong_days
from services.workspace.pages.work_form import Field, SentForm, WorkForm, word_of
from services.workspace.shown_joint import AnsweredJoint
from services.workspace.shown_pictures import ShownPicture
from services.workspace.speaking import home_of
from shared.contracts.reference import MUNICIPALITIES


def may_propose(visit: Visit, picture: ShownPicture) -> bool:
    """Whether the user's municipality leads a joint measure against causes of this picture, which all counties see."""
    own = picture.county == visit.site.county.name and home_of(visit) in picture.municipalities
    return own and picture.shared and picture.status in ("ANALYSED", "AGREED")


async def _find(visit: Visit) -> PlannedFor[AnsweredJoint]:
    (county, identity), interface, token = visit.named(), visit.site.interface, visit.token
    if word_of(visit) == "gemensam":
        return PlannedFor(await calls_pictures.picture(interface, token, county, identity))
    joint = await calls.measure(interface, token, county, identity)
    return PlannedFor(await calls_pictures.picture(interface, token, county, UUID(joint.picture)), joint)


def _may(visit: Visit, found: PlannedFor[AnsweredJoint]) -> bool:
    return "andra" in ways(visit, found.plan) if found.plan else may_propose(visit, found.picture)


def _fields(visit: Visit, found: PlannedFor[AnsweredJoint]) -> list[Field]:
    """Those of every plan, and who is asked: the others of this county first, then those of its neighbours."""
    home, names = home_of(visit), {each.code: visit.site.name_of(each.name) for each in visit.site.counties}
    others = [each for each in MUNICIPALITIES.values() if each.code != home and each.county in names]
    choices = options({each.code: f"{each.name}, {names[each.county]}" for each in others})
    choices.sort(key=lambda choice: not choice.code.startswith(visit.site.county.code))
    return [*plan_fields(visit, found), Field("municipalities", "boxes", needed=True, choices=choices)]


def _filled(visit: Visit, found: PlannedFor[AnsweredJoint]) -> dict[str, list[str]]:
    asked = found.plan.municipalities if found.plan else found.picture.municipalities
    return {**filled_plan(visit, found), "municipalities": [each for each in asked if each != home_of(visit)]}


async def _tell(visit: Visit, sent: SentForm[PlannedFor[AnsweredJoint]]) -> str:
    interface, token, values = visit.site.interface, visit.token, sent.values
    asked = values["municipalities"] if isinstance(values["municipalities"], list) else []
    municipalities = [home_of(visit), *asked]
    wish = {**plan_of(values, sent.found.picture), "municipalities": municipalities, "confirmed": values["confirmed"]}
    if sent.found.plan is None:
        made = await calls.propose(interface, token, sent.key, wish)
    else:
        made = await calls.change(interface, token, sent.key, *visit.named(), wish, sent.seen)
    return f"/lagesbilder/gemensamma/{made.county}/{made.id}"


PLAN: WorkForm[PlannedFor[AnsweredJoint]] = WorkForm(
    "plan-of",
    "gemensam",
    _find,
    _may,
    _tell,
    title=lambda found: found.picture.title,
    fields=_fields,
    filled=_filled,
    wrong=wrong_days,
    notes=lambda visit, found: [str(visit.site.words.text("joint.anew"))] if found.plan else [],
    at=AT,
    subject="pictures",
    doubts=True,
)
NEW: Mapping[str, WorkForm[PlannedFor[AnsweredJoint]]] = {PLAN.word: PLAN}
CHANGE: Mapping[str, WorkForm[PlannedFor[AnsweredJoint]]] = {"andra": replace(PLAN, word="andra")}
"""A new one under the address of its picture, and a change under its own; by the last word."""
