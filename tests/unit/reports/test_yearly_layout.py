"""The yearly report as a document: all its words, nothing small, and the same bytes each time."""

import pytest

from services.reports.api.blocks import blocks
from services.reports.api.files import pdf
from services.reports.domain.yearly import HEADINGS, YearlyReport, YearlyTexts
from services.reports.domain.yearly_layout import YearlyDocument, document
from shared.contracts.counties import DEFAULT, parse

CONTENT = {
    "county": "norrbotten",
    "texts": [
        {"heading": heading, "text": "Vi gjorde *mycket*.\n\n- ett\n- #panic()"} for _, heading in HEADINGS.values()
    ],
    "meetings": [{"county": "norrbotten", "kind": "STEERING", "held": 3, "cancelled": 1, "invited": 9, "attended": 8}],
    "trainings": [
        {"county": "norrbotten", "training": "Tecken", "mandate_area": None, "held": 2, "cancelled": 0, "seats": 40}
    ],
    "participants": [
        {"municipality": "*", "sector": "*", "attended": 9},
        {"municipality": "2584", "sector": "STATE", "attended": None},
    ],
    "readiness": [{"county": "norrbotten", "requirement": "R1", "municipalities": 14, "at_least": 3, "at_most": 3}],
    "method-coverage": [],
}
SOURCES = {"norrbotten.shared.trainings.v1": [1, 77], "norrbotten.shared.meetings.v1": [2, 204]}


def made(frozen: bool = True) -> YearlyDocument:
    kept = (CONTENT, SOURCES) if frozen else (None, None)
    report = YearlyReport(2025, 3, YearlyTexts(), "anna", *kept)
    return document(report, CONTENT, parse(DEFAULT), written="i dag", as_of="9 februari 2026")


def test_a_frozen_report_ends_with_the_positions_of_its_sources() -> None:
    found = made()

    assert (found.author, found.period) == ("Norrbottens län", "2025")
    assert found.tables[-1].rows == [
        ["Norrbottens län, möten, serie 2", 204],
        ["Norrbottens län, utbildningar", 77],
    ]
    assert found.sources.endswith("från alla län, räknade för Norrbottens län")
    assert "nummer som står sist" in found.complete


def test_a_frozen_report_says_when_and_by_which_function() -> None:
    report = YearlyReport(2025, 3, YearlyTexts(), "anna", CONTENT, SOURCES)
    checked = CONTENT | {"checked_by": "COUNTY_COORDINATOR"}
    found = [
        document(report, content, parse(DEFAULT), written="", as_of=day).state
        for content, day in ((checked, "9 februari 2026"), (CONTENT, ""))
    ]

    by = "samordnare för brottsförebyggande arbete (länsstyrelsen)"
    assert found == [f"Granskad och låst den 9 februari 2026 av {by}", "Granskad och låst"]


def test_no_line_ends_between_a_section_and_its_sign() -> None:
    assert all(heading.endswith(f"(2\u00a0§\u00a0{number})") for number, (heading, _) in enumerate(made().texts, 1))
    assert "4\u00a0§" in str(made().tables[3].rows[0][0])


def test_a_draft_says_that_it_is_one_and_how_complete() -> None:
    found = made(frozen=False)

    assert (found.state, found.complete) == ("Utkast, inte granskat", "Komplett till och med i dag.")
    assert [each.title for each in found.tables] == [
        "Möten och närvaro",
        "Utbildningar",
        "Deltagare i utbildningar",
        "Kommunernas beredskap enligt lag (2023:196), den 9 februari 2026",
        "Metodens täckning",
    ]


def test_a_number_that_is_hidden_is_said_to_be() -> None:
    participants = made().tables[2]

    assert participants.rows == [["alla", "alla", 9], ["Kiruna", "staten", "visas inte"]]
    assert participants.columns == [("Kommun", False), ("Sektor", False), ("Deltog", True)]


def test_what_the_report_leaves_out_is_no_column() -> None:
    assert [text for text, _ in made().tables[1].columns] == [
        "Utbildning",
        "Uppdragsområde",
        "Genomförda",
        "Inställda",
        "Platser",
    ]


def test_the_same_report_is_the_same_pdf() -> None:
    assert pdf(made()) == pdf(made())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("En *rad*\noch en till", [("paragraph", "En rad\noch en till")]),
        (
            "# Rubrik\n\n- ett\n- två\n\nSlut",
            [("heading", "Rubrik"), ("item", "ett"), ("item", "två"), ("paragraph", "Slut")],
        ),
        ("[länk](https://lan.example)", [("paragraph", "[länk](https://lan.example)")]),
    ],
)
def test_a_text_becomes_blocks(text: str, found: list[tuple[str, str]]) -> None:
    assert [(each.kind, each.text) for each in blocks(text)] == found
