"""The subject `shipment-alerts`: coordinators record how far each municipality is with the method.

The years of the eight activities encode a number, which identifies the command that acted last.
"""

from datetime import UTC, datetime
from random import Random

from services.shipment_alerts.domain import methods
from shared.contracts.counties import DEFAULT, parse
from shared.contracts.reference import MUNICIPALITIES
from shared.contracts.reference.shipments import METHOD_ACTIVITIES
from tests.faults.subject import Command, Known, Subject

PATH = "/guidance/implementations"
FIRST_YEAR, YEARS = 2014, datetime.now(UTC).year - 2014
CODES = {county.name: county.code for county in parse(DEFAULT)}
_YEARS = (
    "(SELECT string_agg(each ->> 'year', ',' ORDER BY nth)"
    " FROM jsonb_array_elements({0} -> 'activities') WITH ORDINALITY AS a (each, nth))"
)


def _draw(rng: Random, county: str, known: Known, number: int) -> Command:
    """Draw the next command: mostly a change, sometimes one that must be refused."""
    living = known.sure()
    left = [code for code in _municipalities(county) if _identity(county, code) not in known.living]
    kind = rng.choices(("register", "change", "refused"), (15, 68, 17))[0]
    if left and (kind == "register" or not living):
        return _put("register", county, rng.choice(left), None, number)
    if not living:
        return _put("refused: elsewhere", county, _elsewhere(rng, county), None, number)
    chosen, version = rng.choice(list(living.items()))
    municipality = next(code for code in _municipalities(county) if _identity(county, code) == chosen)
    if kind != "refused":
        return _put("change", county, municipality, version, number)
    return rng.choice(
        [
            _put("refused: stale", county, municipality, version + 1, number),
            _put("refused: unseen", county, municipality, None, number),
            _put("refused: elsewhere", county, _elsewhere(rng, county), None, number),
            _put("refused: in the future", county, municipality, version, number, later=40),
        ]
    )


def _put(kind: str, county: str, municipality: str, version: int | None, number: int, later: int = 0) -> Command:
    years = [FIRST_YEAR + number // YEARS**place % YEARS + later for place in range(len(METHOD_ACTIVITIES))]
    activities = [
        {"component": activity.component, "code": activity.code, "year": year}
        for activity, year in zip(METHOD_ACTIVITIES.values(), years, strict=True)
    ]
    body: dict[str, object] = {"municipality": municipality, "status": "ACTIVE", "activities": activities}
    mark = ",".join(map(str, years))
    return Command(kind, _identity(county, municipality), mark, "PUT", PATH, body, version)


def _municipalities(county: str) -> list[str]:
    return [code for code, one in MUNICIPALITIES.items() if one.county == CODES[county]]


def _elsewhere(rng: Random, county: str) -> str:
    return rng.choice([code for code, one in MUNICIPALITIES.items() if one.county != CODES[county]])


def _identity(county: str, municipality: str) -> str:
    return str(methods.identity(county, municipality))


IMPLEMENTATIONS = Subject(
    service="shipment-alerts",
    stream="guidance",
    tables=("guidance",),
    mark=_YEARS,
    draw=_draw,
    path=lambda county, identity, _: f"{PATH}/{county}/{identity}",
)
