"""A municipality registers and changes the areas that it follows by EST, and writes in their weeks."""

import re
from collections.abc import Mapping
from dataclasses import replace

from services.workspace import calls_est as calls
from services.workspace import picture_words as words
from services.workspace.guard import Visit
from services.workspace.lists import Option, options
from services.workspace.pages.est_weeks import WeekOfArea, find_week
from services.workspace.pages.work_form import Field, SentForm, WorkForm, back_of, word_of
from services.workspace.shown_est import ShownEstArea, ShownObservation
from services.workspace.speaking import home_of
from services.workspace.words import capital
from shared.calendar import WEEKDAYS, day_of, written_moment
from shared.contracts.reference import FUNCTIONS
from shared.runtime.auth import Role

TIMES = {"reports_until": ("1", "12.00"), "closes": ("1", "15.00")}
"""The times in the week after, as they are unless an area says otherwise: a weekday, and what clocks show."""
AREA_FIELDS = ("name", "first_day", "last_day", *(f"{name}_{part}" for name in TIMES for part in ("weekday", "clock")))
WEEK_FIELDS = ("category", "place", "scale", "reporter", "text", "function", "observation")
SCALE = range(4)
"""How bad it is: hardly to very."""
_CLOCK = re.compile(r"([01]\d|2[0-3])[.:][0-5]\d")


def ways(visit: Visit, found: ShownEstArea) -> list[str]:
    """The steps that the user takes with an area now."""
    return ["andra", "avsluta"] if home_of(visit) == found.municipality and found.status == "ACTIVE" else []


def ways_of_week(visit: Visit, found: WeekOfArea) -> list[str]:
    """The steps that the user takes in a week now; the police report what they have seen."""
    if found.iso not in found.begun:
        return []
    if home_of(visit) != found.area.municipality:
        own = found.area.county == visit.site.county.name
        return ["rapportera"] if own and Role.POLICE in visit.roles else []
    return ["rapportera", "atgard", *(["ta-tillbaka"] if found.week.removable else [])]


async def _find(visit: Visit) -> ShownEstArea | None:
    if "identity" not in visit.request.path_params:
        return None
    return await calls.area(visit.site.interface, visit.token, *visit.named())


def _may(visit: Visit, found: ShownEstArea | None) -> bool:
    return home_of(visit) is not None if found is None else word_of(visit) in ways(visit, found)


def _fields(*_: object) -> list[Field]:
    days = [Option(str(number), capital(word)) for number, word in enumerate(WEEKDAYS[:5], 1)]
    times = [
        (Field(f"{name}_weekday", "select", needed=True, choices=days), Field(f"{name}_clock", needed=True))
        for name in TIMES
    ]
    return [
        Field("name", needed=True),
        Field("first_day", "day", needed=True),
        Field("last_day", "day"),
        *(each for both in times for each in both),
    ]


def _filled(visit: Visit, found: ShownEstArea | None) -> dict[str, list[str]]:
    times = dict(TIMES)
    if found:
        times = {name: (str(getattr(found, name).weekday), getattr(found, name).clock) for name in TIMES}
    first = found.first_day if found else day_of(visit.site.now())
    return {
        "name": [found.name if found else ""],
        "first_day": [first.isoformat()],
        "last_day": [str((found and found.last_day) or "")],
        **{f"{name}_weekday": [weekday] for name, (weekday, _) in times.items()},
        **{f"{name}_clock": [clock.replace(":", ".")] for name, (_, clock) in times.items()},
    }


def _wrong(_: Visit, values: Mapping[str, object]) -> list[str]:
    """Times that are none, and what ends before it begins."""
    given = {name: str(value or "") for name, value in values.items()}
    wrong = [f"{name}_clock" for name in TIMES if not _CLOCK.fullmatch(given[f"{name}_clock"])]
    until, closes = ((given[f"{name}_weekday"], _clock(given[f"{name}_clock"])) for name in TIMES)
    wrong += ["closes_clock"] if not wrong and closes < until else []
    return [*wrong, *(["last_day"] if "" < given["last_day"] < given["first_day"] else [])]


def _clock(written: str) -> str:
    return written.replace(".", ":")


async def _tell(visit: Visit, sent: SentForm[ShownEstArea | None]) -> str:
    interface, token, values = visit.site.interface, visit.token, sent.values
    if word_of(visit) == "avsluta":
        found = await calls.step(interface, token, sent.key, *visit.named(), "retire", {}, sent.seen)
    else:
        times = {
            name: {"weekday": int(str(values[f"{name}_weekday"])), "clock": _clock(str(values[f"{name}_clock"]))}
            for name in TIMES
        }
        wish = {**{name: values[name] for name in ("name", "first_day", "last_day")}, **times}
        if sent.found is None:
            found = await calls.register(interface, token, sent.key, wish)
        else:
            found = await calls.change(interface, token, sent.key, *visit.named(), wish, sent.seen)
    return f"/est/{found.county}/{found.id}"


def _seen(visit: Visit, _: WeekOfArea) -> list[Field]:
    scale = [Option(str(number), str(visit.site.words.text(f"est.scale.{number}"))) for number in SCALE]
    return [
        Field("category", "select", needed=True, choices=words.choices("EstCategory")),
        Field("place", needed=True),
        Field("scale", "radio", needed=True, choices=scale),
        Field("reporter", "select", needed=True, choices=words.choices("EstReporter")),
    ]


def _done(*_: object) -> list[Field]:
    functions = options({code: capital(each.swedish) for code, each in FUNCTIONS.items()})
    return [Field("text", "area", needed=True), Field("function", "select", needed=True, choices=functions)]


def _taken(visit: Visit, found: WeekOfArea) -> list[Field]:
    known = [Option(each.id, _told(visit, each)) for each in found.week.removable]
    return [Field("observation", "radio", needed=True, choices=known)]


def _told(visit: Visit, each: ShownObservation) -> str:
    """A report so that it is told from others about the same place."""
    seen = f"{words.title_word('EstCategory', each.category)}: {each.place}"
    scale, reporter = visit.site.words.text(f"est.scale.{each.scale}"), words.term("EstReporter", each.reporter)
    return f"{seen} · {scale} · {reporter} · {written_moment(each.reported_at)}"


async def _write(visit: Visit, sent: SentForm[WeekOfArea]) -> str:
    interface, token, values, iso = visit.site.interface, visit.token, sent.values, sent.found.iso
    wish = {**values, "iso_week_year": iso.year, "iso_week": iso.number}
    match word_of(visit):
        case "rapportera":
            wish["scale"] = int(str(values["scale"]))
            await calls.report(interface, token, sent.key, *visit.named(), wish)
        case "atgard":
            await calls.note(interface, token, sent.key, *visit.named(), wish)
        case _:
            await calls.take_back(interface, token, sent.key, *visit.named(), str(values["observation"]))
    return back_of(visit)


BASE = WorkForm("est", "", _find, _may, _tell, title=lambda found: found.name if found else "")
AT = {
    "invalid-first-day": "first_day",
    "invalid-last-day": "last_day",
    **{f"{name}.{part}": f"{name}_{part}" for name in TIMES for part in ("weekday", "clock")},
    **{name: f"{name}_clock" for name in TIMES},
}
WRITING = replace(BASE, fields=_fields, filled=_filled, wrong=_wrong, at=AT)
FORMS: Mapping[str, WorkForm[ShownEstArea | None]] = {
    "ny": replace(WRITING, word="ny"),
    "andra": replace(WRITING, word="andra"),
    "avsluta": replace(BASE, word="avsluta", grave=True),
}
"""Of an area, by the last word of the address."""
OF_WEEK = WorkForm(
    "est-week",
    "",
    find_week,
    lambda visit, found: word_of(visit) in ways_of_week(visit, found),
    _write,
    title=lambda found: f"{found.area.name}, {found.iso.written}",
)
WEEK_FORMS: Mapping[str, WorkForm[WeekOfArea]] = {
    "rapportera": replace(OF_WEEK, word="rapportera", fields=_seen, doubts=True),
    "atgard": replace(OF_WEEK, word="atgard", fields=_done, doubts=True),
    "ta-tillbaka": replace(OF_WEEK, word="ta-tillbaka", fields=_taken, grave=True),
}
"""Of a week, by the last word of the address."""
