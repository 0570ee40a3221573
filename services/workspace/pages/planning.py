"""A host plans a meeting, moves it, and changes what it is about. Only another time or place asks for new answers."""

from collections.abc import Mapping, Sequence

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_hosting as calls
from services.workspace import picture_words as words
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.lists import Option, is_day, options
from services.workspace.pages import meeting_times
from services.workspace.pages.meetings import KINDS, MUNICIPAL
from services.workspace.pages.stepping import ways
from services.workspace.sending import FormError, errors_of, first, key_again, key_of, status_of, version_of
from services.workspace.shown_hosting import HostedMeeting
from services.workspace.words import capital
from shared.contracts.reference import FUNCTIONS
from shared.contracts.reference.meetings import TERMS
from shared.runtime.auth import Role

WHAT, WHEN = ("title", "purpose", "mandate_area"), (*meeting_times.FIELDS, "form", "place", "url", "answer_by")
PARTS = {"nytt": (*WHAT, *WHEN), "andra": WHAT, "flytta": WHEN}
"""The fields of each page, by the last word of its address."""
NEEDED = ("kind", "title", "day", "begins", "ends", "form")
ITEMS, MORE_ITEMS = 50, 3
"""So many items an agenda has at most, and so many empty lines are shown for more."""
MOST_MINUTES = 1_440
AT = {
    "invalid-place": "place",
    "invalid-url": "url",
    "invalid-time": "day",
    "invalid-answer-by": "answer_by",
    "begun": "day",
    "starts_at": "begins",
    "ends_at": "ends",
    "agenda": "item",
    "agenda.title": "item",
}
"""The fields that rules are about."""


async def ask(visit: Visit) -> Response:
    """The form, with what is planned so far; where nothing can be changed, the meeting's page."""
    part, meeting = _part(visit), await _hosted(visit)
    if meeting is not None and part not in ways(visit, meeting):
        return RedirectResponse(_path(meeting), 303)
    return _show(visit, meeting, _filled(meeting) if meeting else {}, [], 200)


async def send(visit: Visit) -> Response:
    """The meeting is planned, or changed in the version that its user has seen."""
    form, part = await form_of(visit.request), _part(visit)
    seen = 0 if part == "nytt" else version_of(form)
    meeting = await _hosted(visit)
    wish, errors = _read(form, part, meeting)
    if errors:
        return _show(visit, meeting, form, errors, 422)
    interface, token, key = visit.site.interface, visit.token, key_of(form)
    try:
        if meeting is None:
            made = await calls.plan(interface, token, key, {**_host(visit, first(form, "kind")), **wish})
            return RedirectResponse(f"{_path(made)}/kallade", 303)
        await calls.change(interface, token, key, *visit.named(), meeting.plan() | wish, seen)
    except (CallRefused, CountyAway) as failed:
        errors = errors_of(failed, (*PARTS[part], "policy_areas", "item"), visit.site.words.has, "hosting", AT, "plan")
        return _show(visit, meeting, form, errors, status_of(failed))
    return RedirectResponse(f"{_path(meeting)}?klart={part}", 303)


def _part(visit: Visit) -> str:
    return visit.request.url.path.rpartition("/")[2]


def _path(meeting: HostedMeeting) -> str:
    return f"/moten/{meeting.county}/{meeting.id}"


async def _hosted(visit: Visit) -> HostedMeeting | None:
    """The meeting in the address; None where a new one is planned."""
    if "identity" not in visit.request.path_params:
        return None
    return await calls.hosted(visit.site.interface, visit.token, *visit.named())


def _kinds(visit: Visit) -> list[Option]:
    """The kinds of meetings that the user hosts."""
    mine = {True: Role.MUNICIPAL_COORDINATOR in visit.roles, False: Role.COUNTY_COORDINATOR in visit.roles}
    return options({code: capital(word) for code, word in KINDS.items() if mine[code in MUNICIPAL]})


def _host(visit: Visit, kind: str) -> dict[str, object]:
    """Who holds a new meeting of this kind: the user's function, for the county or for a municipality."""
    local = kind in MUNICIPAL
    usual = "MUNICIPAL_COORDINATOR" if local else "COUNTY_COORDINATOR"
    given = visit.visitor.principal.function if visit.visitor else None
    organiser = given if given in FUNCTIONS else usual
    return {"kind": kind, "level": "LOCAL" if local else "REGIONAL", "organiser": organiser}


def _filled(meeting: HostedMeeting) -> dict[str, list[str]]:
    """The form of a meeting as it is."""
    times = meeting_times.filled(meeting.starts_at, meeting.ends_at)
    answer_by = meeting.answer_by.isoformat() if meeting.answer_by else ""
    same = {name: str(getattr(meeting, name) or "") for name in (*WHAT, "form", "place", "url")}
    lists = {
        "policy_areas": [*meeting.policy_areas],
        "item": [each.title for each in meeting.agenda],
        "minutes": [str(each.minutes or "") for each in meeting.agenda],
        "presenter": [each.presenter or "" for each in meeting.agenda],
    }
    return {name: [value] for name, value in {**times, "answer_by": answer_by, **same}.items()} | lists


def _read(
    form: Mapping[str, Sequence[str]], part: str, meeting: HostedMeeting | None
) -> tuple[dict[str, object], list[FormError]]:
    """The plan that a form says, and what is wrong with it; ``meeting`` is as it was."""
    fields = ("kind", *PARTS[part]) if part == "nytt" else PARTS[part]
    values = {name: " ".join(first(form, name).split()) for name in fields}
    errors = [FormError(f"plan.{name}", name) for name in NEEDED if name in fields and not values[name]]
    wish: dict[str, object] = {name: values[name] or None for name in fields if name in (*WHAT, "form", "place", "url")}
    if "day" in fields:
        times = meeting_times.read(values, (meeting.starts_at, meeting.ends_at) if meeting else None)
        wrong = times if isinstance(times, list) else []
        if values["answer_by"] and not is_day(values["answer_by"]):
            wrong.append(FormError("plan.answer_by", "answer_by"))
        named = {each.field for each in errors}
        errors += [each for each in wrong if each.field not in named]
        if isinstance(times, tuple):
            starts, ends = (each.isoformat() for each in times)
            wish |= {"starts_at": starts, "ends_at": ends, "answer_by": values["answer_by"] or None}
    if "title" in fields:
        agenda = _agenda(form)
        errors += [FormError("plan.item", "item")] if agenda is None else []
        wish |= {"agenda": agenda, "policy_areas": [each for each in form.get("policy_areas", []) if each]}
    return wish, errors


def _agenda(form: Mapping[str, Sequence[str]]) -> list[dict[str, object]] | None:
    """The items of the agenda that have a title; None if one has a length that is none, or nothing but a length."""
    rows = _rows(form)
    if any(minutes and not (minutes.isdecimal() and 0 < int(minutes[:5]) <= MOST_MINUTES) for _, minutes, _ in rows):
        return None
    if any(not title for title, *_ in rows):
        return None
    return [
        {"title": title, "minutes": int(minutes) if minutes else None, "presenter": presenter or None}
        for title, minutes, presenter in rows
    ]


def _rows(form: Mapping[str, Sequence[str]]) -> list[tuple[str, str, str]]:
    """The lines of the agenda in which something is written."""
    titles = [" ".join(each.split()) for each in form.get("item", [])][:ITEMS]
    more = [[each.strip() for each in form.get(name, [])] for name in ("minutes", "presenter")]
    minutes, presenters = ([*each, *[""] * len(titles)] for each in more)
    return [row for row in zip(titles, minutes, presenters, strict=False) if any(row)]


def _show(
    visit: Visit,
    meeting: HostedMeeting | None,
    form: Mapping[str, Sequence[str]],
    errors: Sequence[FormError],
    status: int,
) -> Response:
    part, rows = _part(visit), _rows(form)
    newest = str(meeting.version) if meeting else ""
    return visit.page(
        "meeting_form.html",
        status,
        part=part,
        fields=PARTS[part],
        back=_path(meeting) if meeting else "/moten",
        asked=meeting is not None and meeting.status != "DRAFT",
        kinds=_kinds(visit),
        forms=[Option(code, capital(term.swedish)) for code, term in TERMS["MeetingForm"].items()],
        mandate_areas=words.choices("MandateArea"),
        areas=words.AREA_OPTIONS,
        chosen=form.get("policy_areas", []),
        functions=options({code: capital(term.swedish) for code, term in FUNCTIONS.items()}),
        values={name: first(form, name) for name in ("kind", *WHAT, *WHEN)},
        rows=[*rows, *[("", "", "")] * min(MORE_ITEMS if rows else 2 * MORE_ITEMS, ITEMS - len(rows))],
        version=first(form, "version") if status == 503 else newest,
        errors=errors,
        key=key_again(form, status),
    )
