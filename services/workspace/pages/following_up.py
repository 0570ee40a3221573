"""A municipality or the police say how a measure goes: by a colour, in words, as seen on a day."""

from collections.abc import Mapping, Sequence
from datetime import date

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_pictures as calls
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.lists import Option
from services.workspace.pages.findings import findings
from services.workspace.pages.initiative_steps import writes
from services.workspace.sending import FormError, errors_of, first, key_again, key_of, status_of, version_of
from services.workspace.shown_pictures import ShownMeasure
from shared.calendar import day_of

COLOURS = ("GREEN", "YELLOW", "RED")
FIELDS = ("colour", "text", "day")
AT = {"invalid-day": "day", "unconfirmed": "confirmed"}
STATUSES = ("ONGOING", "DONE")


async def ask(visit: Visit) -> Response:
    """The form; where the measure is not followed up, its page."""
    measure = await _found(visit)
    if not may_follow_up(visit, measure):
        return RedirectResponse(_back(visit), 303)
    return _show(visit, measure, {"day": [day_of(visit.site.now()).isoformat()]}, [], 200)


async def send(visit: Visit) -> Response:
    """The measure goes as the form says, in the version that its user has seen."""
    form = await form_of(visit.request)
    seen, values = version_of(form), {name: " ".join(first(form, name).split()) for name in FIELDS}
    errors, status = _errors(visit, values), 422
    if not errors:
        wish = {**values, "confirmed": bool(first(form, "confirmed"))}
        interface, token, key = visit.site.interface, visit.token, key_of(form)
        try:
            await calls.measure_step(interface, token, key, *visit.named(), "follow-up", wish, seen)
        except (CallRefused, CountyAway) as failed:
            errors = errors_of(failed, FIELDS, visit.site.words.has, "pictures", AT, "follow")
            status = status_of(failed)
        else:
            return RedirectResponse(f"{_back(visit)}?klart=uppfoljd", 303)
    return _show(visit, await _found(visit), form, errors, status)


def may_follow_up(visit: Visit, measure: ShownMeasure) -> bool:
    """Whether the user says how the measure goes: it is under way or done."""
    return measure.status in STATUSES and writes(visit, measure)


def _errors(visit: Visit, values: Mapping[str, str]) -> list[FormError]:
    found = [] if values["colour"] in COLOURS else [FormError("follow.colour", "colour")]
    if not values["text"]:
        found.append(FormError("follow.text", "text"))
    elif findings("text", values["text"]):
        found.append(FormError("follow.sensitive", "text"))
    try:
        coming = date.fromisoformat(values["day"]) > day_of(visit.site.now())
    except ValueError:
        coming = True
    return [*found, FormError("follow.day", "day")] if coming else found


async def _found(visit: Visit) -> ShownMeasure:
    return await calls.measure(visit.site.interface, visit.token, *visit.named())


def _back(visit: Visit) -> str:
    return visit.request.url.path.rpartition("/")[0]


def _show(
    visit: Visit,
    measure: ShownMeasure,
    form: Mapping[str, Sequence[str]],
    errors: Sequence[FormError],
    status: int,
) -> Response:
    return visit.page(
        "follow_up_form.html",
        status,
        measure=measure,
        colours=[Option(code, visit.site.words.text(f"follow.{code.lower()}")) for code in COLOURS],
        values={name: first(form, name) for name in FIELDS},
        doubtful=any(each.field == "confirmed" for each in errors),
        back=_back(visit),
        version=first(form, "version") if status == 503 else measure.version,
        errors=errors,
        key=key_again(form, status),
    )
