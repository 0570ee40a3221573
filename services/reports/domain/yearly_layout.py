"""The yearly report to Brå as a person reads it: a text under each heading, then the counts of the county."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.reports.domain.catalogue import NOW, REPORTS
from services.reports.domain.layout import WORDS, said, unbroken
from services.reports.domain.yearly import YearlyReport
from shared.contracts.counties import County
from shared.contracts.reference import FUNCTIONS, county_name
from shared.disclosure import ALL

TABLES = ("measures", "meetings", "trainings", "participants", "support", "readiness", "method-coverage")
STREAMS = tuple(dict.fromkeys(stream for name in TABLES for stream in REPORTS[name].streams))
HIDDEN = "visas inte"


@dataclass(frozen=True, slots=True)
class CountTable:
    """Counts with their title. A column is its heading, and whether it holds numbers."""

    title: str
    columns: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[str | int]]


@dataclass(frozen=True, slots=True)
class YearlyDocument:
    """The whole report with all its words. ``texts`` are headings with a text in Markdown."""

    title: str
    period: str
    author: str
    state: str
    texts: Sequence[tuple[str, str]]
    tables: Sequence[CountTable]
    sources: str
    complete: str

    @property
    def of(self) -> str:
        """The county that it is about, which is the one that writes it."""
        return self.author


def document(
    report: YearlyReport, content: Mapping[str, Any], counties: Iterable[County], *, written: str, as_of: str
) -> YearlyDocument:
    """The report for people. ``written`` says up to when a draft is complete, in Swedish; empty if nobody knows.

    ``as_of`` is the day on which it was counted, in Swedish; empty if that is not known.
    """
    known, author = tuple(counties), county_name(content["county"], tuple(counties))
    streams = ", ".join(WORDS["stream", each] for each in STREAMS)
    tables = [_counts(name, content[name], known, as_of) for name in TABLES if name in content]
    if report.sources is not None:
        rows: list[list[str | int]] = [
            [_source(topic, epoch, known), last] for topic, (epoch, last) in sorted(report.sources.items())
        ]
        tables.append(CountTable("Källornas läge", [("Källa", False), ("Till och med händelse nr", True)], rows))
        complete = "Räknat till och med de nummer som står sist i rapporten."
        origin = f"alla län, räknade för {author}"
    else:
        origin = author
        complete = f"Komplett till och med {written}." if written else "Det är inte känt om allt har kommit in."
    return YearlyDocument(
        title="Rapport till Brottsförebyggande rådet",
        period=str(report.year),
        author=author,
        state="Utkast, inte granskat" if report.content is None else _frozen(content, as_of),
        texts=[(unbroken(each["heading"]), each["text"]) for each in content["texts"]],
        tables=tables,
        sources=f"händelser om {streams} från {origin}",
        complete=complete,
    )


def _frozen(content: Mapping[str, Any], as_of: str) -> str:
    """When it was checked, and by which function, as far as that is known."""
    by = FUNCTIONS.get(content.get("checked_by") or "")
    return "Granskad och låst" + (f" den {as_of}" if as_of else "") + (f" av {by.swedish}" if by else "")


def _source(topic: str, epoch: int, counties: tuple[County, ...]) -> str:
    """A topic in words, as in `Norrbottens län, möten`; a county that was restored numbers its events anew."""
    county, _, stream, *_ = topic.split(".")
    again = f", serie {epoch}" if epoch > 1 else ""
    return f"{county_name(county, counties)}, {WORDS.get(('stream', stream), stream)}{again}"


def _counts(name: str, rows: Sequence[Mapping[str, Any]], counties: tuple[County, ...], as_of: str) -> CountTable:
    """A table of the county, so without the county's column; what the report leaves out of a table is no column."""
    columns = [each for each in REPORTS[name].columns if each != "county" and (not rows or each in rows[0])]
    counted = REPORTS[name].counted
    return CountTable(
        WORDS["report", name] + (f", den {as_of}" if as_of and name in NOW else ""),
        [(WORDS["column", each], each in counted) for each in columns],
        [[_cell(each, row[each], each in counted, counties) for each in columns] for row in rows],
    )


def _cell(column: str, value: object, counted: bool, counties: tuple[County, ...]) -> str | int:
    if value is None and counted:
        return HIDDEN
    return "alla" if value == ALL else said(column, value, counties)
