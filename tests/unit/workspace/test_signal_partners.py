"""The page of a signal says which agencies outside the county boards have acknowledged it."""

from typing import Any

from services.workspace.pages import signals
from tests.support.workspace_alone import EMPTY, MadeUpCounty, text_of
from tests.support.workspace_alone import MEETING as SIGNAL

PATH = f"/signaler/jamtland/{SIGNAL}"
SHOWN: dict[str, Any] = {
    "id": SIGNAL,
    "county": "jamtland",
    "version": 2,
    "swedish": "Brev, v. 48",
    "status": "RELEASED",
    "exercise": False,
    "iso_week": 48,
    "iso_week_year": 2026,
    "kind": "LETTER",
    "origin": "DOMESTIC",
    "category": "NARCOTICS",
    "hazard_class": "H0",
    "indicator_groups": [],
    "source_grade": "X",
    "information_grade": "4",
    "tlp": "AMBER",
}
REPLIES: list[dict[str, Any]] = [
    {"agency": "customs", "state": "ACKNOWLEDGED", "acknowledged_at": "2026-12-08T23:30:00Z", "code": "FALSE_ALARM"},
    {"agency": "police", "state": "OVERDUE", "acknowledged_at": None, "code": None},
]


async def page(replies: list[dict[str, Any]]) -> str:
    signal = f"/shipment-signals/jamtland/{SIGNAL}"
    answers: dict[str, object] = {signal: SHOWN, f"{signal}/partners": {"items": replies}, f"{signal}/feedback": EMPTY}
    return " ".join(text_of(await MadeUpCounty(answers).open(signals.show_one, PATH)).split())


async def test_each_agency_is_shown_with_its_state_in_words() -> None:
    text = await page(REPLIES)

    assert "<dt>customs</dt><dd>Kvitterad 9 december 2026: Falskt larm</dd>" in text
    assert "<dt>police</dt><dd>Inte kvitterad i tid</dd>" in text


async def test_a_county_without_partners_shows_nothing_of_them() -> None:
    assert "Mottagare utanför" not in await page([])
