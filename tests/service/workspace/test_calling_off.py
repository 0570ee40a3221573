"""A meeting is called off by its host, after a question that says what follows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.meetings.domain.plan import MUNICIPAL as THEIRS
from services.meetings.service import RIGHTS
from services.workspace.guard import HOSTS
from services.workspace.pages.meetings import MUNICIPAL
from tests.service.workspace.test_answering import BOARD
from tests.service.workspace.test_guidance_commands import filled, said
from tests.support.workspace import Visitor, WorkspaceHouse
from tests.support.workspace_meetings import given_actor
from tests.unit.meetings.given import a_plan, invited


async def own_meeting(house: WorkspaceHouse, **changes: Any) -> str:
    """The page of a meeting to which this county has invited its own board."""
    starts = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    who = invited(await given_actor(house, BOARD))
    plan = a_plan(starts_at=starts, ends_at=starts + timedelta(hours=1), invitees=who, **changes)
    async with house.client("COUNTY_COORDINATOR") as county:
        made = (await county.post("/meetings", json=plan.model_dump(mode="json"))).json()
        seen = {"If-Match": f'"{made["version"]}"'}
        answer = await county.post(f"/meetings/jamtland/{made['id']}/invite", headers=seen)
    assert answer.status_code == 200, answer.text
    return f"/moten/jamtland/{made['id']}"


@pytest.mark.parametrize("kind", ["STEERING", "WORKING", "COLLABORATION"])
async def test_a_meeting_is_called_off_after_a_question(visitor: Visitor, jamtlands: WorkspaceHouse, kind: str) -> None:
    page = await own_meeting(jamtlands, kind=kind)
    await visitor.log_in("COUNTY_COORDINATOR")
    assert f'href="{page}/stall-in"' in (await visitor.get(page)).text

    asked = (await visitor.get(f"{page}/stall-in")).text
    stale = await visitor.post(f"{page}/stall-in", {"version": "99"})
    form = await filled(visitor, f"{page}/stall-in")
    done = await visitor.post(f"{page}/stall-in", form)
    again = await visitor.post(f"{page}/stall-in", form | {"key": "", "version": str(int(form["version"]) + 1)})
    shown = (await visitor.get(done.headers["location"])).text

    assert "Det går inte att ångra" in asked
    assert said(stale, 412, "Någon annan har ändrat mötet.")
    assert said(again, 409, "Mötet har redan hållits eller ställts in.")
    assert "De kallade får veta det." in shown
    assert "<strong>Mötet är inställt.</strong>" in shown
    assert "/stall-in" not in shown
    assert (await visitor.get(f"{page}/stall-in")).headers["location"] == page


async def test_a_call_off_whose_answer_is_lost_is_sent_again(
    visitor: Visitor, jamtlands: WorkspaceHouse, lost: pytest.MonkeyPatch
) -> None:
    page = await own_meeting(jamtlands)
    await visitor.log_in("COUNTY_COORDINATOR")
    form = await filled(visitor, f"{page}/stall-in")

    unsure = await visitor.post(f"{page}/stall-in", form)
    lost.undo()
    sent = await visitor.post(f"{page}/stall-in", form)

    assert said(unsure, 503, "Vi vet inte om det sparades.")
    assert f'value="{form["key"]}"' in unsure.text
    assert sent.status_code == 303


@pytest.mark.parametrize("person", ["MUNICIPAL_COORDINATOR", "POLICE", "READER"])
async def test_others_than_the_host_are_offered_nothing(
    visitor: Visitor, jamtlands: WorkspaceHouse, person: str
) -> None:
    page = await own_meeting(jamtlands)
    await visitor.log_in(person)

    text, refused = (await visitor.get(page)).text, await visitor.post(f"{page}/stall-in", {"version": "2"})

    assert "/stall-in" not in text
    assert refused.status_code == (404 if person == "MUNICIPAL_COORDINATOR" else 403)


def test_the_role_table_is_that_of_the_service() -> None:
    assert RIGHTS["cancel_meeting"] == HOSTS
    assert set(MUNICIPAL) == THEIRS
