"""A report as a person reads it: in Swedish, with its sources and the time of its data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.reports.domain.catalogue import NOW, CountReport, CountRow, Period
from shared.contracts.counties import County
from shared.contracts.reference import ACTOR_TYPES, MUNICIPALITIES, POLICY_AREAS, county_name
from shared.contracts.reference.initiatives import TERMS as INITIATIVE_TERMS
from shared.contracts.reference.meetings import TERMS as MEETING_TERMS
from shared.contracts.reference.readiness import REQUIREMENTS
from shared.contracts.reference.readiness import TERMS as READINESS_TERMS
from shared.contracts.reference.shipments import TERMS as SHIPMENT_TERMS
from shared.contracts.reference.table import rows as rows_of_table
from shared.contracts.reference.trainings import TERMS as TRAINING_TERMS

WORDS: dict[tuple[str, str], str] = {
    (row["list"], row["code"]): row["swedish"] for row in rows_of_table("services.reports.data", "words")
}


def unbroken(text: str) -> str:
    """The text with each number of a section kept beside its sign, as in `7 §`."""
    return text.replace(" §", "\u00a0§").replace("§ ", "§\u00a0")


_TERMS: dict[str, Mapping[str, str]] = {
    "kind": {code: term.swedish for code, term in MEETING_TERMS["MeetingKind"].items()},
    "mandate_area": {code: term.swedish for code, term in TRAINING_TERMS["MandateArea"].items()},
    "status": {code: term.swedish for code, term in SHIPMENT_TERMS["ImplementationStatus"].items()},
    "measure_status": {
        code: term.swedish for kind in ("MeasureStatus", "JointStatus") for code, term in INITIATIVE_TERMS[kind].items()
    },
    "follow_up": {code: term.swedish for code, term in INITIATIVE_TERMS["FollowUpColour"].items()},
    "form": {code: term.swedish for code, term in READINESS_TERMS["SupportForm"].items()},
    "requirement": {code: unbroken(f"{facts.swedish} ({facts.section})") for code, facts in REQUIREMENTS.items()},
    "policy_area": {code: term.swedish for code, term in POLICY_AREAS.items()},
    "municipality": {code: place.name for code, place in MUNICIPALITIES.items()} | {"": "visas inte"},
    "actor_type": {code: term.swedish for code, term in ACTOR_TYPES.items()} | {"UNKNOWN": "okänt"},
    "sector": {code: word for (kind, code), word in WORDS.items() if kind == "sector"},
}


class Complete(Protocol):
    """A county, and up to when what is counted of it is complete."""

    @property
    def county(self) -> str:
        """Its name."""

    @property
    def complete_until(self) -> datetime | None:
        """None if nobody knows."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A report with all its words, of one county or all. A column is its heading, and whether it holds numbers."""

    title: str
    of: str
    period: str
    author: str
    columns: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[str | int]]
    totals: Sequence[str | int]
    sources: str
    complete: str


def sheet(
    report: CountReport,
    period: Period,
    rows: Sequence[CountRow],
    complete: Sequence[Complete],
    counties: Iterable[County],
    *,
    author: str,
    county: str | None = None,
    written: str,
) -> Sheet:
    """The report for people, about one ``county`` or all.

    ``written`` is the moment up to which all is complete, in Swedish; empty if unknown.
    """
    known = tuple(counties)
    totals = report.totals(rows)
    streams = ", ".join(WORDS["stream", each] for each in report.streams)
    of = ", ".join(county_name(each.county, known) for each in complete)
    return Sheet(
        title=WORDS["report", report.name],
        of=county_name(county, known) if county else "Alla län",
        period="läget nu" if report.name in NOW else period.written,
        author=county_name(author, known),
        columns=[(WORDS["column", name], name in report.counted) for name in report.columns],
        rows=[[said(name, row[name], known) for name in report.columns] for row in rows],
        totals=[totals.get(name, "Summa" if place == 0 else "") for place, name in enumerate(report.columns)],
        sources=f"händelser om {streams} från {of}",
        complete=f"Komplett till och med {written}." if written else "Det är inte känt om allt har kommit in.",
    )


def said(column: str, value: object, counties: tuple[County, ...]) -> str | int:
    """A value of a column as people say it; empty if there is none."""
    if value is None:
        return ""
    if isinstance(value, int):
        return value
    return (
        county_name(str(value), counties) if column == "county" else _TERMS.get(column, {}).get(str(value), str(value))
    )
