"""A real browser on the workspace of Jämtland: Debian's Chromium, or what the path has under that name.

Without one the tests are skipped; in CI they fail.
"""

import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from infra.engine import Engine
from shared.contracts.counties import DEFAULT, parse
from shared.runtime.auth import Role
from shared.runtime.settings import Settings
from tests.support.waiting import DEADLINE
from tests.support.workspace import WorkspaceHouse, house

JAMTLAND = next(county for county in parse(DEFAULT) if county.name == "jamtland")
PEOPLE = {
    Role.COUNTY_COORDINATOR: "Samordnare för",
    Role.MUNICIPAL_COORDINATOR: "Kommunal",
    Role.POLICE: "Lokalpolisområdeschef",
    Role.OPERATOR: "Butikschef",
    Role.READER: "Registrator",
}
Scheme = Literal["light", "dark"]
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EXPECTED = re.compile(r"responded with a status of (404|410|412|422|503) ")
"""The console's words for a page that tells of something wrong."""
WATCH = """
    window.seen = [];
    document.addEventListener("securitypolicyviolation", (event) => {
        window.seen.push(`${event.violatedDirective} ${event.blockedURI}`);
    });
"""


expect.set_options(timeout=1000 * DEADLINE)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests."""
    program = next((path for name in NAMES if (path := shutil.which(name))), None)
    if program is None:
        reason = "no chromium is on the path: apt-get install chromium"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield found
        await found.close()


@pytest.fixture(scope="session")
async def jamtlands(
    postgres: Engine, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[WorkspaceHouse]:
    """One for all tests; they run on one worker."""
    async with house(postgres, tmp_path_factory.mktemp("workspace"), settings, JAMTLAND) as found:
        yield found


WIDE: tuple[Scheme, int] = ("light", 1280)
HEIGHT = 800


class Watched:
    """A page, and what it did that no page may: foreign requests, errors on the console, blocked content."""

    def __init__(self, page: Page, origins: tuple[str, ...]) -> None:
        self.page = page
        self.wrong: list[str] = []
        self.requests: list[str] = []
        self._view: tuple[Scheme, int] = WIDE
        page.on("console", lambda message: self._heard(message.type, message.text))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("request", lambda request: self._asked(request.url, origins))

    async def view(self, scheme: Scheme = "light", width: int = 1280) -> None:
        """See the page in these colours and at this width."""
        before, self._view = self._view, (scheme, width)
        if before[0] != scheme:
            await self.page.emulate_media(color_scheme=scheme)
        if before[1] != width:
            await self.page.set_viewport_size({"width": width, "height": HEIGHT})

    async def follow(self, way: Locator) -> None:
        """Click what leads to another page, and wait for it: a click ends while the page before may still be here."""
        async with self.page.expect_navigation():
            await way.click()

    def _heard(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not EXPECTED.search(text):
            self.wrong.append(text)

    def _asked(self, url: str, origins: tuple[str, ...]) -> None:
        self.requests.append(url)
        if not url.startswith(origins):
            self.wrong.append(f"asked {url}")

    async def check(self) -> None:
        """Nothing was wrong on the present page."""
        assert [*self.wrong, *await self.page.evaluate("window.seen || []")] == []


async def _open(browser: Browser, house: WorkspaceHouse, scripts: bool) -> Watched:
    scheme, width = WIDE
    context = await browser.new_context(
        base_url=house.url,
        color_scheme=scheme,
        viewport={"width": width, "height": HEIGHT},
        java_script_enabled=scripts,
    )
    context.set_default_timeout(1000 * DEADLINE)
    if scripts:
        await context.add_init_script(WATCH)
    return Watched(await context.new_page(), (house.url, house.provider))


@asynccontextmanager
async def opened(browser: Browser, house: WorkspaceHouse) -> AsyncIterator[Watched]:
    """A page of a new browser profile."""
    found = await _open(browser, house, scripts=True)
    try:
        yield found
    finally:
        await found.page.context.close()


class Profiles:
    """Browser profiles that last: to make one, and to log in, takes longer than most tests."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._known: dict[tuple[str, Role | None, bool], Watched] = {}

    async def of(self, house: WorkspaceHouse, role: Role | None = None, scripts: bool = True) -> Watched:
        """The page of this role, or of somebody who is not logged in, wherever the test before has left it.

        A test that logs out, or that looks at what a browser keeps, opens a profile of its own.
        """
        key = house.url, role, scripts
        if key not in self._known:
            self._known[key] = await _open(self._browser, house, scripts)
            if role:
                await log_in(self._known[key].page, role)
        found = self._known[key]
        await found.view()
        found.wrong.clear()
        found.requests.clear()
        return found


@pytest.fixture(scope="session")
def profiles(browser: Browser) -> Profiles:
    """They end with the browser."""
    return Profiles(browser)


async def log_in(page: Page, role: Role) -> None:
    """Log in as the example person of that role, as people do."""
    await page.goto("/logga-in")
    async with page.expect_navigation():
        await page.get_by_role("link", name=PEOPLE[role]).first.click()
