"""The pages of routines and sites that stand under an id, as far as axe-core tells."""

from playwright.async_api import expect

from shared.runtime.auth import Role
from tests.browser.conftest import Profiles
from tests.browser.test_accessible import judge
from tests.service.shipment_alerts.given import ok
from tests.service.workspace.guidance import drafted, given_sites, published
from tests.support.workspace import WorkspaceHouse


async def test_pages_of_guidance_are_accessible(profiles: Profiles, jamtlands: WorkspaceHouse) -> None:
    routine, advice = await published(jamtlands), await published(jamtlands, "safety-advice")
    await drafted(jamtlands)
    async with jamtlands.client("COUNTY_COORDINATOR") as county:
        for site in await given_sites(jamtlands, 3):
            path = f"/guidance/routines/jamtland/{routine['id']}/acknowledgements"
            ok(await county.post(path, json={"site": site, "number": 1}))
    pages = ["/rutiner", f"/rutiner/rutin/jamtland/{routine['id']}", f"/rutiner/rad/jamtland/{advice['id']}", "/ombud"]
    watched = await profiles.of(jamtlands, Role.COUNTY_COORDINATOR)
    for page in pages:
        await watched.page.goto(page)
        await judge(watched)
        await watched.check()


async def test_forms_of_guidance_are_accessible(profiles: Profiles, jamtlands: WorkspaceHouse) -> None:
    routine, draft, (site,) = await published(jamtlands), await drafted(jamtlands), await given_sites(jamtlands)
    page = f"/rutiner/rutin/jamtland/{routine['id']}"
    pages = [
        *(f"{page}/bekrafta?malgrupp=AGENT", f"{page}/aterkalla", f"/rutiner/utkast/{draft['id']}"),
        *(f"/ombud/{site}", f"/ombud/{site}/stang", "/rutiner/utkast/ny?slag=rad"),
    ]
    watched = await profiles.of(jamtlands, Role.COUNTY_COORDINATOR)
    for page in pages:
        await watched.page.goto(page)
        await judge(watched)
    await watched.page.get_by_role("button", name="Spara utkastet").click()
    await expect(watched.page.locator(".errors")).to_be_focused()
    await judge(watched)
    await watched.check()
