"""The pictures of README and docs/workspace.md are of pages that work. `make pictures` keeps them."""

import os
import re
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.workspace import sections
from shared.calendar import ZONE
from shared.contracts.counties import DEFAULT, parse
from shared.contracts.reference import county_name
from shared.runtime.auth import Role
from tests.browser.conftest import Profiles
from tests.service.workspace.test_reading import HERE, posted
from tests.support.workspace import WorkspaceHouse, given_occasion
from tests.support.workspace_meetings import bring, given_item, given_meeting
from tests.unit.meetings.given import BOARDS, CUSTOMS, POLICE

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [DOCS.parent / "README.md", DOCS / "workspace.md"]
PICTURES = [
    ("start", Role.COUNTY_COORDINATOR, "/", 1200),
    ("meeting", Role.COUNTY_COORDINATOR, "{meeting}", 1200),
    ("municipalities", Role.COUNTY_COORDINATOR, "/kommuner", 1200),
    ("advice", None, "/rad/", 390),
]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STEPS = {"2326": "ACTIVE", "2303": "STARTED", "2361": "PLANNED", "2380": "ACTIVE", "2321": "STARTED", "2305": "PAUSED"}
SIGNALS: list[dict[str, Any]] = [
    {"category": "DOPING", "tlp": "GREEN"},
    {"category": "NARCOTICS", "kind": "PARCEL", "origin": "EU"},
    {"category": "NARCOTICS", "hazard_class": "H2"},
]
AGENDA = [
    {"title": "Läget i länen", "minutes": 40, "presenter": "COUNTY_COORDINATOR"},
    {"title": "Utbildning av ombud i vår", "minutes": 30},
    {"title": "Nästa möte", "minutes": 10},
]


def on_a_tuesday(weeks: int, hour: int) -> datetime:
    """That hour of the Tuesday so many weeks ahead, by the clock of Sweden."""
    today = datetime.now(ZONE).date()
    return datetime.combine(today + timedelta(weeks=weeks, days=1 - today.weekday()), time(hour), ZONE).astimezone(UTC)


async def given_a_week(house: WorkspaceHouse) -> str:
    """The county has what a week brings; the address of its meeting."""
    counties = parse(DEFAULT)
    names = {each.id: f"Länsstyrelsen i {county_name(each.county, counties)}" for each in BOARDS}
    names |= {POLICE.id: "Polisregion Nord", CUSTOMS.id: "Tullverket"}
    actors = [each.model_copy(update={"name": names[each.id]}) for each in (*BOARDS, POLICE, CUSTOMS)]
    await bring(house, *actors, version=2)
    for signal in SIGNALS:
        await posted(house, "POLICE", "/shipment-signals", HERE | signal)
    starts = on_a_tuesday(3, 13)
    meeting = await given_meeting(
        house,
        uuid4(),
        title="Styrgruppens möte i vinter",
        agenda=AGENDA,
        starts_at=starts,
        ends_at=starts + 2 * HOUR,
        answer_by=(starts - 5 * DAY).date(),
    )
    await given_item(house, uuid4())
    starts = on_a_tuesday(6, 9)
    async with house.client("COUNTY_COORDINATOR") as county:
        closes = starts - 3 * DAY
        await given_occasion(county, seats=20, starts_at=starts, ends_at=starts + 3 * HOUR, closes_at=closes)
        for code, status in STEPS.items():
            step = {"municipality": code, "status": status, "activities": []}
            await county.put("/guidance/implementations", json=step)
    return f"/moten/vasterbotten/{meeting.id}"


async def test_the_pictures_of_the_docs_can_be_drawn(
    profiles: Profiles, jamtlands: WorkspaceHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(os.environ.get("NORRSAM_PICTURES", tmp_path))
    monkeypatch.setattr(sections, "_notice", lambda *_: None)  # the other counties do not run here
    meeting = await given_a_week(jamtlands)

    for name, role, path, width in PICTURES:
        watched = await profiles.of(jamtlands, role)
        await watched.view(width=width)
        await watched.page.goto(path.format(meeting=meeting))
        await watched.page.screenshot(path=folder / f"{name}.png")
        await watched.check()


def test_the_docs_show_each_picture() -> None:
    shown = {name for page in PAGES for name in re.findall(r"pictures/(\w+)\.png", page.read_text())}

    assert {each.stem for each in DOCS.glob("pictures/*")} == {name for name, *_ in PICTURES} == shown
