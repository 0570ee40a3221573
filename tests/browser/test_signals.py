"""A signal from a small municipality in a browser: released, corrected, withdrawn; and one that is answered."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from infra.engine import Engine
from shared.runtime.auth import Role
from shared.runtime.settings import Settings
from tests.browser.conftest import Profiles
from tests.browser.test_accessible import judge
from tests.service.shipment_alerts.given import WEEK
from tests.service.workspace.signals import FORM, VASTERBOTTEN, given_places, neighbours_signal
from tests.support.workspace import WorkspaceHouse, house


@pytest.fixture(scope="session")
async def vasterbottens(
    postgres: Engine, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[WorkspaceHouse]:
    async with house(postgres, tmp_path_factory.mktemp("workspace"), settings, VASTERBOTTEN) as found:
        await given_places(found)
        yield found


async def choose(page: Page) -> None:
    """A letter from Bjurholm, as the police know it."""
    for name, value in FORM.items():
        if name != "indicator_groups":
            await page.locator(f"#{name}").select_option(value)
    for sign in ("Lukt", "Förpackning"):
        await page.get_by_label(sign, exact=True).check()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_the_police_release_correct_and_withdraw_a_signal(
    profiles: Profiles, vasterbottens: WorkspaceHouse, scripts: bool
) -> None:
    watched = await profiles.of(vasterbottens, Role.POLICE, scripts=scripts)
    page = watched.page
    await page.goto("/")
    await page.get_by_role("navigation").get_by_role("link", name="Signaler").click()
    await page.get_by_role("link", name="Släpp en signal").click()
    await expect(page.get_by_role("heading", name="Så exakt får en signal vara")).to_be_visible()
    await choose(page)
    await page.get_by_role("button", name="Granska").click()

    coarser = page.get_by_role("region", name="Vad som har gjorts mindre exakt")
    await expect(coarser).to_contain_text("du valde Bjurholm, signalen säger lokalpolisområdet Umeå")
    await page.get_by_role("button", name="Ändra").click()
    await expect(page.get_by_label("Plats", exact=True)).to_have_value("2403")
    await page.get_by_role("button", name="Granska").click()
    await page.get_by_role("button", name="Släpp signalen").click()
    await expect(page.get_by_role("status")).to_contain_text("Signalen är släppt.")
    await expect(page.get_by_role("heading", level=1)).to_contain_text(f"Lokalpolisområde Umeå, v. {WEEK}, brev")
    await expect(page.locator("main")).not_to_contain_text("Bjurholm")

    await page.get_by_role("link", name="Rätta signalen").click()
    await page.get_by_label("Vilken fara?").select_option("H3")
    await page.get_by_role("button", name="Granska").click()
    await expect(page.locator("main")).to_contain_text("Inget behövde göras mindre exakt.")
    await page.get_by_role("button", name="Rätta signalen").click()
    await expect(page.get_by_role("status")).to_contain_text("Signalen är rättad.")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("H3")

    await page.get_by_role("link", name="Återkalla signalen").click()
    await expect(page.locator("main")).to_contain_text("Det går inte att ångra")
    await page.get_by_role("button", name="Återkalla signalen").click()
    await expect(page.get_by_role("status")).to_contain_text("Signalen är återkallad.")
    await expect(page.get_by_role("link", name="Rätta signalen")).to_have_count(0)
    if scripts:
        await watched.check()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_a_coordinator_answers_a_neighbours_signal(
    profiles: Profiles, vasterbottens: WorkspaceHouse, scripts: bool
) -> None:
    signal = await neighbours_signal(vasterbottens)
    watched = await profiles.of(vasterbottens, Role.COUNTY_COORDINATOR, scripts=scripts)
    page = watched.page
    await page.goto(f"/signaler/vasternorrland/{signal['id']}")
    await page.get_by_role("link", name="Svara för länet").click()
    await page.get_by_label("Åtgärd vidtagen").check()
    await page.get_by_role("button", name="Skicka svaret").click()
    await expect(page.get_by_role("status")).to_contain_text("Länets svar är sparat.")
    await expect(page.get_by_role("region", name="Återkoppling från länen")).to_contain_text("Åtgärd vidtagen")

    await page.get_by_role("link", name="Svara för länet").click()
    await page.get_by_role("link", name="Ta tillbaka svaret").click()
    await page.get_by_role("button", name="Ta tillbaka svaret").click()
    await expect(page.get_by_role("status")).to_contain_text("Länets svar är taget tillbaka.")


async def test_forms_of_a_signal_are_accessible(profiles: Profiles, vasterbottens: WorkspaceHouse) -> None:
    watched = await profiles.of(vasterbottens, Role.POLICE)
    page = watched.page
    await page.goto("/signaler/ny")
    await page.get_by_role("button", name="Granska").click()
    await expect(page.locator(".errors")).to_be_focused()
    await judge(watched)
    await choose(page)
    await watched.follow(page.get_by_role("button", name="Granska"))
    await judge(watched)
    await watched.follow(page.get_by_role("button", name="Släpp signalen"))
    await judge(watched)
    one = page.url.partition("?")[0]
    for way in ("ratta", "aterkalla"):
        await page.goto(f"{one}/{way}")
        await judge(watched)
    await watched.check()


async def test_pages_of_an_answer_are_accessible(profiles: Profiles, vasterbottens: WorkspaceHouse) -> None:
    one = f"/signaler/vasternorrland/{(await neighbours_signal(vasterbottens))['id']}"
    watched = await profiles.of(vasterbottens, Role.COUNTY_COORDINATOR)
    page = watched.page
    await page.goto(f"{one}/aterkoppling")
    await page.get_by_role("button", name="Skicka svaret").click()
    await expect(page.locator(".errors")).to_be_focused()
    await judge(watched)
    await page.get_by_label("Mottagen").check()
    await watched.follow(page.get_by_role("button", name="Skicka svaret"))
    await judge(watched)
    for way in ("aterkoppling", "aterkoppling/ta-tillbaka"):
        await page.goto(f"{one}/{way}")
        await judge(watched)
    await watched.check()
