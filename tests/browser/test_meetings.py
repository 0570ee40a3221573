"""A coordinator answers an invitation, reports an action item, objects to minutes, and hosts a meeting."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import expect

from shared.runtime.auth import Role
from tests.browser.conftest import Profiles
from tests.browser.test_accessible import judge
from tests.service.workspace.test_answering import BOARD, HOME, invitation
from tests.service.workspace.test_hosting import own_meeting
from tests.service.workspace.test_minutes import minuted
from tests.service.workspace.test_recording import held_meeting
from tests.support.workspace import WorkspaceHouse
from tests.support.workspace_meetings import given_actor, given_item


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_a_coordinator_answers_from_the_start_page(
    profiles: Profiles, jamtlands: WorkspaceHouse, scripts: bool
) -> None:
    title, soon = f"Styrgrupp {scripts}", datetime.now(UTC) + timedelta(hours=1)
    when: dict[str, Any] = {"starts_at": soon, "ends_at": soon + timedelta(hours=1)}  # the page shows the next five
    await invitation(jamtlands, await given_actor(jamtlands, BOARD), title=title, **when)
    watched = await profiles.of(jamtlands, Role.COUNTY_COORDINATOR, scripts=scripts)
    page = watched.page
    await page.goto("/")
    await page.get_by_role("link", name=f"Svara på kallelsen: {title}").click()

    await page.get_by_label("Styrelsen, samordnare").select_option(
        label="ANDT-samordnare (länsstyrelsen) kommer i stället"
    )
    await page.get_by_role("button", name="Svara").click()

    await expect(page.get_by_role("status")).to_contain_text("Svaret är sparat.")
    await expect(page.get_by_role("listitem").filter(has_text="Har lämnat över")).to_contain_text("ANDT-samordnare")
    await page.get_by_label("Styrelsen, samordnare").select_option("DECLINED")
    await page.get_by_role("button", name="Ändra svaret").click()
    await expect(page.get_by_text("Kommer inte", exact=True).last).to_be_visible()
    await page.get_by_role("link", name="Start").click()
    await expect(page.get_by_role("link", name=title)).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_a_coordinator_reports_an_item_from_the_start_page(
    profiles: Profiles, jamtlands: WorkspaceHouse, scripts: bool
) -> None:
    text = f"Utbildningsplan {scripts}"
    await given_item(jamtlands, uuid4(), text=text)
    watched = await profiles.of(jamtlands, Role.COUNTY_COORDINATOR, scripts=scripts)
    page = watched.page
    await page.goto("/")
    await page.get_by_role("link", name="att göra").click()
    own = page.get_by_role("region", name="Det här ska du göra")
    await own.get_by_role("link", name=text).click()

    await page.get_by_label("Klar").check()
    await page.get_by_role("button", name="Spara läget").click()

    await expect(page.get_by_role("status")).to_contain_text("Läget är sparat.")
    await expect(page.get_by_label("Klar")).to_be_checked()
    await page.get_by_role("link", name="Alla åtgärder").click()
    await expect(own).to_be_visible()
    await expect(own.get_by_role("link", name=text)).to_have_count(0)


async def test_several_answers_on_a_page_are_accessible(profiles: Profiles, jamtlands: WorkspaceHouse) -> None:
    meeting = await invitation(
        jamtlands,
        await given_actor(jamtlands, BOARD),
        await given_actor(jamtlands, ["LPO_CHIEF", "MUNICIPAL_POLICE"], type="POLICE", level="LOCAL"),
        await given_actor(jamtlands, ["MUNICIPAL_COORDINATOR"], type="MUNICIPALITY", level="LOCAL", municipality=HOME),
        sequence=1,
        purpose="Läget inför jul",
    )
    watched = await profiles.of(jamtlands, Role.COUNTY_COORDINATOR)
    await watched.page.goto("/")
    await judge(watched)
    await watched.page.goto(f"/moten/vasterbotten/{meeting.id}")
    await judge(watched)
    await watched.check()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_an_approver_objects_to_minutes(profiles: Profiles, jamtlands: WorkspaceHouse, scripts: bool) -> None:
    await minuted(jamtlands, await given_actor(jamtlands, BOARD), title=f"Styrgrupp med protokoll {scripts}")
    watched = await profiles.of(jamtlands, Role.COUNTY_COORDINATOR, scripts=scripts)
    page = watched.page
    await page.goto("/")
    await page.get_by_role("link", name=f"Justera protokollet: Styrgrupp med protokoll {scripts}").click()

    await page.get_by_label("Jag har en invändning").check()
    await page.get_by_label("Invändning", exact=True).fill("Fel dag")
    await page.get_by_role("button", name="Spara").click()

    await expect(page.get_by_role("status")).to_contain_text("Invändningen är sparad.")
    await expect(page.get_by_text("Har en invändning: Fel dag")).to_be_visible()


async def test_the_page_of_minutes_is_accessible(profiles: Profiles, jamtlands: WorkspaceHouse) -> None:
    meeting, _ = await minuted(jamtlands, await given_actor(jamtlands, BOARD))
    await given_item(jamtlands, uuid4(), meeting=meeting.id)
    watched = await profiles.of(jamtlands, Role.COUNTY_COORDINATOR)
    page = watched.page
    for path in ("/", f"/moten/vasterbotten/{meeting.id}", f"/moten/vasterbotten/{meeting.id}/protokoll"):
        await page.goto(path)
        await judge(watched)
    await page.get_by_label("Jag har en invändning").check()
    await page.get_by_role("button", name="Spara").click()
    await expect(page.locator(".errors")).to_be_focused()
    await judge(watched)
    await watched.check()


async def test_the_pages_of_a_host_are_accessible(profiles: Profiles, jamtlands: WorkspaceHouse) -> None:
    coming, (held, _) = await own_meeting(jamtlands), await held_meeting(jamtlands)
    watched = await profiles.of(jamtlands, Role.COUNTY_COORDINATOR)
    page = watched.page
    for path in (coming, *(f"{coming}/{word}" for word in ("flytta", "andra", "kallade", "bekrafta", "stall-in"))):
        await page.goto(path)
        await judge(watched)
    await page.get_by_role("button", name="Ställ in mötet").click()
    await expect(page.get_by_role("status")).to_contain_text("Mötet är inställt.")
    for path in (held, f"{held}/narvaro", f"{held}/atgard", f"{held}/protokoll/utkast"):
        await page.goto(path)
        await judge(watched)
    await page.get_by_label("Text", exact=True).fill("Ring 070-123 45 67")
    await page.get_by_role("button", name="Spara och granska").click()
    await expect(page.locator(".errors")).to_be_focused()
    await judge(watched)
    await page.get_by_label("Text", exact=True).fill("# Läget\n\n- Igår greps Gösta Berling, misstänkt för det.")
    await page.get_by_label("Beslut 1", exact=True).fill("En gemensam plan")
    await page.get_by_role("button", name="Spara och granska").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Granska och skicka protokollet")
    await judge(watched)
    await watched.check()
