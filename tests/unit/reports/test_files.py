"""Reports as files: the same bytes of the same data, tagged for screen readers, and text that stays text."""

import io
import re
import zipfile
import zlib

import pytest

from services.reports.api.files import pdf, xlsx
from services.reports.domain.catalogue import REPORTS, Period
from services.reports.domain.layout import WORDS, Sheet, sheet
from shared.contracts.counties import DEFAULT, parse
from shared.links.freshness import Freshness

COUNTIES = parse(DEFAULT)
ROWS: list[dict[str, object]] = [
    {"county": "jamtland", "training": '=HYPERLINK("x")', "mandate_area": "COMPETENCE"}
    | {"held": 2, "cancelled": 0, "seats": 40, "attended": 31, "absent": 4},
    {"county": "norrbotten", "training": "#panic() $x$", "mandate_area": None}
    | {"held": 1, "cancelled": 1, "seats": 10, "attended": 9, "absent": 1},
]


def made(written: str = "fredag 8 januari 2027 kl. 10.00") -> Sheet:
    complete = [Freshness(county="jamtland"), Freshness(county="norrbotten")]
    report, period = REPORTS["trainings"], Period(2026, 4)
    return sheet(report, period, ROWS, complete, COUNTIES, author="norrbotten", written=written)


def test_a_sheet_says_all_in_swedish_with_sources_and_time() -> None:
    found = made()

    assert (found.title, found.period, found.author) == ("Utbildningar", "kvartal 4 2026", "Norrbottens län")
    assert found.rows[0][:3] == [
        "Jämtlands län",
        '=HYPERLINK("x")',
        "kompetensutveckling och tvärsektoriella utbildningsinsatser",
    ]
    assert found.totals == ["Summa", "", "", 3, 1, 50, 40, 5]
    assert found.sources == "händelser om utbildningar, anmälningar från Jämtlands län, Norrbottens län"
    assert found.complete == "Komplett till och med fredag 8 januari 2027 kl. 10.00."
    assert made("").complete == "Det är inte känt om allt har kommit in."


def test_a_sheet_is_headed_by_what_it_is_about() -> None:
    report, period = REPORTS["readiness"], Period(2026, 2)
    of_one = sheet(report, period, [], [], COUNTIES, author="norrbotten", county="jamtland", written="")

    assert (made().of, made().period) == ("Alla län", "kvartal 4 2026")
    assert (of_one.of, of_one.period, of_one.author) == ("Jämtlands län", "läget nu", "Norrbottens län")


def test_every_report_has_words_for_its_name_and_columns() -> None:
    for report in REPORTS.values():
        names = {("report", report.name), *(("column", each) for each in report.columns)}
        assert names | {("stream", each) for each in report.streams} <= WORDS.keys()


def test_a_pdf_is_tagged_and_the_same_each_time() -> None:
    found = pdf(made())

    assert found == pdf(made())
    objects = b"".join(inflated(found))
    for mark in (b"/StructTreeRoot", b"/Lang", b"/TH", b"/DisplayDocTitle true"):
        assert mark in found + objects, mark
    assert b"pdfuaid:part" in found + objects


def inflated(content: bytes) -> list[bytes]:
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.S):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            found.append(stream)
    return found


def test_a_spreadsheet_has_no_formula_and_is_the_same_each_time() -> None:
    found = xlsx(made())

    assert found == xlsx(made())
    with zipfile.ZipFile(io.BytesIO(found)) as parts:
        cells, words = parts.read("xl/worksheets/sheet1.xml"), parts.read("xl/sharedStrings.xml").decode()
    assert b"<f>" not in cells
    assert "=HYPERLINK" in words
    assert "Källa: händelser om utbildningar" in words


@pytest.mark.parametrize("rows", [0, 300])
def test_a_report_of_any_length_becomes_a_pdf(rows: int) -> None:
    report = REPORTS["participants"]
    row = {"county": "jamtland", "municipality": "2380", "sector": "STATE", "attended": 1}
    assert pdf(sheet(report, Period(2026), [row] * rows, [], COUNTIES, author="jamtland", written=""))
