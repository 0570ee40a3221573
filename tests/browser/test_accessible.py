"""Every page, in each role, in light and dark, on a narrow and a wide screen: WCAG 2.2 AA as far as axe-core tells."""

import os
import re
from collections import defaultdict
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Browser, Page, expect

from services.workspace.addresses import PAGES
from services.workspace.answers import CountyAway
from services.workspace.roles import OPEN
from shared.calendar import ZONE
from shared.runtime.auth import Role
from tests.browser.conftest import PEOPLE, Profiles, Scheme, Watched, log_in, opened
from tests.service.workspace.test_joint import given_joint
from tests.service.workspace.test_reading import ACTOR, HERE, posted
from tests.support.workspace import WorkspaceHouse, given_occasion
from tests.support.workspace_initiatives import SHARED, given_measure, given_picture, municipality_of
from tests.support.workspace_meetings import given_item, given_meeting

OPEN_PAGES = ("/om", "/tillganglighet", "/rad/", "/rad/affisch", "/finns-inte")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = ["color-contrast"]
VIEWS: tuple[tuple[Scheme, int, list[str]], ...] = (
    ("light", 1280, TAGS),
    ("light", 320, TAGS),
    ("dark", 320, CONTRAST),
    ("dark", 1280, CONTRAST),
)
"""Colours are all that the scheme changes: `tests/unit/workspace/test_stylesheet.py`."""
RUN_AXE = """async (rules) => {
    const { violations, passes } = await axe.run({ runOnly: rules, resultTypes: ["violations"] });
    return { violations, passes: passes.length };
}"""
"""Every place that passed, with its HTML, took longer to hand over than all the rules to try."""
MARKUP = """() => {
    const told = ["aria-current", "class", "disabled", "hidden", "open", "role", "type"];
    const counts = new Map();
    const look = (element, above) => {
        const names = [...element.attributes].map(({ name, value }) => told.includes(name) ? `${name}=${value}` : name);
        const path = `${above}>${element.localName}[${names.sort()}]${element.textContent.trim() ? "" : "empty"}`;
        counts.set(path, (counts.get(path) || 0) + 1);
        for (const child of element.children) look(child, path);
    };
    look(document.documentElement, "");
    const levels = [...document.querySelectorAll("h1, h2, h3, h4")].map((each) => each.localName);
    const order = levels.filter((level, place) => level !== levels[place - 1]).join(" ");
    return [order, ...counts.keys(), ...[...counts].filter(([_, count]) => count > 1).map(([path]) => `many ${path}`)];
}"""
"""The parts of a page without its words: the order of its headings, and its kinds of elements, once or often."""
JUDGED: defaultdict[str, set[str]] = defaultdict(set)
"""By the kind of page, what was judged before."""
IS_WIDE = "document.documentElement.scrollWidth > innerWidth"
AN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")
SHOTS = count(1)
SPACE_OUT = """() => {
    const style = new CSSStyleSheet();
    const wide = "line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important";
    style.replaceSync(`* { ${wide} }`);
    document.adoptedStyleSheets.push(style);
}"""
"""No policy on contents forbids a style that a test adopts in this way."""


def shown_to(role: Role) -> list[str]:
    """The pages of the table that this role may see."""
    shown = [(path, roles) for method, path, _, roles in PAGES if method == "GET" and "{" not in path]
    return [path for path, roles in shown if roles is not OPEN and role in (roles or ())]


async def judge(watched: Watched) -> None:
    """In light and dark, narrow and wide there is no violation, and no scrolling sideways. The page is loaded once.

    axe-core is asked about what no page of its kind had before: another role's page mostly has the same.
    """
    page, kind = watched.page, AN_ID.sub("…", urlsplit(watched.page.url).path)
    parts = set(await page.evaluate(MARKUP))
    new, folder = not parts <= JUDGED[kind], os.environ.get("NORRSAM_SCREENSHOTS")
    if new:
        await page.evaluate(AXE_SCRIPT)
    for scheme, width, rules in VIEWS:
        if new or folder or scheme == "light":
            await watched.view(scheme, width)
            assert not await page.evaluate(IS_WIDE), f"{page.url} {width}-{scheme}"
        if new:
            found = await page.evaluate(RUN_AXE, rules)
            assert found["violations"] == [], f"{page.url} {width}-{scheme}"
            assert found["passes"]
        if folder:  # for people to look at: `make screenshots`
            name = re.sub(r"[^a-z]+", "-", urlsplit(page.url).path).strip("-") or "start"
            shot = Path(folder) / f"{name}-{width}-{scheme}-{next(SHOTS):03}.png"
            await page.screenshot(path=shot, full_page=True)
    JUDGED[kind] |= parts


@pytest.mark.parametrize("role", PEOPLE)
async def test_every_page_of_a_role_is_accessible(profiles: Profiles, jamtlands: WorkspaceHouse, role: Role) -> None:
    watched = await profiles.of(jamtlands, role)
    for path in shown_to(role):
        await watched.page.goto(path)
        await judge(watched)
        await watched.check()


async def test_every_open_page_is_accessible(profiles: Profiles, jamtlands: WorkspaceHouse) -> None:
    watched = await profiles.of(jamtlands)
    for path in OPEN_PAGES:
        await watched.page.goto(path)
        await judge(watched)
        await watched.check()


async def test_pages_of_a_county_that_is_away_are_accessible(
    browser: Browser, jamtlands: WorkspaceHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise CountyAway("ConnectError")

    async with opened(browser, jamtlands) as watched:
        await log_in(watched.page, Role.COUNTY_COORDINATOR)
        monkeypatch.setattr(jamtlands.site.interface, "_send", away)
        for path in shown_to(Role.COUNTY_COORDINATOR):
            await watched.page.goto(path)
            await judge(watched)
        await watched.follow(watched.page.get_by_role("button", name="Logga ut"))
        await judge(watched)
        await watched.check()


async def test_the_pages_of_an_enrolment_are_accessible(profiles: Profiles, jamtlands: WorkspaceHouse) -> None:
    async with jamtlands.client("COUNTY_COORDINATOR") as county:
        occasion = await given_occasion(county)
    watched = await profiles.of(jamtlands, Role.COUNTY_COORDINATOR)
    page = watched.page
    await page.goto(f"/utbildningar/jamtland/{occasion['id']}")
    await judge(watched)
    await page.get_by_role("button", name="Skicka anmälan").click()
    await expect(page.locator(".errors")).to_be_focused()
    await judge(watched)
    await fill(page, "every-view")
    await expect(page.get_by_role("status")).to_contain_text("Anmälan är skickad")
    await judge(watched)
    await watched.follow(page.get_by_role("link", name="Avanmäl").first)
    await judge(watched)
    await watched.check()


async def test_a_signal_and_an_actor_are_accessible(profiles: Profiles, jamtlands: WorkspaceHouse) -> None:
    signal = await posted(jamtlands, "POLICE", "/shipment-signals", HERE | {"exercise": True})
    await posted(jamtlands, "COUNTY_COORDINATOR", "/actors", ACTOR | {"name": "Skolan i alla vyer"})
    watched = await profiles.of(jamtlands, Role.COUNTY_COORDINATOR)
    page = watched.page
    await page.goto("/signaler")
    await judge(watched)
    await watched.follow(page.get_by_role("link", name=signal["swedish"]).first)
    await judge(watched)
    await page.goto("/aktorer?sok=alla+vyer")
    await judge(watched)
    await watched.follow(page.get_by_role("link", name="Skolan i alla vyer"))
    await judge(watched)
    await watched.check()


async def test_the_pages_of_a_meeting_are_accessible(profiles: Profiles, jamtlands: WorkspaceHouse) -> None:
    agenda = [{"title": "Läget i länen", "minutes": 30, "presenter": "COUNTY_COORDINATOR"}, {"title": "Nästa möte"}]
    meeting = await given_meeting(jamtlands, uuid4(), agenda=agenda, purpose="Läget inför jul")
    item = await given_item(jamtlands, uuid4())
    watched = await profiles.of(jamtlands, Role.COUNTY_COORDINATOR)
    page = watched.page
    for path in ("/moten", "/atgarder", f"/atgarder/vasterbotten/{item.id}"):
        await page.goto(path)
        await judge(watched)
    await page.get_by_label("Pågår").check()
    await page.get_by_role("button", name="Spara läget").click()
    await expect(page.get_by_role("status")).to_contain_text("Läget är sparat.")
    await judge(watched)
    await page.goto(f"/moten/vasterbotten/{meeting.id}")
    await judge(watched)
    await page.get_by_role("button", name="Svara").click()
    await expect(page.locator(".errors")).to_be_focused()
    await judge(watched)
    await page.get_by_role("combobox").select_option("TENTATIVE")  # of an actor that other tests may have named anew
    await page.get_by_role("button", name="Svara").click()
    await expect(page.get_by_role("status")).to_contain_text("Svaret är sparat.")
    await judge(watched)
    await watched.check()


async def test_the_pages_of_municipalities_are_accessible(profiles: Profiles, jamtlands: WorkspaceHouse) -> None:
    states = {"2326": "ACTIVE", "2303": "STARTED", "2361": "PLANNED", "2380": "PAUSED"}
    visits = [{"component": "VISIBILITY", "code": "VISIT", "year": 2026}]
    async with jamtlands.client("COUNTY_COORDINATOR") as county:
        for code, status in states.items():
            details = {"municipality": code, "status": status, "activities": visits}
            await county.put("/guidance/implementations", json=details)
    watched = await profiles.of(jamtlands, Role.COUNTY_COORDINATOR)
    page = watched.page
    await page.goto("/kommuner")
    await judge(watched)
    await watched.follow(page.get_by_role("link", name="Berg"))
    await judge(watched)
    await watched.follow(page.get_by_role("link", name="Ändra"))
    await judge(watched)
    await page.get_by_label("Enkät").fill("1999")
    await page.get_by_role("button", name="Spara").click()
    await expect(page.locator(".errors")).to_be_focused()
    await judge(watched)
    await watched.check()


async def test_a_change_of_another_is_seen_in_another_tab(profiles: Profiles, jamtlands: WorkspaceHouse) -> None:
    details = {"municipality": "2313", "status": "STARTED", "activities": []}
    async with jamtlands.client("COUNTY_COORDINATOR") as county:
        known = (await county.get("/guidance/implementations?municipality=2313")).json()["items"]
        seen = {"If-Match": f'"{known[0]["version"]}"'} if known else {}
        first = await county.put("/guidance/implementations", json=details, headers=seen)
        watched = await profiles.of(jamtlands, Role.COUNTY_COORDINATOR)
        page = watched.page
        await page.goto("/kommuner/2313/andra")
        await page.get_by_label("Enkät").fill("2024")
        visit = {"component": "VISIBILITY", "code": "VISIT", "year": 2025}
        newest = {"If-Match": f'"{first.json()["version"]}"'}
        await county.put("/guidance/implementations", json=details | {"activities": [visit]}, headers=newest)
    await page.get_by_role("button", name="Spara").click()
    await expect(page.locator(".errors")).to_be_focused()
    await judge(watched)
    async with page.expect_popup() as opened_tab:
        await page.get_by_role("link", name="Se hur det är nu").click()
    tab = await opened_tab.value
    await expect(tab.get_by_label("Polisbesök")).to_have_value("2025")
    await tab.close()
    await expect(page.get_by_label("Enkät")).to_have_value("2024")
    await page.get_by_role("button", name="Spara").click()
    await expect(page.get_by_role("status")).to_contain_text("Uppgiften är sparad")
    await watched.check()


async def test_the_pages_of_pictures_are_accessible(profiles: Profiles, jamtlands: WorkspaceHouse) -> None:
    picture = await given_picture(jamtlands, *SHARED)
    await given_picture(jamtlands, title="Oro kring stationen", factors=[], causes=[])
    measures = [await given_measure(jamtlands, picture, colour) for colour in ("YELLOW", None)]
    watched = await profiles.of(jamtlands, Role.MUNICIPAL_COORDINATOR)
    page = watched.page
    await page.goto("/lagesbilder")
    await judge(watched)
    await watched.follow(page.get_by_role("link", name="Oro kring stationen"))
    await judge(watched)
    await page.goto(f"/lagesbilder/jamtland/{picture['id']}")
    await judge(watched)
    for each in measures:
        await page.goto(f"/lagesbilder/atgarder/jamtland/{each['id']}")
        await judge(watched)
    await watched.follow(page.get_by_role("link", name="Ändra"))
    await judge(watched)
    await watched.check()


async def test_the_pages_of_readiness_are_accessible(profiles: Profiles, jamtlands: WorkspaceHouse) -> None:
    home = f"/beredskap/{municipality_of(jamtlands)}"
    county = await profiles.of(jamtlands, Role.COUNTY_COORDINATOR)
    await county.page.goto(f"{home}/R7/foresla")
    await judge(county)
    await county.page.get_by_label("Pågår").check()
    await county.page.get_by_label("Vad ni ser").fill("Utkast till överenskommelse finns")
    await county.follow(county.page.get_by_role("button", name="Föreslå ett läge"))
    await judge(county)
    watched = await profiles.of(jamtlands, Role.MUNICIPAL_COORDINATOR)
    page = watched.page
    for path in ("R1/bedom", "R5/bedom", "R7/bedom", "R7/avvisa", "andra"):
        await page.goto(f"{home}/{path}")
        await judge(watched)
    await page.goto(f"{home}/R8/underlag")
    await page.get_by_role("button", name="Lägg till underlag").click()
    await expect(page.locator(".errors")).to_be_focused()
    await judge(watched)
    await page.get_by_label("Nytt underlag").select_option("MEETING")
    await page.get_by_label("Vad underlaget heter").fill("Möte om rådet")
    await page.get_by_label("Dagen då det gjordes").fill("2026-02-04")
    await page.get_by_role("button", name="Lägg till underlag").click()
    await expect(page.get_by_role("status")).to_contain_text("Det är sparat.")
    await judge(watched)
    await watched.check()


async def test_the_pages_of_support_are_accessible(profiles: Profiles, jamtlands: WorkspaceHouse) -> None:
    watched = await profiles.of(jamtlands, Role.MUNICIPAL_COORDINATOR)
    page = watched.page
    await page.goto("/stod/ny")
    await judge(watched)
    await page.get_by_role("button", name="Be om stöd").click()
    await expect(page.locator(".errors")).to_be_focused()
    await judge(watched)
    await page.get_by_label("Metod- och processtöd").check()
    await page.get_by_label("Vad ni behöver hjälp med").fill("Hjälp med orsaksanalysen")
    await page.get_by_label("Tema", exact=True).select_option("DRUGS")
    await page.get_by_role("button", name="Be om stöd").click()
    await expect(page.get_by_role("status")).to_contain_text("Det är sparat.")
    await judge(watched)
    asked = urlsplit(page.url).path
    county = await profiles.of(jamtlands, Role.COUNTY_COORDINATOR)
    for path in ("/stod", asked, f"{asked}/avsla", "/"):
        await county.page.goto(path)
        await judge(county)
    await watched.check()
    await county.check()


async def test_the_pages_of_cooperation_are_accessible(profiles: Profiles, jamtlands: WorkspaceHouse) -> None:
    watched = await profiles.of(jamtlands, Role.MUNICIPAL_COORDINATOR)
    page = watched.page
    await page.goto("/samverkan/ny")
    await page.get_by_role("button", name="Inled samverkan").click()
    await expect(page.locator(".errors")).to_be_focused()
    await judge(watched)
    await page.get_by_label("Vad det kallas").fill("Samverkan Ragunda")
    await page.get_by_role("button", name="Inled samverkan").click()
    await expect(page.get_by_role("status")).to_contain_text("Det är sparat.")
    await judge(watched)
    begun = urlsplit(page.url).path
    await watched.follow(page.get_by_role("link", name="Anteckna något"))
    await judge(watched)
    await watched.follow(page.get_by_role("button", name="Anteckna något"))
    await judge(watched)
    await watched.follow(page.get_by_role("link", name="Gå till nästa steg"))
    await judge(watched)
    await page.get_by_role("button", name="Gå till nästa steg").click()
    await watched.follow(page.get_by_role("link", name="Gå tillbaka"))
    await judge(watched)
    await page.get_by_label("Varför").fill("Nya uppgifter från polisen")
    await page.get_by_label("Initiera samverkan").check()
    await page.get_by_role("button", name="Gå tillbaka").click()
    await expect(page.get_by_text("Därför: Nya uppgifter från polisen")).to_be_visible()
    for path in ("/samverkan", begun, f"{begun}/avsluta"):
        await page.goto(path)
        await judge(watched)
    await watched.check()


async def test_the_pages_of_lessons_are_accessible(profiles: Profiles, jamtlands: WorkspaceHouse) -> None:
    watched = await profiles.of(jamtlands, Role.COUNTY_COORDINATOR)
    page = watched.page
    await page.goto("/lardomar/ny")
    await page.get_by_role("button", name="Dela en lärdom").click()
    await expect(page.locator(".errors")).to_be_focused()
    await judge(watched)
    await page.get_by_label("Vad lärdomen kallas").fill("Ljus vid busstorget")
    await page.get_by_label("Vad som gjordes").fill("Ny belysning gav *färre* samlingar.\n\n# Varför\n\n- Ljus")
    await page.get_by_label("Tema", exact=True).select_option("PHYSICAL_ENVIRONMENT")
    await page.get_by_label("Där mer står").fill("https://kommun.example/rapport")
    await page.get_by_role("button", name="Dela en lärdom").click()
    await expect(page.get_by_role("status")).to_contain_text("Det är sparat.")
    await judge(watched)
    shared = urlsplit(page.url).path
    await page.goto("/lardomar/inriktning/ny")
    await judge(watched)
    await page.get_by_label("Inriktningen i korthet").fill("Stöd till aktörer i länet.")
    await page.get_by_label("Mål för kunskaps").fill("Alla kommuner har en lägesbild")
    await page.get_by_label("Cannabis").check()
    await page.get_by_role("button", name="Besluta om årets inriktning").click()
    await expect(page.get_by_role("status")).to_contain_text("Det är sparat.")
    await judge(watched)
    for path in ("/lardomar", f"{shared}/dra-tillbaka"):
        await page.goto(path)
        await judge(watched)
    await watched.check()


async def test_the_pages_of_resources_are_accessible(profiles: Profiles, jamtlands: WorkspaceHouse) -> None:
    watched = await profiles.of(jamtlands, Role.COUNTY_COORDINATOR)
    page = watched.page
    await page.goto("/kunskap")
    await watched.follow(page.get_by_role("link", name="Rekommendera något att läsa"))
    await page.get_by_role("button", name="Rekommendera något att läsa").click()
    await expect(page.locator(".errors")).to_be_focused()
    await judge(watched)
    await page.get_by_label("Slag").select_option("LEGAL_SOURCE")
    await page.get_by_label("Titel").fill("Kommuner mot brott")
    await page.get_by_label("Beteckning").fill("SOU 2021:49")
    await page.get_by_label("Webbadress").fill("https://regering.example/sou")
    await page.get_by_label("Dag då du öppnade").fill(str(datetime.now(ZONE).date()))
    await page.get_by_role("button", name="Rekommendera något att läsa").click()
    await expect(page.get_by_role("status")).to_contain_text("Det är sparat.")
    await judge(watched)
    listed = urlsplit(page.url).path
    for path in ("/kunskap", f"{listed}/dra-tillbaka"):
        await page.goto(path)
        await judge(watched)
    await watched.check()


async def test_the_pages_of_joint_measures_are_accessible(profiles: Profiles, jamtlands: WorkspaceHouse) -> None:
    joint = await given_joint(jamtlands, "2326")
    watched = await profiles.of(jamtlands, Role.MUNICIPAL_COORDINATOR)
    page = watched.page
    await page.goto("/")
    await judge(watched)
    await page.goto("/lagesbilder")
    await watched.follow(page.get_by_role("link", name="Gemensamma åtgärder"))
    await judge(watched)
    await watched.follow(page.get_by_role("link", name="Mot ").first)
    await page.get_by_role("button", name="Föreslå en gemensam åtgärd").click()
    await expect(page.locator(".errors")).to_be_focused()
    await judge(watched)
    await page.goto(joint)
    await judge(watched)
    await page.get_by_role("link", name="Svara för kommunen").click()
    await page.get_by_role("button", name="Svara för kommunen").click()
    await expect(page.locator(".errors")).to_be_focused()
    await judge(watched)
    await page.get_by_label("Deltar").check()
    await page.get_by_role("button", name="Svara för kommunen").click()
    await expect(page.get_by_role("status")).to_contain_text("Det är sparat.")
    await judge(watched)
    await watched.check()


async def test_the_pages_of_est_are_accessible(profiles: Profiles, jamtlands: WorkspaceHouse) -> None:
    watched = await profiles.of(jamtlands, Role.MUNICIPAL_COORDINATOR)
    page = watched.page
    await page.goto("/est")
    await watched.follow(page.get_by_role("link", name="Följ ett område"))
    await page.get_by_role("button", name="Följ ett område").click()
    await expect(page.locator(".errors")).to_be_focused()
    await judge(watched)
    await page.get_by_label("Vad området kallas").fill("Torget och gångtunneln")
    await watched.follow(page.get_by_role("button", name="Följ ett område"))
    await expect(page.get_by_role("status")).to_contain_text("Det är sparat.")
    await judge(watched)
    area = urlsplit(page.url).path
    await watched.follow(page.locator("#part-weeks a").first)
    week = urlsplit(page.url).path
    await watched.follow(page.get_by_role("link", name="Rapportera något"))
    await judge(watched)
    await page.get_by_label("Slag").select_option("GRAFFITI")
    await page.get_by_label("Plats").fill("Gångtunneln vid stationen")
    await page.get_by_label("stor", exact=True).check()
    await page.get_by_label("Vem som har").select_option("HOUSING")
    await watched.follow(page.get_by_role("button", name="Rapportera något"))
    await judge(watched)
    for path in (f"{week}/atgard", f"{week}/ta-tillbaka", f"{area}/avsluta"):
        await page.goto(path)
        await judge(watched)
    await page.goto("/est")
    await watched.follow(page.get_by_role("link", name=", EST 2"))
    await judge(watched)
    await watched.follow(page.get_by_role("link", name="Bestäm vad som går först").first)
    await judge(watched)
    await page.get_by_label("Torget och gångtunneln").check()
    await page.get_by_label("Varför").fill("Flest rapporter")
    await watched.follow(page.get_by_role("button", name="Bestäm vad som går först"))
    await judge(watched)
    await page.goto("/est")
    await judge(watched)
    await watched.check()


async def fill(page: Page, who: str) -> None:
    """Enrol somebody on the page of an occasion."""
    await page.get_by_label("Namn").fill("Deltagare Ett")
    await page.get_by_label("E-postadress").fill(f"{who}@kommun.example")
    await page.get_by_label("Funktion").select_option("MUNICIPAL_COORDINATOR")
    await page.get_by_label("Organisation").select_option("MUNICIPALITY")
    await page.get_by_role("button", name="Skicka anmälan").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_a_coordinator_enrols_and_gives_the_seat_back(
    profiles: Profiles, jamtlands: WorkspaceHouse, scripts: bool
) -> None:
    async with jamtlands.client("COUNTY_COORDINATOR") as county:
        await given_occasion(county, {"title": f"Grund {scripts}"})
    watched = await profiles.of(jamtlands, Role.COUNTY_COORDINATOR, scripts=scripts)
    page = watched.page
    await page.goto("/")
    await page.get_by_role("navigation").get_by_role("link", name="Utbildningar").click()
    await page.get_by_role("link", name=f"Grund {scripts}").click()
    await fill(page, f"story-{scripts}".lower())
    line = page.get_by_role("listitem").filter(has=page.get_by_role("link", name=f"Grund {scripts}", exact=True))
    await expect(line).to_contain_text("Deltagare Ett: bekräftad")

    await line.get_by_role("link", name="Avanmäl").click()
    await page.get_by_role("button", name="Avanmäl").click()

    await expect(page.get_by_role("status")).to_contain_text("Avanmälan är skickad")
    await expect(line).to_contain_text("avbokad")


@pytest.mark.parametrize("path", ["/", "/anslutning", "/rad/"])
async def test_wider_spacing_of_text_hides_nothing(profiles: Profiles, jamtlands: WorkspaceHouse, path: str) -> None:
    watched = await profiles.of(jamtlands, Role.COUNTY_COORDINATOR)
    await watched.view(width=320)
    await watched.page.goto(path)
    before = await watched.page.evaluate("document.body.scrollHeight")
    await watched.page.evaluate(SPACE_OUT)  # WCAG 2.2, 1.4.12
    assert await watched.page.evaluate("document.body.scrollHeight") > before
    assert await watched.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


STOP = """() => {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    e.scrollIntoView({ block: "nearest" });
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    const label = e.labels?.[0]?.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const all = [...document.querySelectorAll("*")];
    return {
        name: `${e.tagName} ${e.textContent.trim() || e.id}`, seen: box.width > 0 && box.height > 0,
        outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 3,
        free: !!top && (e.contains(top) || top.contains(e) || !!e.labels?.[0]?.contains(top)),
        high: Math.max(box.height, label?.height ?? 0), place: all.indexOf(e),
    };
}"""


@pytest.mark.parametrize("path", ["/", "/utbildningar", "/anmalningar", "/moten", "/atgarder", "/rad/", "/rad/affisch"])
@pytest.mark.parametrize("width", [320, 1280])
async def test_the_keyboard_reaches_all_and_each_stop_is_seen(
    profiles: Profiles, jamtlands: WorkspaceHouse, path: str, width: int
) -> None:
    watched = await profiles.of(jamtlands, Role.COUNTY_COORDINATOR)
    await watched.view(width=width)
    await watched.page.goto(path)
    await watched.page.wait_for_load_state("networkidle" if path.startswith("/rad/") else "load")  # others listen on
    wanted = await watched.page.locator("a:visible, button:visible, input:visible").count()
    stops: list[dict[str, Any]] = []
    while len(stops) < 60:
        await watched.page.keyboard.press("Tab")
        stop = await watched.page.evaluate(STOP)
        if stop is None or stop["place"] in [each["place"] for each in stops[:1]]:
            break  # after the last stop the browser has the focus, or gives it back to the first at once
        stops.append(stop)

    assert stops[0]["name"] == "A Till innehållet"
    assert [stop for stop in stops if not (stop["seen"] and stop["outlined"] and stop["free"])] == []
    assert [stop["place"] for stop in stops] == sorted({stop["place"] for stop in stops})
    assert len(stops) >= wanted


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_a_page_is_two_links_from_the_start(profiles: Profiles, jamtlands: WorkspaceHouse, scripts: bool) -> None:
    watched = await profiles.of(jamtlands, Role.COUNTY_COORDINATOR, scripts=scripts)
    page = watched.page
    await page.goto("/")
    await watched.follow(page.get_by_role("navigation").get_by_role("link", name="Aktörer och ombud"))
    group = page.get_by_role("navigation", name="Aktörer och ombud")
    await watched.follow(group.get_by_role("link", name="Ombud", exact=True))
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Ombud")
    await expect(group.locator("[aria-current=page]")).to_have_text("Ombud")


async def test_the_menu_of_a_phone_opens_by_keyboard(profiles: Profiles, jamtlands: WorkspaceHouse) -> None:
    watched = await profiles.of(jamtlands, Role.COUNTY_COORDINATOR)
    page = watched.page
    await page.goto("/atgarder")
    await watched.view(width=320)
    await expect(page.get_by_role("navigation")).to_have_count(1)
    await page.get_by_text("Meny", exact=True).focus()
    await page.keyboard.press("Enter")
    for name in ("Start", "Möten"):
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("navigation").get_by_role("link", name=name)).to_be_focused()
    assert [item for item in await page.locator(".folded a").all() if not await item.is_visible()] == []
    await judge(watched)
    await watched.check()


async def test_print_leaves_out_what_paper_cannot_do(browser: Browser, jamtlands: WorkspaceHouse) -> None:
    async with opened(browser, jamtlands) as watched:
        await watched.page.goto("/rad/affisch")
        await watched.page.emulate_media(media="print")
        assert not await watched.page.locator("header, footer, button").locator("visible=true").count()
        assert await watched.page.get_by_role("heading", level=1).is_visible()
        assert (await watched.page.pdf(format="A4", print_background=False)).count(b"/Type /Page\n") == 1


async def test_before_a_log_in_ends_its_user_can_go_on(browser: Browser, jamtlands: WorkspaceHouse) -> None:
    async with opened(browser, jamtlands) as watched:
        page = watched.page
        await log_in(page, Role.READER)
        await page.clock.install()
        await page.goto("/om")
        await expect(page.get_by_role("alert")).to_be_hidden()

        await page.clock.fast_forward("29:00")

        await expect(page.get_by_role("alert")).to_contain_text("Du loggas snart ut")
        await page.get_by_role("button", name="Fortsätt").click()
        await expect(page.get_by_role("alert")).to_be_hidden()
        await watched.check()
