"""A routine or a safety advice is written as a form: codes chosen from lists, so that no free text can slip in."""

from collections.abc import Mapping, Sequence
from datetime import date

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_guidance as calls
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.guidance_words import choices
from services.workspace.lists import Option
from services.workspace.pages.routines import KINDS
from services.workspace.sending import FormError, errors_of, first, key_again, key_of, status_of
from shared.calendar import day_of
from shared.contracts.reference.shipments import ADVICE_LINES, NUMBERS

STEPS = 10
"""So many steps can be chosen."""
LONGEST = 90
"""A longer line is cut in the list of choices; the draft shows it whole."""
FIELDS = ("valid_from", "audience", "hazard_class", "steps", "calls", "tlp")
BY_WORD = {word: kind for kind, word in KINDS.items()}


async def ask(visit: Visit) -> Response:
    """The form: `slag` says whether a routine or a safety advice is written."""
    kind = BY_WORD.get(visit.request.query_params.get("slag", ""), "routine")
    return _show(visit, kind, {}, [], 200)


async def write(visit: Visit) -> Response:
    """The draft waits for a second person."""
    form = await form_of(visit.request)
    kind = BY_WORD.get(first(form, "slag"), "routine")
    details: dict[str, object] = {
        "valid_from": first(form, "valid_from"),
        "audience": form.get("audience", []),
        "steps": [step for step in form.get("steps", []) if step],
        "calls": form.get("calls", []),
        "tlp": first(form, "tlp"),
    }
    if kind == "safety-advice":
        details["hazard_class"] = first(form, "hazard_class")
    wrong = [name for name in FIELDS if name in details and name != "calls" and not details[name]]
    if "valid_from" not in wrong and not _is_coming(visit, first(form, "valid_from")):
        wrong.insert(0, "valid_from")
    if wrong:
        return _show(visit, kind, form, [FormError(f"field.{name}", name) for name in wrong], 422)
    wish = {"details": details} | ({"exercise": bool(first(form, "exercise"))} if kind == "safety-advice" else {})
    try:
        await calls.draft(visit.site.interface, visit.token, key_of(form), kind, wish)
    except (CallRefused, CountyAway) as failed:
        errors = errors_of(failed, FIELDS, visit.site.words.has, "guidance")
        return _show(visit, kind, form, errors, status_of(failed))
    return RedirectResponse("/rutiner?klart=utkast", 303)


def _is_coming(visit: Visit, text: str) -> bool:
    """Whether it is a day from today on."""
    try:
        return date.fromisoformat(text) >= day_of(visit.site.now())
    except ValueError:
        return False


def _show(
    visit: Visit, kind: str, form: Mapping[str, Sequence[str]], errors: Sequence[FormError], status: int
) -> Response:
    chosen = [step for step in form.get("steps", []) if step][:STEPS]
    return visit.page(
        "draft_form.html",
        status,
        kind=kind,
        valid_from=first(form, "valid_from") or (day_of(visit.site.now()).isoformat() if not form else ""),
        audiences=choices("Audience"),
        audience=form.get("audience", []),
        hazards=choices("HazardClass"),
        hazard_class=first(form, "hazard_class"),
        steps=[*chosen, *[""] * (STEPS - len(chosen))],
        lines=[Option(code, _cut(line.swedish)) for code, line in ADVICE_LINES.items()],
        numbers=[Option(code, f"{each.swedish}, {each.number}") for code, each in NUMBERS.items()],
        calls=form.get("calls", []),
        labels=choices("Tlp"),
        tlp=first(form, "tlp"),
        exercise=bool(first(form, "exercise")),
        errors=errors,
        key=key_again(form, status),
    )


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST else line[:LONGEST].rsplit(" ", 1)[0] + " …"
