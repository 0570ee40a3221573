"""A real browser on the workspace of Jämtland: Debian's Chromium, or what the path has under that name.

Without one the tests are skipped; in CI they fail.
"""

import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from infra.engine import Engine
from shared.contracts.counties import DEFAULT, parse
from shared.runtime.settings import Settings
from tests.support.waiting import DEADLINE
from tests.support.workspace import WorkspaceHouse, house

JAMTLAND = next(county for county in parse(DEFAULT) if county.name == "jamtland")
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EXPECTED = re.compile(r"responded with a status of (404|422|503) ")
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


@pytest.fixture(scope="module")
async def jamtlands(
    postgres: Engine, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[WorkspaceHouse]:
    """One for each file of tests."""
    async with house(postgres, tmp_path_factory.mktemp("workspace"), settings, JAMTLAND) as found:
        yield found


class Watched:
    """A page, and what it did that no page may: foreign requests, errors on the console, blocked content."""

    def __init__(self, page: Page, origins: tuple[str, ...]) -> None:
        self.page = page
        self.wrong: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self._heard(message.type, message.text))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("request", lambda request: self._asked(request.url, origins))

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


@asynccontextmanager
async def opened(browser: Browser, house: WorkspaceHouse, **settings: Any) -> AsyncIterator[Watched]:
    """A page of a new browser profile."""
    context = await browser.new_context(base_url=house.url, **settings)
    context.set_default_timeout(1000 * DEADLINE)
    if settings.get("java_script_enabled", True):
        await context.add_init_script(WATCH)
    try:
        yield Watched(await context.new_page(), (house.url, house.provider))
    finally:
        await context.close()


async def log_in(page: Page, title: str) -> None:
    """Log in as the example person with that function, as people do."""
    await page.goto("/logga-in")
    await page.get_by_role("link", name=title).first.click()
    await page.wait_for_load_state()
