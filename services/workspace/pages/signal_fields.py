"""The fields of a signal as a form: codes of lists, so that no free text can travel with it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from services.workspace.guard import Visit
from services.workspace.guidance_words import choices
from services.workspace.lists import Option, options
from services.workspace.pages.signals import place_of
from services.workspace.sending import first
from services.workspace.shown import ShownSignal, SignalContent
from shared.calendar import day_of, written_date
from shared.contracts.reference import MUNICIPALITIES, POLICE_AREAS

LISTS = {
    "site_type": "SiteType",
    "kind": "ShipmentKind",
    "origin": "OriginScope",
    "category": "SuspectedCategory",
    "hazard_class": "HazardClass",
    "indicator_groups": "IndicatorGroup",
    "source_grade": "SourceGrade",
    "information_grade": "InformationGrade",
    "tlp": "Tlp",
}
"""The fields that hold a code, and the list that it is of."""
FIELDS = ("place", "week", *LISTS)
OPTIONAL = ("site_type", "indicator_groups")
WEEKS = 13
"""So many weeks can be chosen: an older signal would have expired."""
SignalForm = Mapping[str, Sequence[str]]


def fields_of(signal: ShownSignal, home: str) -> dict[str, list[str]]:
    """The form with the signal as it is; ``home`` is the code of its county."""
    return {name: [str(getattr(signal, name) or "")] for name in LISTS} | {
        "place": [place_code(signal, home)],
        "week": [f"{signal.iso_week_year}-W{signal.iso_week:02}"],
        "indicator_groups": signal.indicator_groups,
        "exercise": ["ja"] if signal.exercise else [],
    }


def place_code(signal: SignalContent, home: str) -> str:
    """The place that the signal names: a municipality, a police area, or the county, whose code is ``home``."""
    return signal.municipality or signal.police_area or home


def wrong_fields(visit: Visit, form: SignalForm) -> list[str]:
    """The fields without a code, or with one that is not in their list."""
    known = {name: {each.code for each in lists} for name, lists in field_choices(visit).items()}
    known |= {"place": set(places(visit))}
    given = {name: {value for value in form.get(name, []) if value} for name in FIELDS}
    return [name for name in FIELDS if given[name] - known[name] or not (given[name] or name in OPTIONAL)]


def details(form: SignalForm, place: str, site_type: str) -> dict[str, object]:
    """The signal as the county takes it. ``place`` is a municipality, a police area or the county.

    A type of site is told only with a municipality.
    """
    municipality, (year, _, week) = MUNICIPALITIES.get(place), first(form, "week").partition("-W")
    area = place if place in POLICE_AREAS else None
    return {name: first(form, name) for name in LISTS} | {
        "municipality": place if municipality else None,
        "police_area": municipality.police_area if municipality else area,
        "site_type": (site_type or None) if municipality else None,
        "iso_week_year": int(year),
        "iso_week": int(week),
        "indicator_groups": [code for code in form.get("indicator_groups", []) if code],
        "exercise": bool(first(form, "exercise")),
    }


def field_choices(visit: Visit) -> dict[str, list[Option]]:
    """The choices of every field but the place."""
    return {name: choices(kind) for name, kind in LISTS.items()} | {"week": _weeks(visit)}


def places(visit: Visit) -> dict[str, Option]:
    """The municipalities and police areas of this county, and the county, each with its name, by code."""
    home, today, words = visit.site.county.code, day_of(visit.site.now()), visit.site.words
    areas = [each.code for each in POLICE_AREAS.values() if each.county == home and each.valid_on(today)]
    found = options({each.code: each.name for each in MUNICIPALITIES.values() if each.county == home})
    found += options({code: place_of(words, None, code) for code in areas})
    return {each.code: each for each in (*found, Option(home, place_of(words, None, None)))}


def _weeks(visit: Visit) -> list[Option]:
    """This week and those before it, each with its first day."""
    today, found = day_of(visit.site.now()), []
    for back in range(WEEKS):
        monday = today - timedelta(days=today.weekday(), weeks=back)
        year, week, _ = monday.isocalendar()
        text = visit.site.words.text("release.week", week=week, year=year, day=written_date(monday))
        found.append(Option(f"{year}-W{week:02}", text))
    return found
