"""The pages of reports: the files that they give, and the steps of the yearly report to Brå."""

import re
from typing import Any

import pytest

from services.reports.domain.catalogue import NOW, REPORTS
from services.reports.domain.yearly import HEADINGS, YearlyTexts
from services.workspace.answers import CallRefused
from services.workspace.pages import reports, yearly
from shared.runtime.auth import Role
from tests.support.workspace_alone import MadeUpCounty, errors_in, text_of

BRA = "/rapporter/bra/2025"
TEXTS = dict.fromkeys(HEADINGS, "Länet har **arbetat**.")
DRAFT = {"version": 3, "year": 2025, "due": "2026-02-16", "frozen": False, "texts": TEXTS}


def county(draft: object = DRAFT, **more: Any) -> MadeUpCounty:
    """A county with all reports, and this one for Brå."""
    names = {"items": [{"report": each} for each in [*REPORTS, "new-one"]]}
    begun = {"items": [draft]}
    answers = {"/reports": names, "/reports/trainings": {}, "/reports/yearly": begun, "/reports/yearly/2025": draft}
    return MadeUpCounty(answers, **more)


def test_each_report_has_a_name_and_each_heading_a_field() -> None:
    assert set(reports.NAMES) == set(REPORTS)
    assert yearly.HEADINGS == tuple(HEADINGS) == tuple(YearlyTexts.model_fields)


@pytest.mark.parametrize("role", [Role.COUNTY_COORDINATOR, Role.POLICE, Role.READER])
async def test_each_report_is_offered_in_each_form(role: Role) -> None:
    made = county()
    text = text_of(await made.open(reports.show, "/rapporter", roles=[role]))

    assert len(re.findall(r'href="/rapporter/[a-z-]+/fil\.(?:pdf|xlsx|csv)"', text)) == 3 * (len(REPORTS) + 1)
    assert ("Ingen har börjat skriva rapporten än" in text) is (role is Role.COUNTY_COORDINATOR)
    assert ("lämnas senast 16 februari 2026" in text) is (role is Role.COUNTY_COORDINATOR)
    assert ("/reports/yearly" in made.asked) is (role is Role.COUNTY_COORDINATOR)


async def test_older_yearly_reports_stay_in_the_list() -> None:
    made = county(DRAFT | {"year": 2019, "frozen": True})
    text = text_of(await made.open(reports.show, "/rapporter"))

    assert re.findall(r'href="/rapporter/bra/(\d+)"', text) == ["2026", "2025", "2019"]
    made.answers["/reports/yearly"] = "broken"
    away = text_of(await made.open(reports.show, "/rapporter"))
    assert 'href="/rapporter/bra/' not in away
    assert "Årsrapport" in away.partition("data-away")[2]


async def test_what_is_as_it_is_now_is_of_no_quarter() -> None:
    made = county()
    text = text_of(await made.open(reports.show, "/rapporter?ar=2025&kvartal=2&lan=jamtland"))

    assert 'href="/rapporter/meetings/fil.pdf?ar=2025&kvartal=2&lan=jamtland"' in text
    assert 'href="/rapporter/readiness/fil.pdf?lan=jamtland"' in text
    assert set(reports.NOW) == set(NOW)


async def test_a_file_is_one_of_a_report() -> None:
    made = county()
    answer = await made.open(reports.download, "/rapporter/trainings/fil.pdf", report="trainings", end="pdf")

    assert answer.headers["content-disposition"] == 'attachment; filename="trainings-2026.pdf"'
    for report, end in (("trainings", "doc"), ("../actors", "csv"), ("yearly/2025", "pdf")):
        with pytest.raises(CallRefused):
            await made.open(reports.download, "/rapporter/x/fil.pdf", report=report, end=end)
    assert made.asked == ["/reports/trainings"]


async def test_a_draft_is_written_in_the_version_that_was_seen() -> None:
    made = county()
    shown = text_of(await made.open(yearly.show, BRA, year=2025))
    answer = await made.open(yearly.write, BRA, {**TEXTS, "version": "3"}, year=2025)

    assert f'href="{BRA}/las"' in shown
    assert answer.headers["location"] == f"{BRA}?klart=sparad"
    ((method, path, body),) = made.told
    assert (method, path, YearlyTexts.model_validate(body).model_dump()) == ("PUT", "/reports/yearly/2025", TEXTS)


async def test_what_is_of_a_person_is_not_sent() -> None:
    made = county()
    said = {**TEXTS, "exchange": "Ring 070-123 45 67", "version": "3"}
    answer = await made.open(yearly.write, BRA, said, year=2025)

    assert (answer.status_code, errors_in(answer), made.told) == (422, ["exchange"], [])
    assert "070-123 45 67" in text_of(answer)


@pytest.mark.parametrize("changes", [{"frozen": True}, {"texts": {**TEXTS, "exchange": ""}}])
async def test_what_cannot_be_frozen_is_not_offered(changes: dict[str, Any]) -> None:
    made = county(DRAFT | changes)
    shown = text_of(await made.open(yearly.show, BRA, year=2025))

    assert "/las" not in shown
    assert ("<textarea" in shown) is ("texts" in changes)
    assert (await made.open(yearly.ask_freeze, f"{BRA}/las", year=2025)).status_code == 303


async def test_the_writer_of_a_draft_is_told_to_ask_a_second_person() -> None:
    made = county(refusal=(409, "second-person", ()))
    asked = await made.open(yearly.ask_freeze, f"{BRA}/las", year=2025)
    answer = await made.open(yearly.freeze, f"{BRA}/las", {"version": "3"}, year=2025)

    assert "Det går inte att ångra." in text_of(asked)
    assert answer.status_code == 409
    assert "Be en andra person" in text_of(answer)
    assert made.told == [("POST", "/reports/yearly/2025/freeze", {})]
