"""The work in municipalities in words: pictures, measures, readiness, support, cooperation."""

from collections.abc import Iterable

from services.workspace.lists import Option, options
from services.workspace.shown_pictures import ShownContributor, ShownRevisedPicture, ShownSubject
from services.workspace.words import capital
from shared.contracts.reference import (
    COUNTIES,
    FUNCTIONS,
    MUNICIPALITIES,
    POLICY_AREAS,
    est,
    initiatives,
    readiness,
    trainings,
)

TERMS = {**initiatives.TERMS, **readiness.TERMS, **est.TERMS, "MandateArea": trainings.TERMS["MandateArea"]}
"""The words of each list of codes, by the name of its class."""
AREAS = {code: area.swedish for code, area in POLICY_AREAS.items()}
AREA_OPTIONS = options({code: capital(word) for code, word in AREAS.items()})
ELEMENTS = tuple(TERMS["TriadElement"])
"""The three that a crime needs, in the order of the theory: offender, target, guardian."""


def term(kind: str, code: str) -> str:
    """The word for a code; the code itself if this version has no word for it."""
    return TERMS[kind][code].swedish if code in TERMS[kind] else code


def title_word(kind: str, code: str) -> str:
    """The same, as it begins a line."""
    return capital(term(kind, code))


def choices(kind: str) -> list[Option]:
    """The codes of a list with their words, in the list's order."""
    return [Option(code, capital(word.swedish)) for code, word in TERMS[kind].items()]


def theme(found: ShownSubject) -> str:
    """The theme, or the name that a municipality has given to one of its own."""
    return found.local_theme or term("Theme", found.theme)


def places(codes: Iterable[str]) -> str:
    """The names of municipalities, with commas."""
    return ", ".join(MUNICIPALITIES[code].name if code in MUNICIPALITIES else code for code in codes)


def located(codes: Iterable[str]) -> str:
    """The same with their counties, as in `Ragunda, Åre, Jämtlands län; Kiruna, Norrbottens län`."""
    counties: dict[str, list[str]] = {}
    for code in codes:
        counties.setdefault(code[:2], []).append(code)
    return "; ".join(f"{places(of)}, {COUNTIES[county].name}" for county, of in counties.items())


def policy_areas(codes: Iterable[str]) -> str:
    """The names of policy areas, with commas."""
    return ", ".join(POLICY_AREAS[code].swedish if code in POLICY_AREAS else code for code in codes)


def contributor(each: ShownContributor) -> str:
    """Who has written, as in `kommunal samordnare, Östersund`."""
    function = FUNCTIONS[each.function].swedish if each.function in FUNCTIONS else each.function
    return f"{function}, {places([each.municipality])}" if each.municipality else function


def reviser(each: ShownRevisedPicture) -> str:
    """Who has revised a picture, as in `Östersund` or `polisen`."""
    return places([each.municipality]) if each.municipality else "polisen"
