"""A municipality or the police write a problem picture: what is known by the three, and causes with their numbers."""

from collections.abc import Mapping, Sequence

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_pictures as calls
from services.workspace import picture_words as words
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.lists import Option, is_day, options
from services.workspace.pages.findings import findings
from services.workspace.pages.initiative_steps import writes
from services.workspace.pages.subject_fields import wrong_subject
from services.workspace.sending import FormError, errors_of, first, key_again, key_of, status_of, version_of
from services.workspace.shown_pictures import ShownPicture
from services.workspace.speaking import home_of
from shared.contracts.prose import LONGEST_STATEMENT
from shared.contracts.reference import MUNICIPALITIES

LINES = ("title", "theme", "local_theme", "first_day", "last_day", "priority")
TEXTS = ("summary", *(code.lower() for code in words.ELEMENTS), "place")
"""The fields of several lines; each line but those of the summary says something of its own."""
SEVERAL = ("municipalities", "policy_areas", "sources")
ROW = ("number", "cause", "element", "grade")
FIELDS = (*LINES, *TEXTS, "municipalities", "cause")
NEEDED = ("title", "municipalities", "theme", "first_day", "last_day", "summary")
AT = {
    "invalid-municipality": "municipalities",
    "no-priority": "priority",
    "not-analysed": "offender",
    "no-cause": "cause",
    "unconfirmed": "confirmed",
    "place_factors": "place",
    "causes": "cause",
}
MORE_CAUSES, MOST_CAUSES = 2, 50


async def ask(visit: Visit) -> Response:
    """The form, with what is written so far; where the user writes in no such picture, its page."""
    picture = await _found(visit)
    if picture and (not writes(visit, picture) or picture.status == "ARCHIVED"):
        return RedirectResponse(_path(picture), 303)
    filled = _filled(picture) if picture else {"municipalities": [home_of(visit) or ""]}
    return _show(visit, picture, filled, [], 200)


async def send(visit: Visit) -> Response:
    """The picture is begun, or says what the form says, in the version that its user has seen."""
    form = await form_of(visit.request)
    seen = version_of(form) if "identity" in visit.request.path_params else 0
    wish, errors = _read(visit, form)
    picture, status = None, 422
    if not errors:
        interface, token, key = visit.site.interface, visit.token, key_of(form)
        try:
            if not seen:
                picture = await calls.begin(interface, token, key, wish)
            else:
                confirmed = {"confirmed": bool(first(form, "confirmed"))}
                picture = await calls.change(interface, token, key, *visit.named(), wish | confirmed, seen)
        except (CallRefused, CountyAway) as failed:
            at, status = AT | _elements(wish), status_of(failed)
            errors = errors_of(failed, FIELDS, visit.site.words.has, "pictures", at, "write")
        else:
            return RedirectResponse(f"{_path(picture)}?klart=sparad", 303)
    return _show(visit, await _found(visit), form, errors, status)


def _path(picture: ShownPicture) -> str:
    return f"/lagesbilder/{picture.county}/{picture.id}"


async def _found(visit: Visit) -> ShownPicture | None:
    """The picture in the address; None where a new one is begun."""
    if "identity" not in visit.request.path_params:
        return None
    return await calls.picture(visit.site.interface, visit.token, *visit.named())


def _filled(picture: ShownPicture) -> dict[str, list[str]]:
    """The form of a picture as it is."""
    lines = {name: [str(getattr(picture, name) or "")] for name in (*LINES, "summary")}
    by_element = {
        code.lower(): ["\n".join(each.text for each in picture.factors if each.element == code)]
        for code in words.ELEMENTS
    }
    rows = {
        "number": [str(each.number) for each in picture.causes],
        "cause": [each.text for each in picture.causes],
        "element": [each.element for each in picture.causes],
        "grade": [each.grade for each in picture.causes],
    }
    several = {name: list(getattr(picture, name)) for name in SEVERAL}
    return {**lines, **by_element, "place": ["\n".join(picture.place_factors)], **several, **rows}


def _read(visit: Visit, form: Mapping[str, Sequence[str]]) -> tuple[dict[str, object], list[FormError]]:
    """The picture that a form says, and what is wrong with it."""
    values = {name: " ".join(first(form, name).split()) for name in LINES}
    texts = {name: first(form, name).replace("\r\n", "\n") for name in TEXTS}
    several = {name: [each for each in form.get(name, []) if each] for name in SEVERAL}
    given: Mapping[str, object] = {**values, **texts, **several}
    rows = _rows(form)
    errors = [FormError(f"write.{name}", name) for name in NEEDED if not given[name]]
    errors += [
        FormError(f"write.{name}", name)
        for name in ("first_day", "last_day")
        if values[name] and not is_day(values[name])
    ]
    errors += [
        FormError(f"write.{name}", name) for name in wrong_subject(visit, given) if given[name] or name not in NEEDED
    ]
    errors += [
        FormError(f"write.{name}", name)
        for name in TEXTS[1:]
        if any(len(each) > LONGEST_STATEMENT for each in _lines(texts[name]))
    ]
    if any(not all(row[1:]) for row in rows):
        errors.append(FormError("write.cause", "cause"))
    written = {**texts, "title": values["title"], "cause": "\n".join(row[1] for row in rows)}
    errors += [FormError("write.sensitive", name) for name, text in written.items() if findings(name, text)]
    taken = {int(number) for number, *_ in rows if number.isdecimal()}
    free = iter(sorted(set(range(1, 100)) - taken))
    wish: dict[str, object] = {
        **{name: values[name] or None for name in LINES if name != "priority"},
        "priority": int(values["priority"]) if values["priority"] in ("1", "2", "3", "4", "5") else None,
        **several,
        "summary": texts["summary"],
        "factors": [{"element": code, "text": line} for code in words.ELEMENTS for line in _lines(texts[code.lower()])],
        "place_factors": _lines(texts["place"]),
        "causes": [
            {
                "number": int(number) if number.isdecimal() else next(free),
                "text": text,
                "element": element,
                "grade": grade,
            }
            for number, text, element, grade in rows
        ],
    }
    return wish, errors


def _elements(wish: Mapping[str, object]) -> dict[str, str]:
    """The form's field of each factor."""
    factors = wish["factors"]
    assert isinstance(factors, list)
    return {f"factors.{place}.text": each["element"].lower() for place, each in enumerate(factors)}


def _lines(text: str) -> list[str]:
    return [line for each in text.split("\n") if (line := " ".join(each.split()))]


def _rows(form: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """The lines of causes in which something is written."""
    columns = [[" ".join(each.split()) for each in form.get(name, [])][:MOST_CAUSES] for name in ROW]
    longest = max(map(len, columns))
    rows = zip(*([*each, *[""] * (longest - len(each))] for each in columns), strict=True)
    return [row for row in rows if row[1]]


def _show(
    visit: Visit,
    picture: ShownPicture | None,
    form: Mapping[str, Sequence[str]],
    errors: Sequence[FormError],
    status: int,
) -> Response:
    county = [each for each in MUNICIPALITIES.values() if each.county == visit.site.county.code]
    rows = _rows(form)
    return visit.page(
        "picture_form.html",
        status,
        picture=picture,
        back=_path(picture) if picture else "/lagesbilder",
        places=options({each.code: each.name for each in county}),
        themes=words.choices("Theme"),
        areas=words.AREA_OPTIONS,
        sources=words.choices("PictureSource"),
        elements=words.choices("TriadElement"),
        grades=words.choices("EvidenceGrade"),
        priorities=[Option(str(each), str(each)) for each in range(1, 6)],
        values={name: first(form, name) for name in (*LINES, *TEXTS)},
        several={name: form.get(name, []) for name in SEVERAL},
        rows=[*rows, *[("",) * len(ROW)] * MORE_CAUSES],
        doubtful=any(each.field == "confirmed" for each in errors),
        version=first(form, "version") if status == 503 else str(picture.version) if picture else "",
        errors=errors,
        key=key_again(form, status),
    )
