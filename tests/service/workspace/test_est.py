"""EST on the pages: a municipality follows an area, reports in its week and says what comes first."""

from datetime import datetime

from shared.calendar import ZONE
from shared.contracts.weeks import YearWeek
from tests.service.workspace.test_readiness import say
from tests.support.forms import form_of
from tests.support.workspace import Visitor, WorkspaceHouse
from tests.support.workspace_initiatives import municipality_of, told

SEEN = {"category": "GRAFFITI", "place": "Gångtunneln", "scale": "2", "reporter": "HOUSING"}
NOW = YearWeek.of(datetime.now(ZONE).date())
WEEK = f"{NOW.year}/{NOW.number}"


async def followed(visitor: Visitor, name: str) -> str:
    """The address of an area that the municipality follows from today."""
    await visitor.log_in("MUNICIPAL_COORDINATOR")
    form = form_of((await visitor.get("/est/ny")).text, "/est/ny")
    answer = await visitor.post("/est/ny", {**form, "name": name})
    return str(answer.headers["location"]).partition("?")[0]


async def test_an_area_is_followed_changed_and_left(visitor: Visitor) -> None:
    area = await followed(visitor, "Torget")
    changed = await say(visitor, f"{area}/andra", name="Stora torget", closes_weekday="2", closes_clock="09.30")
    listed = (await visitor.get("/est?lan=jamtland")).text
    left = await say(visitor, f"{area}/avsluta")

    assert ("<h1>Stora torget</h1>" in changed, "tisdag kl. 09.30 veckan efter" in changed) == (True, True)
    assert listed.count(f'href="{area}"') == 1
    assert "Området följs inte längre." in left
    assert (await visitor.get(f"{area}/andra")).headers["location"] == area
    assert f'href="{area}"' not in (await visitor.get("/est")).text
    assert f'href="{area}"' in (await visitor.get("/est?lage=RETIRED")).text


async def test_a_report_is_written_in_its_week_and_taken_back(visitor: Visitor) -> None:
    week = f"{await followed(visitor, 'Stationen')}/{WEEK}"
    named = await say(visitor, f"{week}/rapportera", **SEEN | {"place": "Hos 19800101-2384"})
    reported = await say(visitor, f"{week}/rapportera", **SEEN)
    noted = await say(visitor, f"{week}/atgard", text="Tvättas i dag", function="MUNICIPAL_COORDINATOR")
    form = form_of((await visitor.get(f"{week}/ta-tillbaka")).text, week)
    known = (await visitor.get(f"{week}/ta-tillbaka")).text.partition('name="observation" value="')[2]
    await visitor.post(f"{week}/ta-tillbaka", {**form, "observation": known.partition('"')[0]})
    after = (await visitor.get(week)).text

    assert 'href="#place"' in named
    assert ("Klotter: Gångtunneln" in reported, "<dt>Klotter</dt><dd>1</dd>" in reported) == (True, True)
    assert "Tvättas i dag" in noted
    assert ("Gångtunneln" in after, "Ingen har rapporterat något." in after) == (False, True)


async def test_a_week_is_seen_at_home_and_by_nobody_else(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    area = await followed(visitor, "Skolan")
    body = {"name": "Berget", "first_day": NOW.monday.isoformat()}
    far = await told(jamtlands, "MUNICIPAL_COORDINATOR", "/est-areas", body, home="2326")
    other = f"/est/jamtland/{far['id']}"
    mine = [(await visitor.get(f"{path}/{WEEK}")).status_code for path in (area, other)]
    no_week = (await visitor.get(f"{area}/{NOW.year}/54")).status_code
    seen: dict[str, list[int]] = {}
    for person in ("COUNTY_COORDINATOR", "POLICE", "READER", "OPERATOR"):
        await visitor.log_in(person)
        paths = (area, f"{area}/{WEEK}", f"{area}/{WEEK}/rapportera", f"/est/kommun/2326/{NOW.year}")
        seen[person] = [(await visitor.get(path)).status_code for path in paths]

    assert (mine, no_week) == ([200, 404], 404)
    assert seen == {
        "COUNTY_COORDINATOR": [200, 200, 403, 200],
        "POLICE": [200, 200, 200, 200],
        "READER": [200, 403, 403, 200],
        "OPERATOR": [403, 403, 403, 403],
    }


async def test_what_comes_first_in_a_quarter_is_seen_by_all(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    area = (await followed(visitor, "Parken")).rpartition("/")[2]
    year = f"/est/kommun/{municipality_of(jamtlands)}/{NOW.year}"
    first = {"areas": area, "categories": "GRAFFITI", "reason": "Mest klotter"}
    decided = await say(visitor, f"{year}/{NOW.quarter}/prioritera", **first)
    changed = await say(visitor, f"{year}/{NOW.quarter}/prioritera", reason="Störst möjlighet till effekt")
    await visitor.log_in("READER")
    listed, shown = (await visitor.get("/est")).text, (await visitor.get(year)).text
    await visitor.log_in("MUNICIPAL_COORDINATOR")
    withdrawn = await say(visitor, f"{year}/{NOW.quarter}/dra-tillbaka")

    assert "<p>Parken: klotter</p>" in decided
    assert "Störst möjlighet till effekt" in changed
    assert ("Störst möjlighet till effekt" in listed, "Antal rapporter" in shown) == (True, False)
    assert "Beslutet är tillbakadraget." in withdrawn
    assert (await visitor.get(f"{year}/utvardera")).headers["location"] == year
