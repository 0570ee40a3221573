"""A signal in one line: whether it has ended, where, when, what. As exact as the signal."""

import unicodedata
from collections.abc import Iterator

from shared.contracts.reference import COUNTIES, MUNICIPALITIES, POLICE_AREAS
from shared.contracts.reference.shipments import TERMS, Language
from shared.contracts.shipment_codes import SignalStatus
from shared.contracts.shipment_signals import ShipmentSignal

_WEEK = {"sv": "v.", "en": "week"}
_POLICE_AREA = {"sv": "lokalpolisområde", "en": "local police area"}
_EXERCISE = {"sv": "övning", "en": "exercise"}


def _ascii(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()


_COUNTY_NAMES = {_ascii(facts.name).removesuffix("s lan"): facts.name for facts in COUNTIES.values()}
"""The full name of each county by the name that it has among counties."""


def sentence(signal: ShipmentSignal, language: Language) -> str:
    """The signal in one line."""
    parts = ", ".join(_parts(signal, language))
    return parts[0].upper() + parts[1:]


def _parts(signal: ShipmentSignal, language: Language) -> Iterator[str]:
    if signal.status is not SignalStatus.RELEASED:
        yield _word("SignalStatus", signal.status, language)
    if signal.exercise:
        yield _EXERCISE[language]
    yield _place(signal, language)
    yield f"{_WEEK[language]} {signal.iso_week}"
    for name, code in (("SiteType", signal.site_type), ("ShipmentKind", signal.kind), ("OriginScope", signal.origin)):
        if code is not None:
            yield _word(name, code, language)
    yield from (_word("IndicatorGroup", group, language) for group in signal.indicator_groups)
    yield signal.hazard_class
    yield _word("SuspectedCategory", signal.category, language)


def _place(signal: ShipmentSignal, language: Language) -> str:
    if municipality := MUNICIPALITIES.get(signal.municipality or ""):
        return municipality.name
    if area := POLICE_AREAS.get(signal.police_area or ""):
        return f"{_POLICE_AREA[language]} {area.name}"
    return _COUNTY_NAMES.get(signal.county, signal.county)


def _word(kind: str, code: str, language: Language) -> str:
    """The word for a code; the code itself if this version has no word for it."""
    words = TERMS[kind].get(code)
    return words.text(language) if words else str(code)
