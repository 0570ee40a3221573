"""A municipality or the police plan a measure against causes of a picture, maybe after another county's measure."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from services.workspace import calls_pictures as calls
from services.workspace.guard import Visit
from services.workspace.lists import Option, options
from services.workspace.pages.initiative_steps import writes
from services.workspace.pages.plan_fields import AT, PlannedFor, filled_plan, plan_fields, plan_of, wrong_days
from services.workspace.pages.work_form import Field, SentForm, WorkForm, word_of
from services.workspace.sections import section
from services.workspace.shown_pictures import ShownMeasure


async def _find(visit: Visit) -> PlannedFor[ShownMeasure]:
    (county, identity), interface, token = visit.named(), visit.site.interface, visit.token
    models = (await section(_models(visit))).content or []
    if word_of(visit) == "atgard":
        return PlannedFor(await calls.picture(interface, token, county, identity), None, models)
    measure = await calls.measure(interface, token, county, identity)
    chosen = _model_of(measure)
    kept = [Option(chosen, chosen)] if chosen and chosen not in {each.code for each in models} else []
    return PlannedFor(await calls.picture(interface, token, county, UUID(measure.picture)), measure, [*models, *kept])


async def _models(visit: Visit) -> list[Option]:
    """The measures that other counties have released, by county and title."""
    items = (await calls.measures(visit.site.interface, visit.token)).items
    own, name_of = visit.site.county.name, visit.site.name_of
    others = [each for each in items if each.county != own]
    return options({f"{each.county}/{each.id}": f"{name_of(each.county)}: {each.title}" for each in others})


def _model_of(measure: ShownMeasure) -> str:
    return f"{measure.model.county}/{measure.model.id}" if measure.model else ""


def may_plan(visit: Visit, found: PlannedFor[ShownMeasure]) -> bool:
    """Whether the user changes the plan, or makes a new one: that needs an analysis."""
    analysed = found.picture.status in ("ANALYSED", "AGREED")
    return writes(visit, found.picture) and (found.plan is not None or analysed)


def _fields(visit: Visit, found: PlannedFor[ShownMeasure]) -> list[Field]:
    """Those of every plan, and the model. A form that was sent keeps one that cannot be looked up now."""
    shown = found.models or visit.request.method == "POST"
    return [*plan_fields(visit, found), *([Field("model", "select", choices=found.models or [])] if shown else [])]


def _filled(visit: Visit, found: PlannedFor[ShownMeasure]) -> dict[str, list[str]]:
    return {**filled_plan(visit, found), "model": [_model_of(found.plan)] if found.plan else []}


async def _tell(visit: Visit, sent: SentForm[PlannedFor[ShownMeasure]]) -> str:
    interface, token, values = visit.site.interface, visit.token, sent.values
    county, _, identity = str(values.get("model") or "").partition("/")
    model = {"county": county, "id": identity} if identity else None
    wish = {**plan_of(values, sent.found.picture), "model": model}
    if sent.found.plan is None:
        made = await calls.propose(interface, token, sent.key, wish)
    else:
        wish["confirmed"] = values["confirmed"]
        made = await calls.plan(interface, token, sent.key, *visit.named(), wish, sent.seen)
    return f"/lagesbilder/atgarder/{made.county}/{made.id}"


PLAN: WorkForm[PlannedFor[ShownMeasure]] = WorkForm(
    "plan-of",
    "atgard",
    _find,
    may_plan,
    _tell,
    title=lambda found: found.picture.title,
    fields=_fields,
    filled=_filled,
    wrong=wrong_days,
    at=AT,
    subject="pictures",
)
NEW: Mapping[str, WorkForm[PlannedFor[ShownMeasure]]] = {PLAN.word: PLAN}
CHANGE: Mapping[str, WorkForm[PlannedFor[ShownMeasure]]] = {"andra": replace(PLAN, word="andra", doubts=True)}
"""A new one under the address of its picture, and a change under its own; by the last word."""
