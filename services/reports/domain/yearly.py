"""The yearly report to Brå (4 § förordning 2016:1258): a text for each point of its 2 §, and counts of the county.

One person writes it, a second one checks and freezes it. It is sent at the latest on 15 February, or the next day on
which offices are open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict

from services.reports.domain.catalogue import CountRow
from shared.contracts.context import Calendar
from shared.contracts.prose import Prose
from shared.contracts.training_codes import MandateArea
from shared.disclosure import Counts, crossed, protect
from shared.letter import Letter
from shared.rejected import Rejected

NOTICE = timedelta(days=14)
HEADINGS = {
    "knowledge_based": (MandateArea.KNOWLEDGE_BASED, "Kunskaps- och problembaserat arbete (2 § 1)"),
    "exchange": (MandateArea.EXCHANGE, "Samarbete och erfarenhetsutbyte (2 § 2)"),
    "competence": (MandateArea.COMPETENCE, "Kompetensutveckling och tvärsektoriella utbildningsinsatser (2 § 3)"),
    "cross_municipal": (MandateArea.CROSS_MUNICIPAL, "Kommunöverskridande åtgärder (2 § 4)"),
}


class YearlyTexts(BaseModel):
    """Under each heading of 2 § what was done in the county, without anything of a person or a shipment."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    knowledge_based: Prose = ""
    exchange: Prose = ""
    competence: Prose = ""
    cross_municipal: Prose = ""


@dataclass(frozen=True, slots=True)
class YearlyReport:
    """The report of a year as it is kept. ``content`` and ``sources`` are those of a frozen one, else None."""

    year: int
    version: int
    texts: YearlyTexts
    written_by: str
    content: Mapping[str, object] | None = None
    sources: Mapping[str, Sequence[int]] | None = None


def due_day(year: int, calendar: Calendar) -> date:
    """The day until which Brå gets the report of the year."""
    return calendar.working_day_from(date(year + 1, 2, 15))


def check_open(report: YearlyReport) -> None:
    """Rejected if the report is frozen."""
    if report.content is not None:
        raise Rejected("frozen", f"The report of {report.year} is frozen; it stays as it was checked.")


def check_freezing(report: YearlyReport, checker: str, today: date) -> None:
    """Rejected unless the year is over, each heading has a text, and a second person checks."""
    check_open(report)
    if today.year <= report.year:
        raise Rejected("year-not-over", f"{report.year} is not over; freeze its report when all is counted.")
    if checker == report.written_by:
        raise Rejected("second-person", "Whoever wrote a version does not approve it: ask a second person.")
    if missing := [name for name in HEADINGS if not getattr(report.texts, name)]:
        raise Rejected("no-text", "Write what was done under each heading.", missing=missing)


def participants(rows: Sequence[CountRow]) -> list[dict[str, object]]:
    """Participants by municipality and sector with their sums, None where a number would give a small one away."""
    cells: dict[tuple[str, ...], int] = {}
    for row in rows:
        attended = row["attended"]
        assert isinstance(attended, int)
        name = (str(row["municipality"]), str(row["sector"]))
        cells[name] = cells.get(name, 0) + attended
    whole = crossed({(place, sector): cells.get((place, sector), 0) for place, _ in cells for _, sector in cells})
    shown = protect(Counts(whole.counts, whole.sums)) if cells else {}
    return [{"municipality": name[0], "sector": name[1], "attended": shown[name]} for name in sorted(shown)]


def letter(year: int, due: str) -> Letter:
    """The coordinator is reminded of the report."""
    return Letter(
        "yearly-report-due",
        f"Rapporten till Brå för {year} ska lämnas senast {due}",
        f"Länets rapport till Brå för {year} är inte klar. Den ska lämnas senast {due}.\n\n"
        "Skriv texterna under de fyra rubrikerna, och be en andra person att granska och låsa rapporten.",
    )
