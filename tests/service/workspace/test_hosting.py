"""A host plans a meeting on the pages, invites to it, moves it, goes on with it, and records who came."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from services.workspace.pages.stepping import STEPS
from shared.calendar import ZONE
from tests.service.workspace.test_answering import BOARD
from tests.service.workspace.test_guidance_commands import said
from tests.support.forms import MEETING_PLAN, form_of
from tests.support.workspace import Visitor, WorkspaceHouse
from tests.support.workspace_meetings import given_actor
from tests.unit.meetings.given import a_plan, invited

NOON = (datetime.now(UTC) + timedelta(days=30)).astimezone(ZONE).replace(hour=12, minute=0, second=0, microsecond=0)
DAY = NOON.date().isoformat()
PLAN: dict[str, Any] = {**MEETING_PLAN, "day": DAY}


async def sent(visitor: Visitor, page: str, **changes: Any) -> httpx.Response:
    """The form of the page as it is, with these changes, is sent."""
    return await visitor.post(page, form_of((await visitor.get(page)).text) | changes)


async def own_meeting(house: WorkspaceHouse, **changes: Any) -> str:
    """The page of a meeting to which this county has invited its own board."""
    starts = NOON + house.settings.clock
    who = invited(await given_actor(house, BOARD))
    plan = a_plan(starts_at=starts, ends_at=starts + timedelta(hours=1), invitees=who, **changes)
    async with house.client("COUNTY_COORDINATOR") as county:
        made = (await county.post("/meetings", json=plan.model_dump(mode="json"))).json()
        seen = {"If-Match": f'"{made["version"]}"'}
        answer = await county.post(f"/meetings/jamtland/{made['id']}/invite", headers=seen)
    assert answer.status_code == 200, answer.text
    return f"/moten/jamtland/{made['id']}"


async def begun_meeting(house: WorkspaceHouse) -> str:
    """The same of one that was planned and invited to two months ago."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(house.settings.__dict__, "clock", timedelta(days=-60))  # it is frozen
        return await own_meeting(house)


async def state(house: WorkspaceHouse, page: str) -> dict[str, Any]:
    """The meeting of a page, as the county has it."""
    async with house.client("COUNTY_COORDINATOR") as county:
        return dict((await county.get(page.replace("/moten/", "/meetings/"))).json())


async def test_a_meeting_is_planned_and_invited_to(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    board = await given_actor(jamtlands, BOARD, name="Länsstyrelsen på prov")
    name = f"jamtland/{board.id}/{board.contact_functions[0].id}"
    await visitor.log_in("COUNTY_COORDINATOR")

    made = await sent(visitor, "/moten/nytt", **PLAN)
    who = made.headers["location"]
    page = who.removesuffix("/kallade")
    nobody = await visitor.post(f"{page}/kalla", {"version": "1"})
    searched = (await sent(visitor, who, sok="på prov", **{"sok-efter": "ja"})).text
    chosen = form_of(searched) | {name: "CHAIR", "sok": "ingen sådan", "sok-efter": "ja"}
    kept = form_of((await visitor.post(who, chosen)).text)
    saved = await visitor.post(who, kept)
    called = await sent(visitor, f"{page}/kalla")
    shown = (await visitor.get(called.headers["location"])).text

    assert said(nobody, 409, "Ingen är kallad.")
    assert "Länsstyrelsen på prov" in searched
    assert kept[name] == ["CHAIR"]
    assert saved.headers["location"] == f"{page}?klart=kallade"
    told = ("Kallelsen är skickad.", "Styrgruppsmöte, kallat", "Länsstyrelsen på prov", ">ordförande<", "13.00–15.00")
    assert [each for each in told if each not in shown] == []
    meeting = await state(jamtlands, page)
    assert [each["title"] for each in meeting["agenda"]] == ["Läget", "Nästa möte"]
    assert (meeting["agenda"][0]["minutes"], meeting["organiser"]) == (30, "COUNTY_COORDINATOR")


async def test_a_whole_network_is_invited_at_once(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    board = await given_actor(jamtlands, BOARD, name="Styrelsen i nätverket")
    school = await given_actor(
        jamtlands,
        ["REGISTRAR", "TRAINER"],
        name="Skolan i nätverket",
        type="SCHOOL",
        level="LOCAL",
        municipality="2380",
    )
    silent = await given_actor(jamtlands, [], name="Utan funktion")
    members = [{"county": "jamtland", "id": str(each.id)} for each in (board, school, silent)]
    async with jamtlands.client("COUNTY_COORDINATOR") as county:
        made = await county.post("/networks", json={"name": "Nätverket på prov", "members": members})
        assert made.status_code == 201, made.text
    await visitor.log_in("COUNTY_COORDINATOR")
    who = (await sent(visitor, "/moten/nytt", **PLAN)).headers["location"]
    names = [f"jamtland/{each.id}/{each.contact_functions[0].id}" for each in (board, school)]
    wanted = {"natverk": f"jamtland/{made.json()['id']}", "sok-efter": "natverk"}

    asked = (await sent(visitor, who, **{names[0]: "CHAIR"}, **wanted)).text
    saved = await visitor.post(who, form_of(asked))
    again = (await sent(visitor, who, **wanted)).text

    told = ("Tillagda från nätverket: 1.", "Medlemmar som inte kan läggas till")
    assert [[each in page for each in told] for page in (asked, again)] == [[True, True], [False, True]]
    assert {name: form_of(asked)[name] for name in names} == {names[0]: ["CHAIR"], names[1]: ["PARTICIPANT"]}
    assert saved.headers["location"] == f"{who.removesuffix('/kallade')}?klart=kallade"
    assert len((await state(jamtlands, who.removesuffix("/kallade")))["invitees"]) == 2


async def test_a_move_asks_anew_and_another_agenda_does_not(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    page = await own_meeting(jamtlands)
    before = await state(jamtlands, page)
    await visitor.log_in("COUNTY_COORDINATOR")

    asked = form_of((await visitor.get(f"{page}/flytta")).text)
    other = await sent(visitor, f"{page}/andra", title="Ny rubrik", item=["Första punkten"])
    stale = await visitor.post(f"{page}/flytta", asked | {"begins": "7.15", "ends": "23.45"})
    between = await state(jamtlands, page)
    moved = await visitor.post(f"{page}/flytta", form_of(stale.text))
    after = await state(jamtlands, page)

    assert other.headers["location"] == f"{page}?klart=andra"
    assert said(stale, 412, "Någon annan har ändrat mötet.")
    assert "svarar igen" in (await visitor.get(moved.headers["location"])).text
    assert [each["sequence"] for each in (before, between, after)] == [0, 0, 1]
    assert (after["title"], after["agenda"][0]["title"]) == ("Ny rubrik", "Första punkten")
    same = ("kind", "level", "organiser", "purpose", "form", "url", "policy_areas")
    assert [after[name] for name in same] == [before[name] for name in same]


async def test_a_meeting_is_confirmed_put_off_and_invited_to_anew(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    page = await own_meeting(jamtlands)
    await visitor.log_in("COUNTY_COORDINATOR")

    for word, told in (("bekrafta", "bekräftat"), ("skjut-upp", "uppskjutet"), ("kalla", "kallat")):
        assert f'href="{page}/{word}"' in (await visitor.get(page)).text
        done = await sent(visitor, f"{page}/{word}")
        assert f"Styrgruppsmöte, {told}" in (await visitor.get(done.headers["location"])).text
    assert (await visitor.get(f"{page}/avsluta")).headers["location"] == page


@pytest.mark.parametrize("kind", ["STEERING", "WORKING", "COLLABORATION"])
async def test_a_meeting_is_called_off_after_a_question(visitor: Visitor, jamtlands: WorkspaceHouse, kind: str) -> None:
    page = await own_meeting(jamtlands, kind=kind)
    await visitor.log_in("COUNTY_COORDINATOR")

    asked = (await visitor.get(f"{page}/stall-in")).text
    stale = await visitor.post(f"{page}/stall-in", {"version": "99"})
    done = await visitor.post(f"{page}/stall-in", form_of(asked))
    again = await visitor.post(f"{page}/stall-in", {"version": str(int(form_of(asked)["version"][0]) + 1)})
    shown = (await visitor.get(done.headers["location"])).text

    assert "Det går inte att ångra" in asked
    assert said(stale, 412, "Någon annan har ändrat mötet.")
    assert said(again, 409, "Mötet har redan hållits eller ställts in.")
    assert "De kallade får veta det." in shown
    assert "<strong>Mötet är inställt.</strong>" in shown
    assert "Du håller i mötet" not in shown
    assert (await visitor.get(f"{page}/stall-in")).headers["location"] == page


async def test_a_step_whose_answer_is_lost_is_sent_again(
    visitor: Visitor, jamtlands: WorkspaceHouse, lost: pytest.MonkeyPatch
) -> None:
    page = await own_meeting(jamtlands)
    await visitor.log_in("COUNTY_COORDINATOR")
    step, move = [form_of((await visitor.get(f"{page}/{word}")).text) for word in ("bekrafta", "flytta")]

    unsure = await visitor.post(f"{page}/bekrafta", step)
    lost.undo()
    sent_again = await visitor.post(f"{page}/bekrafta", step)
    late = await visitor.post(f"{page}/flytta", move | {"begins": "6.00"})

    assert said(unsure, 503, "Vi vet inte om det sparades.")
    assert form_of(unsure.text) == step
    assert sent_again.status_code == 303
    assert said(late, 412, "Det du skrev står kvar")


async def test_who_came_is_recorded_also_uninvited(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    page = await begun_meeting(jamtlands)
    guest = await given_actor(
        jamtlands, ["REGISTRAR"], name="Gästen", type="SCHOOL", level="LOCAL", municipality="2380"
    )
    name = f"jamtland/{guest.id}/{guest.contact_functions[0].id}"
    await visitor.log_in("COUNTY_COORDINATOR")
    first = (await state(jamtlands, page))["invitees"][0]["id"]

    done = await sent(visitor, f"{page}/narvaro", **{first: "ATTENDED", "justerare": [first], name: "GUEST"})
    shown = (await visitor.get(done.headers["location"])).text
    meeting = await state(jamtlands, page)

    told = (f'href="{page}/narvaro"', "Närvaron är sparad.", "Styrgruppsmöte, genomfört", f'href="{page}/avsluta"')
    assert [each for each in told if each not in shown] == []
    assert {each["role"] for each in meeting["invitees"]} >= {"APPROVER", "GUEST"}
    assert [each["presence"] for each in meeting["attendance"]] == ["ATTENDED", "ATTENDED"]
    assert form_of((await visitor.get(f"{page}/narvaro")).text)["justerare"] == [first]


async def test_before_it_begins_nobody_has_come(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    page = await own_meeting(jamtlands)
    await visitor.log_in("COUNTY_COORDINATOR")

    early = await visitor.post(f"{page}/narvaro", {"version": "2"})

    assert (await visitor.get(f"{page}/narvaro")).headers["location"] == page
    assert said(early, 409, "Mötet har inte börjat än.")


@pytest.mark.parametrize("person", ["MUNICIPAL_COORDINATOR", "POLICE", "READER"])
async def test_others_than_the_host_are_offered_nothing(
    visitor: Visitor, jamtlands: WorkspaceHouse, person: str
) -> None:
    page = await own_meeting(jamtlands)
    await visitor.log_in(person)

    assert "Du håller i mötet" not in (await visitor.get(page)).text
    for word in (*STEPS, "flytta", "andra", "kallade", "narvaro"):
        answer = await visitor.post(f"{page}/{word}", PLAN | {"version": "2"})
        assert answer.status_code == (404 if person == "MUNICIPAL_COORDINATOR" else 403), word
    assert ('href="/moten/nytt"' in (await visitor.get("/moten")).text) is (person == "MUNICIPAL_COORDINATOR")
