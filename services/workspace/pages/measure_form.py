"""A municipality or the police plan a measure against causes of a picture, maybe after another county's measure."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_pictures as calls
from services.workspace import picture_words as words
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.lists import Option, is_day, options
from services.workspace.pages.findings import findings
from services.workspace.pages.initiative_steps import writes
from services.workspace.sections import section
from services.workspace.sending import FormError, errors_of, first, key_again, key_of, status_of, version_of
from services.workspace.shown_pictures import ShownMeasure, ShownPicture
from services.workspace.words import capital
from shared.contracts.reference import FUNCTIONS

LINES = ("title", "prevention_type", "prevention_level", "first_day", "last_day", "who", "model")
INDICATOR = ("indicator", "unit", "baseline", "target")
TEXTS = ("title", "operational_goal", "indicator", "unit")
SEVERAL = ("causes", "targets", "controllers")
NEEDED = ("title", "causes", "targets", "operational_goal", *INDICATOR, *LINES[1:-1])
FIELDS = (*LINES, *INDICATOR, "operational_goal", *SEVERAL)
AT = {"invalid-causes": "causes", "invalid-model": "model", "unknown-model": "model", "unconfirmed": "confirmed"}


async def ask(visit: Visit) -> Response:
    """The form, with the plan so far; where the user plans nothing, the page of the picture or the measure."""
    picture, measure = await _found(visit)
    if not writes(visit, picture) or not (measure or picture.status in ("ANALYSED", "AGREED")):
        return RedirectResponse(_back(visit), 303)
    return await _show(visit, picture, measure, _filled(measure) if measure else {}, [], 200)


async def send(visit: Visit) -> Response:
    """The measure is proposed, or its plan is as the form says, in the version that its user has seen."""
    form = await form_of(visit.request)
    seen = version_of(form) if _changes(visit) else 0
    picture, measure = await _found(visit)
    wish, errors = _read(form, picture)
    status = 422
    if not errors:
        interface, token, key = visit.site.interface, visit.token, key_of(form)
        try:
            if not seen:
                made = await calls.propose(interface, token, key, wish)
            else:
                confirmed = {"confirmed": bool(first(form, "confirmed"))}
                made = await calls.plan(interface, token, key, *visit.named(), wish | confirmed, seen)
        except (CallRefused, CountyAway) as failed:
            errors, status = (
                errors_of(failed, FIELDS, visit.site.words.has, "pictures", AT, "plan-of"),
                status_of(failed),
            )
        else:
            return RedirectResponse(f"/lagesbilder/atgarder/{made.county}/{made.id}?klart=sparad", 303)
    return await _show(visit, picture, measure, form, errors, status)


def _changes(visit: Visit) -> bool:
    return visit.request.url.path.startswith("/lagesbilder/atgarder/")


def _back(visit: Visit) -> str:
    return visit.request.url.path.rpartition("/")[0]


async def _found(visit: Visit) -> tuple[ShownPicture, ShownMeasure | None]:
    """The picture, and the measure in the address if one is changed."""
    (county, identity), interface, token = visit.named(), visit.site.interface, visit.token
    if not _changes(visit):
        return await calls.picture(interface, token, county, identity), None
    measure = await calls.measure(interface, token, county, identity)
    return await calls.picture(interface, token, county, UUID(measure.picture)), measure


def _filled(measure: ShownMeasure) -> dict[str, list[str]]:
    """The form of a measure as it is."""
    same = {name: [str(getattr(measure, name))] for name in (*LINES[:-1], "operational_goal")}
    model = f"{measure.model.county}/{measure.model.id}" if measure.model else ""
    indicator = measure.indicator
    numbers = {"baseline": [str(indicator.baseline)], "target": [str(indicator.target)]}
    several = {name: [str(each) for each in getattr(measure, name)] for name in SEVERAL}
    return {**same, "model": [model], "indicator": [indicator.text], "unit": [indicator.unit], **numbers, **several}


def _read(form: Mapping[str, Sequence[str]], picture: ShownPicture) -> tuple[dict[str, object], list[FormError]]:
    """The plan that a form says, and what is wrong with it. Municipalities and theme are those of its picture."""
    values = {name: " ".join(first(form, name).split()) for name in (*LINES, *INDICATOR, "operational_goal")}
    several = {name: [each for each in form.get(name, []) if each] for name in SEVERAL}
    given: Mapping[str, object] = {**values, **several}
    wrong = [name for name in NEEDED if not given[name]]
    wrong += [name for name in ("first_day", "last_day") if values[name] and not is_day(values[name])]
    wrong += [name for name in ("baseline", "target") if values[name] and not _is_number(values[name])]
    errors = [FormError(f"plan-of.{name}", name) for name in wrong]
    errors += [FormError("write.sensitive", name) for name in TEXTS if findings(name, values[name])]
    if errors:
        return {}, errors
    county, _, identity = values["model"].partition("/")
    return {
        **{name: values[name] for name in (*LINES[:-1], "operational_goal")},
        "picture": picture.id,
        "municipalities": picture.municipalities,
        "theme": picture.theme,
        "local_theme": picture.local_theme,
        "policy_areas": picture.policy_areas,
        **several,
        "causes": [int(each) for each in several["causes"] if each.isdecimal()],
        "indicator": {
            "text": values["indicator"],
            "unit": values["unit"],
            "baseline": int(values["baseline"]),
            "target": int(values["target"]),
        },
        "model": {"county": county, "id": identity} if identity else None,
    }, []


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdecimal() and len(digits) < 10


async def _models(visit: Visit) -> list[Option]:
    """The measures that other counties have released, by county and title."""
    items = (await calls.measures(visit.site.interface, visit.token)).items
    own, name_of = visit.site.county.name, visit.site.name_of
    others = [each for each in items if each.county != own]
    return options({f"{each.county}/{each.id}": f"{name_of(each.county)}: {each.title}" for each in others})


async def _show(
    visit: Visit,
    picture: ShownPicture,
    measure: ShownMeasure | None,
    form: Mapping[str, Sequence[str]],
    errors: Sequence[FormError],
    status: int,
) -> Response:
    models, chosen = await section(_models(visit)), first(form, "model")
    known = models.content or []
    kept = [Option(chosen, chosen)] if chosen and chosen not in {each.code for each in known} else []
    return visit.page(
        "measure_form.html",
        status,
        picture=picture,
        measure=measure,
        back=_back(visit),
        causes=[Option(str(each.number), each.text) for each in picture.causes],
        elements=words.choices("TriadElement"),
        controllers=words.choices("CrimeController"),
        types=words.choices("PreventionType"),
        levels=words.choices("PreventionLevel"),
        functions=options({code: capital(term.swedish) for code, term in FUNCTIONS.items()}),
        models=[*known, *kept],
        values={name: first(form, name) for name in (*LINES, *INDICATOR, "operational_goal")},
        several={name: form.get(name, []) for name in SEVERAL},
        doubtful=any(each.field == "confirmed" for each in errors),
        version=first(form, "version") if status == 503 else str(measure.version) if measure else "",
        errors=errors,
        key=key_again(form, status),
    )
