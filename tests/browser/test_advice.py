"""The advice page in a browser: with and without scripts, without a network, and the same advice as the gate's."""

import json
from collections.abc import Iterator
from itertools import combinations_with_replacement, product
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from infra.engine.ports import free_ports
from services.shipment_alerts.domain import gate
from services.shipment_alerts.domain.answers import Situation
from services.shipment_alerts.domain.tables import (
    SIGNS,
    Abroad,
    Condition,
    Danger,
    EmployerRoutine,
    Indicator,
    Suspicion,
)
from services.workspace.app import application
from services.workspace.site import WorkspaceSite
from tests.browser.conftest import Profiles, opened
from tests.support.serving import served
from tests.support.waiting import DEADLINE
from tests.support.workspace import WorkspaceHouse

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
DANGERS = (None, (), (Danger.POWDER,), (Danger.SYMPTOMS,), (Danger.WIRES,))
OFFENCES = (None, Suspicion.NARCOTICS, Suspicion.MEDICINES, Suspicion.TOBACCO, Suspicion.NOT_KNOWN)
"""One of each kind: imprisonment in the scale or not or unsure, and customs' duty."""
KINDS = {
    (sign.strength, sign.hazard_class, sign.only_if_damaged, sign.not_if_opened): code for code, sign in SIGNS.items()
}
BATCH = 20_000
GATE = """async ([tables, script, situations, routine]) => {
    const { decide } = await import(script);
    const known = await (await fetch(tables)).json();
    const answers = JSON.parse(situations).map((s) => {
        const [dangers, called, at_work, condition, suspicion, from_abroad, signs] = s;
        const a = decide(known, { dangers, called, at_work, condition, suspicion, from_abroad, signs }, routine);
        return [a.outcome, a.step, a.hazard, a.calls.join(), a.lines.join(), a.duty, a.form].join("|");
    });
    return answers.join("\\n");
}"""
"""Both ways one text: each value by itself takes Playwright ten times as long."""


def situations() -> Iterator[tuple[Any, ...]]:
    """Every kind of situation, and every code at least once in each place where it can matter."""
    pairs = [list(pair) for pair in combinations_with_replacement(KINDS.values(), 2)]
    signs = [None, [], *([code] for code in Indicator), *pairs]
    places = ((True, False, None), (None, *Condition), (None, *Abroad))
    for dangers, called, suspicion, sign in product(DANGERS, (True, False), OFFENCES, signs):
        for at_work, condition, abroad in product(*places):
            yield dangers, called, at_work, condition, suspicion, abroad, sign
    for danger, suspicion, abroad in product(Danger, Suspicion, Abroad):
        yield (danger,), True, True, Condition.WHOLE, suspicion, abroad, []


def decided(situation: tuple[Any, ...], routine: EmployerRoutine) -> str:
    """The gate's answer, written as the script of this test writes the browser's."""
    names = ("dangers", "called", "at_work", "condition", "suspicion", "from_abroad", "signs")
    found = gate.decide(Situation.model_construct(**dict(zip(names, situation, strict=True))), routine)
    parts = (found.outcome, found.step, found.hazard_class, ",".join(found.calls), ",".join(found.lines))
    return "|".join([*map(str, parts), str(found.customs_duty).lower(), str(found.form).lower()])


@pytest.mark.parametrize("routine", EmployerRoutine)
async def test_both_gates_give_the_same_answer(
    profiles: Profiles, jamtlands: WorkspaceHouse, routine: EmployerRoutine
) -> None:
    every = list(situations())
    files = [jamtlands.site.files.address(name) for name in ("tables.json", "gate.js")]
    watched = await profiles.of(jamtlands)
    await watched.page.goto("/rad/")
    different = []
    for start in range(0, len(every), BATCH):
        batch = every[start : start + BATCH]
        told = await watched.page.evaluate(GATE, [*files, json.dumps(batch), routine.value])
        different += [
            (situation, there)
            for situation, there in zip(batch, told.splitlines(), strict=True)
            if there != decided(situation, routine)
        ]

    assert len(every) > 100_000
    assert different[:5] == []


async def answer(page: Page, *labels: str) -> None:
    """Tick these, and go on."""
    for label in labels:
        await page.get_by_label(label, exact=True).check()
    await page.get_by_role("button", name="Fortsätt").click()


@SCRIPTS
async def test_a_leak_is_for_112_before_any_question(
    profiles: Profiles, jamtlands: WorkspaceHouse, scripts: bool
) -> None:
    watched = await profiles.of(jamtlands, scripts=scripts)
    page = watched.page
    await page.goto("/rad/")
    await answer(page, "Något läcker")
    await expect(page.get_by_role("heading", level=2)).to_have_text("Ring 112 nu")
    assert await page.locator("main a.call").get_attribute("href") == "tel:112"
    assert await page.locator("main input:visible").count() == 0

    await page.get_by_role("button", name="Jag har ringt").click()

    await expect(page.get_by_role("heading", level=2)).to_contain_text("hanterar i ditt arbete")
    await expect(page.get_by_text("Ring 112 igen om läget förändras.")).to_be_visible()
    assert page.url == f"{jamtlands.url}/rad/"


@SCRIPTS
async def test_a_suspected_letter_is_for_the_police(
    profiles: Profiles, jamtlands: WorkspaceHouse, scripts: bool
) -> None:
    watched = await profiles.of(jamtlands, scripts=scripts)
    page = watched.page
    await page.goto("/rad/")
    await answer(page)
    await answer(page, "Ja")
    await answer(page, "Hel")
    await answer(page, "Narkotika")
    await answer(page, "Nej")
    await answer(page, "Avvikande lukt", "Maskinskriven klisterlapp till privatperson")

    await expect(page.get_by_role("heading", level=2)).to_have_text("Så gör du")
    assert await page.locator("main a.call").get_attribute("href") == "tel:11414"
    lines = await page.locator("main .lines").inner_text()
    assert "Öppna inte försändelsen." in lines
    assert "Prata först med chefen" in lines
    assert page.url == f"{jamtlands.url}/rad/"


@SCRIPTS
async def test_snus_for_a_minor_is_where_the_gate_stops(
    profiles: Profiles, jamtlands: WorkspaceHouse, scripts: bool
) -> None:
    watched = await profiles.of(jamtlands, scripts=scripts)
    page = watched.page
    await page.goto("/rad/")
    await answer(page)
    await answer(page, "Ja")
    await answer(page, "Hel")
    await answer(page, "Tobak eller snus till någon under 18 år")

    await expect(page.get_by_role("heading", level=2)).to_have_text("Tystnadsplikten kan gälla")
    assert await page.locator("main a.call").count() == 0
    await expect(page.get_by_text("Det du har svarat sparas inte.")).to_be_visible()


async def test_nothing_is_asked_or_kept_after_the_page_has_come(browser: Browser, jamtlands: WorkspaceHouse) -> None:
    async with opened(browser, jamtlands) as watched:
        page = watched.page
        await page.goto("/rad/")
        await page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        await page.wait_for_load_state("networkidle")
        asked = len(watched.requests)

        await answer(page, "Pulver")
        await page.get_by_role("button", name="Jag har ringt").click()
        await page.get_by_role("button", name="Tillbaka").click()
        await page.get_by_role("button", name="Börja om").click()

        assert watched.requests[asked:] == []
        assert await page.context.cookies() == []
        kept = "[localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]"
        assert await page.evaluate(f"(async () => {kept})()") == [0, 0, 0]
        await watched.check()


async def test_the_advice_is_there_while_nothing_answers(browser: Browser, jamtlands: WorkspaceHouse) -> None:
    (port,) = free_ports(1)
    own = jamtlands.own.model_copy(update={"workspace_url": f"http://127.0.0.1:{port}"})
    site = WorkspaceSite(jamtlands.settings, own, jamtlands.county)
    context = await browser.new_context()
    context.set_default_timeout(1000 * DEADLINE)
    page = await context.new_page()
    async with served(application(site), port) as url:
        await page.goto(f"{url}/rad/")
        await page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        await expect(page.get_by_role("button", name="Fortsätt")).to_be_visible()

    await page.reload()
    await answer(page, "Det tickar")

    await expect(page.get_by_role("heading", level=2)).to_have_text("Ring 112 nu")
    await context.close()


async def test_the_whole_page_is_small(browser: Browser, jamtlands: WorkspaceHouse) -> None:
    import gzip

    async with opened(browser, jamtlands) as watched:
        await watched.page.goto("/rad/")
        await watched.page.wait_for_load_state("networkidle")
        urls = [url for url in watched.requests if "icon" not in url]
        contents = [await (await watched.page.context.request.get(url)).body() for url in dict.fromkeys(urls)]

    assert sum(len(gzip.compress(content)) for content in contents) <= 15_000
    assert json.dumps(urls).count("http") >= 5
