"""The fields of the plan of a measure, or of a joint one: the causes it is aimed at, its goal, and who does it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from services.workspace import picture_words as words
from services.workspace.guard import Visit
from services.workspace.lists import Option, options
from services.workspace.pages.work_form import Field
from services.workspace.shown_pictures import ShownPicture, ShownPlan
from services.workspace.words import capital
from shared.contracts.reference import FUNCTIONS

SAME = ("title", "prevention_type", "prevention_level", "operational_goal", "first_day", "last_day", "who")
INDICATOR = ("indicator", "unit", "baseline", "target")
SEVERAL = ("causes", "targets", "controllers")
FIELDS = (*SAME, *INDICATOR, *SEVERAL, "model", "municipalities")
AT = {
    "invalid-causes": "causes",
    "invalid-model": "model",
    "unknown-model": "model",
    "invalid-municipality": "municipalities",
}

AnyPlan = TypeVar("AnyPlan", bound=ShownPlan)


@dataclass(frozen=True, slots=True)
class PlannedFor(Generic[AnyPlan]):
    """The picture whose causes a plan is aimed at, the plan so far, and the measures that it may follow."""

    picture: ShownPicture
    plan: AnyPlan | None = None
    models: list[Option] | None = None

    @property
    def version(self) -> int:
        """That of the plan; 0 of a new one."""
        return self.plan.version if self.plan else 0


def plan_fields(_: Visit, found: PlannedFor[AnyPlan]) -> list[Field]:
    """The fields that every plan has."""
    functions = options({code: capital(term.swedish) for code, term in FUNCTIONS.items()})
    causes = [Option(str(each.number), each.text) for each in found.picture.causes]
    return [
        Field("title", needed=True),
        Field("causes", "boxes", needed=True, choices=causes),
        Field("targets", "boxes", needed=True, choices=words.choices("TriadElement")),
        Field("controllers", "boxes", choices=words.choices("CrimeController")),
        Field("prevention_type", "select", needed=True, choices=words.choices("PreventionType")),
        Field("prevention_level", "select", needed=True, choices=words.choices("PreventionLevel")),
        Field("operational_goal", "area", needed=True),
        Field("indicator", needed=True),
        Field("unit", needed=True),
        Field("baseline", "number", needed=True),
        Field("target", "number", needed=True),
        Field("first_day", "day", needed=True),
        Field("last_day", "day", needed=True),
        Field("who", "select", needed=True, choices=functions),
    ]


def filled_plan(_: Visit, found: PlannedFor[AnyPlan]) -> dict[str, list[str]]:
    """The fields as they are."""
    plan = found.plan
    if plan is None:
        return {}
    return {
        **{name: [str(getattr(plan, name))] for name in SAME},
        **{name: [str(each) for each in getattr(plan, name)] for name in SEVERAL},
        "indicator": [plan.indicator.text],
        **{name: [str(getattr(plan.indicator, name))] for name in INDICATOR[1:]},
    }


def wrong_days(_: Visit, values: Mapping[str, object]) -> list[str]:
    """Nothing ends before it begins."""
    return ["last_day"] if str(values["last_day"] or "") < str(values["first_day"] or "") else []


def plan_of(values: Mapping[str, object], picture: ShownPicture) -> dict[str, object]:
    """The plan that a form says. Municipalities and theme are those of its picture."""
    causes = values["causes"]
    return {
        **{name: values[name] for name in (*SAME, *SEVERAL)},
        "picture": picture.id,
        "municipalities": picture.municipalities,
        "theme": picture.theme,
        "local_theme": picture.local_theme,
        "policy_areas": picture.policy_areas,
        "causes": [int(each) for each in causes if each.isdecimal()] if isinstance(causes, list) else [],
        "indicator": {"text": values["indicator"], **{name: values[name] for name in INDICATOR[1:]}},
    }
