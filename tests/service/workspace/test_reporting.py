"""Reporting how far an action item is, on its page: each way, each refusal in words, and who may."""

import re
from typing import Any
from uuid import uuid4

import pytest

from services.meetings.service import RIGHTS
from services.workspace.roles import ANSWERERS
from shared.contracts.action_items import ActionItem, ActionItemCancelled, ActionItemChanged
from tests.service.workspace.test_answering import HOME, OTHER
from tests.service.workspace.test_guidance_commands import filled, said
from tests.service.workspace.test_reading import UNKNOWN
from tests.support.workspace import Visitor, WorkspaceHouse
from tests.support.workspace_meetings import bring, given_actor, given_item

COMING = {"asked_due": "2099-12-09", "due": "2099-12-09"}


def address(item: ActionItem) -> str:
    return f"/atgarder/vasterbotten/{item.id}"


def chosen(text: str) -> list[str]:
    """The choice of the form, if it is offered."""
    return re.findall(r'name="work" value="([A-Z]+)" checked', text)


async def test_an_owner_begins_is_done_and_finds_it_not_begun(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    page = address(await given_item(jamtlands, uuid4(), **COMING))
    await visitor.log_in("COUNTY_COORDINATOR")
    assert chosen((await visitor.get(page)).text) == ["OPEN"]

    for work, words in (("ONGOING", "Pågår"), ("DONE", "Klar"), ("OPEN", "Öppen")):
        done = await visitor.post(page, await filled(visitor, page, work=work))
        shown = (await visitor.get(done.headers["location"])).text
        assert "Läget är sparat." in shown
        assert f"<strong>{words}</strong>" in shown
        assert chosen(shown) == [work]


async def test_work_on_a_late_item_is_seen_beside_its_lateness(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    page = address(await given_item(jamtlands, uuid4()))
    await visitor.log_in("COUNTY_COORDINATOR")

    await visitor.post(page, await filled(visitor, page, work="ONGOING"))

    assert 'class="late">Försenad</strong>, arbetet pågår' in (await visitor.get(page)).text


@pytest.mark.parametrize("work", ["", "BLOCKED"])
async def test_a_report_without_a_choice_is_not_sent(visitor: Visitor, jamtlands: WorkspaceHouse, work: str) -> None:
    page = address(await given_item(jamtlands, uuid4()))
    await visitor.log_in("COUNTY_COORDINATOR")

    answer = await visitor.post(page, await filled(visitor, page, work=work))

    assert said(answer, 422, '<a href="#work">Välj hur långt ni har kommit</a>')
    assert '<p class="error" id="work-error">' in answer.text


async def test_a_report_on_what_another_has_changed_is_sent_again(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    item = await given_item(jamtlands, uuid4())
    page = address(item)
    await visitor.log_in("COUNTY_COORDINATOR")
    form = await filled(visitor, page, work="DONE")
    await bring(jamtlands, ActionItemChanged(**dict(item) | {"text": "Ta fram två planer"}), version=2)

    stale = await visitor.post(page, form)
    fields = dict(re.findall(r'name="(key|version)" value="([^"]*)"', stale.text))
    done = await visitor.post(page, fields | {"work": chosen(stale.text)[0]})

    assert said(stale, 412, "Någon annan har ändrat åtgärden.")
    assert "<h1>Ta fram två planer</h1>" in stale.text
    assert (fields["version"], chosen(stale.text)) == ("2", ["DONE"])
    assert fields["key"] != form["key"]
    assert "<strong>Klar</strong>" in (await visitor.get(done.headers["location"])).text


async def test_a_report_whose_answer_is_lost_is_sent_again(
    visitor: Visitor, jamtlands: WorkspaceHouse, lost: pytest.MonkeyPatch
) -> None:
    item = await given_item(jamtlands, uuid4())
    page = address(item)
    await visitor.log_in("COUNTY_COORDINATOR")
    form = await filled(visitor, page, work="DONE")

    unsure = await visitor.post(page, form)
    await bring(jamtlands, ActionItemChanged(**dict(item) | {"text": "Ta fram två planer"}), version=2)
    lost.undo()
    sent = await visitor.post(page, form)

    assert said(unsure, 503, "Vi vet inte om det sparades.")
    assert dict(re.findall(r'name="(key|version)" value="([^"]*)"', unsure.text)) | {"work": "DONE"} == form
    assert sent.status_code == 303


async def test_nothing_is_reported_of_what_is_cancelled(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    item = await given_item(jamtlands, uuid4())
    await bring(jamtlands, ActionItemCancelled(**dict(item) | {"status": "CANCELLED"}), version=2)
    await visitor.log_in("COUNTY_COORDINATOR")

    text = (await visitor.get(address(item))).text
    refused = await visitor.post(address(item), {"work": "DONE", "version": "2"})

    assert "<strong>Avskriven</strong>" in text
    assert chosen(text) == []
    assert said(refused, 409, "Åtgärden är avskriven.")


@pytest.mark.parametrize("person", ["COUNTY_COORDINATOR", "MUNICIPAL_COORDINATOR", "POLICE", "READER", "OPERATOR"])
async def test_a_report_is_offered_to_those_from_whom_it_is_taken(
    visitor: Visitor, jamtlands: WorkspaceHouse, person: str
) -> None:
    local: dict[str, Any] = {"type": "MUNICIPALITY", "level": "LOCAL"}
    school = {**local, "type": "SCHOOL"}
    actors = [
        await given_actor(jamtlands, ["MUNICIPAL_COORDINATOR"], **local, municipality=HOME),
        await given_actor(jamtlands, ["MUNICIPAL_COORDINATOR"], **local, municipality=OTHER),
        await given_actor(jamtlands, ["MUNICIPAL_COORDINATOR"], **school, municipality=HOME),
        await given_actor(jamtlands, ["LPO_CHIEF"], type="POLICE", level="LOCAL"),
    ]
    owners: list[dict[str, Any]] = [
        *({"county": "jamtland", "function": code} for code in ("COUNTY_COORDINATOR", "AREA_POLICE")),
        *({"county": "jamtland", "function": each.contact_functions[0].function, "actor": each.id} for each in actors),
        {"county": "norrbotten", "function": "AREA_POLICE"},
    ]
    items = [await given_item(jamtlands, uuid4(), owner=owner) for owner in owners]
    await visitor.log_in(person)

    offered = [bool(chosen((await visitor.get(address(each))).text)) for each in items]
    sent = [(await visitor.post(address(each), {"work": "ONGOING", "version": "1"})).status_code for each in items]

    taken = {"COUNTY_COORDINATOR": [0, 1, 2, 3, 4, 5], "MUNICIPAL_COORDINATOR": [2, 4], "POLICE": [1, 5]}
    assert [place for place, may in enumerate(offered) if may] == taken.get(person, [])
    assert sent == [303 if may else 403 for may in offered]


def test_the_role_table_is_that_of_the_service() -> None:
    assert RIGHTS["report_item"] == ANSWERERS


async def test_items_to_do_are_on_the_start_page(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    await given_item(jamtlands, uuid4())
    await given_item(jamtlands, uuid4(), **COMING)
    await visitor.log_in("COUNTY_COORDINATOR")
    text = (await visitor.get("/")).text

    assert re.search(r'<a href="/atgarder"><strong>\d+ åtgärder att göra</strong></a>', text)
    assert re.search(r'class="detail late">(Den är försenad|En av dem är försenad|\d+ av dem är försenade)<', text)
    await visitor.log_in("READER")
    assert "åtgärder att göra" not in (await visitor.get("/")).text


@pytest.mark.parametrize("version", ["1", "x", "9" * 20])
async def test_a_report_on_nothing_is_said_to_be(visitor: Visitor, version: str) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")

    answer = await visitor.post(f"/atgarder/vasterbotten/{UNKNOWN}", {"work": "DONE", "version": version})

    assert answer.status_code == 404
