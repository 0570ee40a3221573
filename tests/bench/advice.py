"""The advice page in a browser: over a slow line, while nothing answers, and how soon a click shows something.

The county does not run: the page needs its workspace alone.
"""

import shutil
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.bench.lines import Line
from tests.bench.stage import PATIENCE, Stage
from tests.bench.workspace import HERE, allowed, pages
from tests.browser.conftest import FLAGS, NAMES

SLOW = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
"""A telephone far from its mast: 400 ms, 400 kbit/s."""
CALL_MS, QUESTION_MS, AWAY_MS, CLICK_MS = 1_500, 3_000, 1_000, 200
LEAST_MS = 16
"""Browsers tell of no interaction that was shorter."""
NOW = "performance.now()"
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
READY = "#gate form:not([method])"
"""The question, once the scripts have taken it over."""
WATCH = f"""
    window.lasted = {LEAST_MS};
    new PerformanceObserver((list) => {{
        for (const {{ duration }} of list.getEntries()) window.lasted = Math.max(window.lasted, duration);
    }}).observe({{ type: "event", durationThreshold: {LEAST_MS} }});
"""


async def measure(stage: Stage) -> list[Line]:
    """Nothing where the path has no browser."""
    program = next((path for name in NAMES if (path := shutil.which(name))), None)
    if program is None:
        return []
    found: dict[str, list[float]] = defaultdict(list)
    with pages(stage, HERE) as process:
        url = f"{stage.engine.workspace(HERE).url}/rad/"
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
            for _ in range(stage.rounds):
                for name, figure in (await opened(browser, url, process)).items():
                    found[name].append(figure)
            await browser.close()
    return [
        allowed(stage.rounds, f"{name}, of what is allowed", found[name], most)
        for name, most in (
            ("over a slow line: Ring 112 is there", CALL_MS),
            ("over a slow line: the first question can be answered", QUESTION_MS),
            ("while nothing answers: the first question can be answered", AWAY_MS),
            ("a click until something is shown", CLICK_MS),
        )
    ]


async def opened(browser: Browser, url: str, process: psutil.Process) -> dict[str, float]:
    """The page over a slow line in a new browser profile, then again while the workspace hangs; milliseconds."""
    async with profile(browser) as context:
        page = await context.new_page()
        line = await context.new_cdp_session(page)
        await line.send("Network.enable")
        await line.send("Network.emulateNetworkConditions", SLOW)
        await page.goto(url)
        question = await ready(page)
        painted = float(await page.evaluate(PAINTED))
    async with profile(browser) as context:
        page = await context.new_page()
        await page.goto(url)
        await page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        process.suspend()
        try:
            await page.reload()
            away = await ready(page)
            await page.get_by_label("Pulver", exact=True).check()
            await page.get_by_role("button", name="Fortsätt").click()
            await page.get_by_role("heading", name="Ring 112 nu").wait_for()
            await page.wait_for_timeout(10 * LEAST_MS)
            clicked = float(await page.evaluate("window.lasted"))
        finally:
            process.resume()
    names = (
        "over a slow line: Ring 112 is there",
        "over a slow line: the first question can be answered",
        "while nothing answers: the first question can be answered",
        "a click until something is shown",
    )
    return dict(zip(names, (painted, question, away, clicked), strict=True))


@asynccontextmanager
async def profile(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A new one, that notes how long interactions last."""
    context = await browser.new_context()
    context.set_default_timeout(1_000 * PATIENCE)
    await context.add_init_script(WATCH)
    yield context
    await context.close()


async def ready(page: Page) -> float:
    """Milliseconds until the question can be answered."""
    await page.locator(READY).wait_for()
    return float(await page.evaluate(NOW))
