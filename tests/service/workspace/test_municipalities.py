"""How far municipalities are with the method: seen by all, said by the county's coordinator."""

import re
from datetime import UTC, datetime

import pytest

from shared.contracts.reference import MUNICIPALITIES
from tests.service.workspace.test_guidance_commands import filled, said
from tests.support.workspace import Visitor, WorkspaceHouse

BERG, KIRUNA, RAGUNDA = "/kommuner/2326", "/kommuner/2584", "/kommuner/2303"


async def test_all_municipalities_are_listed_by_county(visitor: Visitor) -> None:
    await visitor.log_in("READER")

    text = (await visitor.get("/kommuner")).text

    assert set(re.findall(r'href="/kommuner/(\d{4})"', text)) == set(MUNICIPALITIES)
    assert re.findall(r'<h2 id="county-\d">(\w+)</h2>', text) == [
        "Jämtland",
        "Norrbotten",
        "Västerbotten",
        "Västernorrland",
    ]
    names = re.findall(r'href="/kommuner/23\d\d">(\w+)<', text)
    assert (names[0], names[-1]) == ("Berg", "Östersund")
    assert len(re.findall(r'<path class="', text)) == len(MUNICIPALITIES)


async def test_a_status_is_said_and_shown_in_words(visitor: Visitor) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")

    form = await filled(visitor, f"{BERG}/andra", status="STARTED", VISIT="2025", STAFF_TRAINING="2026", SIGN="")
    done = await visitor.post(f"{BERG}/andra", form)

    page = (await visitor.get(done.headers["location"])).text
    assert "Uppgiften är sparad" in page
    assert "Påbörjad" in page
    assert re.findall(r"<dt>(\d+)</dt><dd>([^<]+)", page) == [
        ("2026", "Utbildning av personal"),
        ("2025", "Polisbesök på ombud"),
    ]
    listed = (await visitor.get("/kommuner?lan=jamtland&lage=STARTED")).text
    (row,) = re.findall(r"<tr>(<th scope=\"row\">.*?)</tr>", listed)
    assert re.findall(r"\d{4}<|>–<", row) == [">–<", "2026<", "2025<"]
    rows = re.findall(r'<td class="state-column">([^<]+)</td>', (await visitor.get("/kommuner")).text)
    counts = [rows.count(each) for each in ("I gång", "Påbörjad", "Planerad", "Vilande", "Ingen uppgift")]
    assert (counts[1], sum(counts)) == (1, len(MUNICIPALITIES))
    said_of_map = "{} är i gång, {} har påbörjat, {} planerar, {} vilar och {} är utan uppgift"
    assert said_of_map.format(*counts) in listed


async def test_who_has_not_seen_the_newest_is_told(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    details = {"municipality": "2303", "status": "ACTIVE", "activities": []}
    await visitor.log_in("COUNTY_COORDINATOR")
    page = "/kommuner/2303/andra"
    form = await filled(visitor, page, status="PLANNED", MEDIA="2024")
    async with jamtlands.client("COUNTY_COORDINATOR") as county:
        assert (await county.put("/guidance/implementations", json=details)).status_code == 201

    refused = await visitor.post(page, form)
    again = re.findall(r'name="(key|version)" value="([^"]*)"', refused.text)
    stepping_back = await visitor.post(page, form | dict(again))
    key = re.findall(r'name="key" value="([^"]*)"', stepping_back.text)[0]
    done = await visitor.post(page, form | dict(again) | {"key": key, "status": "PAUSED"})

    assert said(refused, 428, "Någon annan har lagt in uppgiften medan du skrev.")
    assert 'name="MEDIA" value="2024"' in refused.text
    assert said(stepping_back, 422, '<a href="#status">Arbetet har redan börjat.')
    assert done.status_code == 303


@pytest.mark.parametrize("year", ["2013", str(datetime.now(UTC).year + 1), "i år", "²⁰²⁴"])
async def test_a_year_that_is_none_is_not_sent(visitor: Visitor, year: str) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")

    answer = await visitor.post("/kommuner/2305/andra", {"status": "ACTIVE", "SURVEY": year})

    assert said(answer, 422, '<a href="#SURVEY">Skriv ett årtal från 2014 till i år')
    assert f'value="{year}"' in answer.text
    assert "Ingen uppgift" in (await visitor.get("/kommuner/2305")).text


@pytest.mark.parametrize(
    ("person", "page", "status"),
    [
        ("COUNTY_COORDINATOR", BERG, 200),
        ("COUNTY_COORDINATOR", KIRUNA, 403),
        ("COUNTY_COORDINATOR", "/kommuner/0180", 404),
        ("READER", BERG, 403),
        ("MUNICIPAL_COORDINATOR", RAGUNDA, 200),
        ("MUNICIPAL_COORDINATOR", BERG, 403),
    ],
)
async def test_only_the_county_s_coordinator_and_the_own_may_say(
    visitor: Visitor, person: str, page: str, status: int
) -> None:
    await visitor.log_in(person)

    offered = f'href="{page}/andra"' in (await visitor.get(page)).text
    asked = await visitor.get(f"{page}/andra")
    sent = await visitor.post(f"{page}/andra", {"status": ""})

    assert (asked.status_code, offered) == (status, status == 200)
    assert sent.status_code == (422 if status == 200 else status)
