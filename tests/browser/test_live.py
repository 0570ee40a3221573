"""An open page shows by itself what has changed, and takes nothing away from whoever is at work on it."""

from uuid import uuid4

import pytest
from playwright.async_api import Browser, Page, Request, expect

from services.workspace import live
from services.workspace.answers import CountyAway
from shared.runtime.auth import Role
from tests.browser.conftest import log_in, opened
from tests.browser.test_accessible import judge
from tests.service.workspace.guidance import given_sites
from tests.support.workspace import WorkspaceHouse, moved
from tests.support.workspace_meetings import given_item, given_meeting

SHOW = "Nytt finns – visa"


async def planned(house: WorkspaceHouse, title: str) -> None:
    """A meeting of the county that is new, and its event."""
    await given_meeting(house, uuid4(), title=title)
    await moved(house, "meetings")


async def listening(page: Page, path: str) -> None:
    """Open the page, and wait until it listens; the page before it may have asked as well."""

    def of_this_page(asked: Request) -> bool:
        return asked.url.endswith("/nytt") and asked.headers["referer"].endswith(path)

    async with page.expect_request(of_this_page):
        await page.goto(path)


async def test_a_page_shows_by_itself_what_is_new(browser: Browser, jamtlands: WorkspaceHouse) -> None:
    async with opened(browser, jamtlands) as watched:
        page = watched.page
        await log_in(page, Role.COUNTY_COORDINATOR)
        await listening(page, "/moten")

        await planned(jamtlands, "Nytt möte")
        await expect(page.get_by_role("link", name="Nytt möte")).to_be_visible()
        await expect(page.locator("#live-said")).to_have_text("Uppdaterat: Kommande möten")

        await page.get_by_role("link", name="Nytt möte").focus()
        await planned(jamtlands, "Möte under arbete")
        show = page.get_by_role("button", name=SHOW)
        await expect(show).to_be_visible()
        await expect(page.get_by_role("link", name="Nytt möte")).to_be_focused()
        await expect(page.get_by_role("link", name="Möte under arbete")).to_have_count(0)
        await judge(watched)
        await show.click()
        await expect(page.get_by_role("link", name="Möte under arbete")).to_be_visible()
        await expect(page.get_by_role("heading", name="Kommande möten")).to_be_focused()
        await expect(show).to_have_count(0)

        await page.get_by_role("button", name="Pausa uppdateringar").click()
        await planned(jamtlands, "Möte i paus")
        await expect(show).to_be_visible()
        await page.get_by_role("button", name="Fortsätt uppdatera").click()
        await expect(page.get_by_role("link", name="Möte i paus")).to_be_visible()
        await expect(show).to_have_count(0)
        await watched.check()


async def test_municipalities_and_sites_follow_as_well(
    browser: Browser, jamtlands: WorkspaceHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(browser, jamtlands) as watched, jamtlands.client("COUNTY_COORDINATOR") as county:
        page = watched.page
        await log_in(page, Role.COUNTY_COORDINATOR)
        for path, status, shown in (
            ("/kommuner/2309", "PLANNED", page.get_by_text("Planerad", exact=True)),
            ("/kommuner?lan=jamtland&lage=ACTIVE", "ACTIVE", page.get_by_role("link", name="Krokom")),
        ):
            await listening(page, path)
            await expect(shown).to_have_count(0)
            details = {"municipality": "2309", "status": status, "activities": []}
            before = (await county.get("/guidance/implementations?municipality=2309")).json()["items"]
            seen = {"If-Match": f'"{before[0]["version"]}"'} if before else {}
            assert (await county.put("/guidance/implementations", json=details, headers=seen)).is_success
            await moved(jamtlands, "guidance")
            await expect(shown).to_be_visible()

        monkeypatch.setattr(live, "TICK_SECONDS", 0)  # sites are in no stream
        await listening(page, "/ombud?slag=TERMINAL")
        await given_sites(jamtlands, type="TERMINAL", municipality="2309")
        await expect(page.get_by_role("heading", name="Krokom")).to_be_visible()
        await watched.check()


async def test_a_form_that_is_being_filled_in_stays(browser: Browser, jamtlands: WorkspaceHouse) -> None:
    await given_item(jamtlands, uuid4(), text="Plan")
    async with opened(browser, jamtlands) as watched:
        page = watched.page
        await log_in(page, Role.COUNTY_COORDINATOR)
        await listening(page, "/atgarder")
        await page.get_by_label("Läge").select_option(index=1)
        await page.get_by_role("heading", level=1).click()

        await given_item(jamtlands, uuid4(), text="En till")
        await moved(jamtlands, "meetings")

        await expect(page.get_by_role("button", name=SHOW)).to_be_visible()
        assert await page.get_by_label("Läge").evaluate("field => field.selectedIndex") == 1


@pytest.mark.parametrize("step", ["change", "withdraw"])
async def test_an_open_form_tells_that_another_was_first(
    browser: Browser, jamtlands: WorkspaceHouse, step: str
) -> None:
    wish = {"title": "Ljus", "year": 2026, "text": "Ny belysning.", "theme": "FRAUD", "confirmed": True}
    async with opened(browser, jamtlands) as watched, jamtlands.client("COUNTY_COORDINATOR") as county:
        page, told = watched.page, watched.page.locator("#part-version")
        shared = (await county.post("/lessons", json=wish)).json()
        await log_in(page, Role.COUNTY_COORDINATOR)
        await listening(page, f"/lardomar/jamtland/{shared['id']}/andra")
        await page.get_by_label("Vad lärdomen kallas").fill("Ljus vid torget")
        await expect(told).to_be_hidden()

        seen, path = {"If-Match": f'"{shared["version"]}"'}, f"/lessons/jamtland/{shared['id']}"
        if step == "change":
            done = await county.put(path, json=wish | {"title": "Sikt"}, headers=seen)
        else:
            done = await county.post(path + "/withdraw", headers=seen)
        assert done.is_success
        await moved(jamtlands, "initiatives")

        await expect(told).to_be_visible()
        await expect(page.locator("#live-said")).to_contain_text("Det här har ändrats medan")
        await expect(page.get_by_label("Vad lärdomen kallas")).to_have_value("Ljus vid torget")
        await judge(watched)
        await watched.check()


async def test_what_could_not_be_shown_comes_by_itself(
    browser: Browser, jamtlands: WorkspaceHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise CountyAway("ReadTimeout")

    async with opened(browser, jamtlands) as watched:
        page, absent = watched.page, watched.page.get_by_text("kan inte visas just nu")
        await log_in(page, Role.COUNTY_COORDINATOR)
        await page.clock.install()
        with monkeypatch.context() as patched:
            patched.setattr(jamtlands.site.interface, "signals", away)
            await page.goto("/")
            await expect(absent).to_be_visible()

        await page.clock.run_for(10_000)

        await expect(absent).to_have_count(0)
        await watched.check()


async def test_one_tab_listens_for_all(browser: Browser, jamtlands: WorkspaceHouse) -> None:
    async with opened(browser, jamtlands) as watched:
        first = watched.page
        await log_in(first, Role.COUNTY_COORDINATOR)
        await listening(first, "/moten")
        heard: list[str] = []
        first.context.on("request", lambda request: heard.append(request.url))
        tabs = [await first.context.new_page() for _ in range(8)]
        for tab in tabs:
            await tab.goto("/moten")

        await planned(jamtlands, "Möte för alla flikar")

        for tab in tabs:
            await tab.bring_to_front()
            await expect(tab.get_by_role("link", name="Möte för alla flikar")).to_be_visible()
        assert not [url for url in heard if url.endswith("/nytt")]
