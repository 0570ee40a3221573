"""A municipality goes the five steps of cooperation with the police, forward, and backwards with a reason."""

from collections.abc import Mapping
from dataclasses import replace

from services.workspace import calls_processes as calls
from services.workspace import picture_words as words
from services.workspace.guard import Visit
from services.workspace.lists import Option, options
from services.workspace.pages.subject_fields import AT, municipalities, wrong_municipalities
from services.workspace.pages.work_form import Field, SentForm, WorkForm, word_of
from services.workspace.shown_processes import ShownProcess
from services.workspace.speaking import home_of
from services.workspace.words import capital
from shared.calendar import day_of, written_date
from shared.contracts.reference import FUNCTIONS
from shared.contracts.reference.readiness import MILESTONES, TERMS
from shared.runtime.auth import Role

STEPS = tuple(TERMS["ProcessStep"])
"""The five, in their order."""
CALLS = {
    "nasta": "step",
    "anteckna": "milestones",
    "overenskommelse": "agreement",
    "tillbaka": "back",
    "avsluta": "end",
}
"""The county's word for a step."""
AGREED_FROM = "JOINT_PREPARATION"
OF_POLICE = ("anteckna", "overenskommelse")
SIGNED = ("title", "signed_on", "valid_to", "purposes", "areas", "signed_by", "url")
FIELDS = ("municipalities", "policy_areas", "code", "done_on", "step", "reason", *SIGNED)


def ways(visit: Visit, found: ShownProcess) -> list[str]:
    """The steps that the user takes now, the likeliest first; the police of its county write what was done."""
    if found.county != visit.site.county.name or found.status != "ACTIVE" or found.step not in STEPS:
        return []
    place = STEPS.index(found.step)
    offered = {
        "nasta": not found.lacks,
        "anteckna": True,
        "overenskommelse": place >= STEPS.index(AGREED_FROM),
        "tillbaka": place > 0,
        "andra": True,
        "avsluta": True,
    }
    now = [word for word, there in offered.items() if there]
    if home_of(visit) in found.municipalities:
        return now
    return [word for word in now if word in OF_POLICE] if Role.POLICE in visit.roles else []


async def _find(visit: Visit) -> ShownProcess | None:
    if "identity" not in visit.request.path_params:
        return None
    return await calls.process(visit.site.interface, visit.token, *visit.named())


def _may(visit: Visit, found: ShownProcess | None) -> bool:
    return home_of(visit) is not None if found is None else word_of(visit) in ways(visit, found)


def _details(visit: Visit, _: ShownProcess | None) -> list[Field]:
    return [
        Field("title", needed=True),
        Field("municipalities", "boxes", needed=True, choices=municipalities(visit)),
        Field("policy_areas", "boxes", choices=words.AREA_OPTIONS),
    ]


def _filled(visit: Visit, found: ShownProcess | None) -> dict[str, list[str]]:
    if found is None:
        return {"municipalities": [home_of(visit) or ""]}
    return {
        "title": [found.title],
        "municipalities": [*found.municipalities],
        "policy_areas": [*found.policy_areas],
    }


def _milestone(visit: Visit, found: ShownProcess | None) -> list[Field]:
    now = [each for each in MILESTONES.values() if found and each.step == found.step]
    days = {each.code: written_date(each.done_on) for each in found.milestones} if found else {}
    done = {code: f" ({visit.site.words.text('process.done-on', day=day)})" for code, day in days.items()}
    choices = [Option(each.code, capital(each.swedish) + done.get(each.code, "")) for each in now]
    return [Field("code", "radio", needed=True, choices=choices), Field("done_on", "day", needed=True)]


def _first_lacking(visit: Visit, found: ShownProcess | None) -> dict[str, list[str]]:
    lacking = [each for each in found.lacks if each in MILESTONES] if found else []
    return {"code": lacking[:1], "done_on": [day_of(visit.site.now()).isoformat()]}


def _agreement(*_: object) -> list[Field]:
    functions = options({code: capital(each.swedish) for code, each in FUNCTIONS.items()})
    return [
        Field("title", needed=True),
        Field("signed_on", "day", needed=True),
        Field("valid_to", "day"),
        Field("purposes", "lines", needed=True),
        Field("areas", "lines", needed=True),
        Field("signed_by", "boxes", needed=True, choices=functions),
        Field("url"),
    ]


def _signed(_: Visit, found: ShownProcess | None) -> dict[str, list[str]]:
    agreement = found.agreement if found else None
    if agreement is None:
        return {"signed_by": ["MUNICIPAL_EXECUTIVE", "LPO_CHIEF"]}
    same = {name: [str(getattr(agreement, name) or "")] for name in ("title", "signed_on", "valid_to", "url")}
    lines = {name: ["\n".join(getattr(agreement, name))] for name in ("purposes", "areas")}
    return {**same, **lines, "signed_by": [*agreement.signed_by]}


def _unsigned(_: Visit, values: Mapping[str, object]) -> list[str]:
    signed = values["signed_by"]
    both = isinstance(signed, list) and {"MUNICIPAL_EXECUTIVE", "LPO_CHIEF"} <= set(signed)
    return [] if both else ["signed_by"]


def _earlier(_: Visit, found: ShownProcess | None) -> list[Field]:
    before = STEPS[: STEPS.index(found.step)] if found and found.step in STEPS else ()
    choices = [Option(code, words.title_word("ProcessStep", code)) for code in before]
    return [Field("step", "radio", needed=True, choices=choices), Field("reason", "area", needed=True)]


async def _tell(visit: Visit, sent: SentForm[ShownProcess | None]) -> str:
    interface, token, word = visit.site.interface, visit.token, word_of(visit)
    if sent.found is None:
        found = await calls.start(interface, token, sent.key, sent.values)
    elif word == "andra":
        found = await calls.change(interface, token, sent.key, *visit.named(), sent.values, sent.seen)
    else:
        found = await calls.step(interface, token, sent.key, *visit.named(), CALLS[word], sent.values, sent.seen)
    return f"/samverkan/{found.county}/{found.id}"


BASE = WorkForm("process", "", _find, _may, _tell, title=lambda found: found.title if found else "", at=AT)
DETAILS = replace(
    BASE, fields=_details, filled=_filled, wrong=wrong_municipalities, at={**AT, "signed": "municipalities"}
)
FORMS: Mapping[str, WorkForm[ShownProcess | None]] = {
    "ny": replace(DETAILS, word="ny"),
    "andra": replace(DETAILS, word="andra"),
    "nasta": replace(BASE, word="nasta"),
    "anteckna": replace(BASE, word="anteckna", fields=_milestone, filled=_first_lacking, at={"invalid-day": "done_on"}),
    "overenskommelse": replace(
        BASE,
        word="overenskommelse",
        fields=_agreement,
        filled=_signed,
        wrong=_unsigned,
        at={"invalid-day": "signed_on"},
    ),
    "tillbaka": replace(BASE, word="tillbaka", fields=_earlier, at={"not-earlier": "step"}),
    "avsluta": replace(BASE, word="avsluta", grave=True),
}
"""By the last word of the address."""
