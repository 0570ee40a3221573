"""All that is done on the pages of routines and sites: each step, each refusal in words, and a lost answer."""

import re
from html import unescape
from typing import Any

import httpx
import pytest

from tests.service.shipment_alerts.given import TODAY
from tests.service.workspace.guidance import SITE, drafted, given_sites, published
from tests.service.workspace.test_reading import UNKNOWN
from tests.support.workspace import Visitor, WorkspaceHouse

FORM: dict[str, Any] = {
    "slag": "rad",
    "valid_from": TODAY.isoformat(),
    "hazard_class": "H2",
    "audience": ["AGENT", "TERMINAL"],
    "steps": ["WASH_HANDS", "", "CALL_112"],
    "calls": ["EMERGENCY"],
    "tlp": "GREEN",
}


async def filled(visitor: Visitor, page: str, **values: Any) -> dict[str, Any]:
    """The hidden fields of a page's form, and these."""
    found = re.findall(r'name="(key|version|number|malgrupp)" value="([^"]*)"', (await visitor.get(page)).text)
    return {name: unescape(value) for name, value in found} | values


def said(answer: httpx.Response, status: int, sentence: str) -> bool:
    """Whether the page has this status, and the sentence is in its error summary."""
    summary = answer.text.partition('class="errors"')[2].partition("</div>")[0]
    return answer.status_code == status and sentence in summary


async def test_a_site_is_registered_changed_and_closed(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    await given_sites(jamtlands)
    await visitor.log_in("COUNTY_COORDINATOR")

    made = await visitor.post("/ombud/ny", await filled(visitor, "/ombud/ny", **SITE | {"municipality": "2326"}))
    listed = (await visitor.get(made.headers["location"])).text
    (page,) = re.findall(r'href="(/ombud/[0-9a-f-]{36})"', listed.partition(">Berg<")[2].partition("<section")[0])
    changed = await visitor.post(
        page, await filled(visitor, page, **SITE | {"municipality": "2326", "type": "TERMINAL"})
    )
    asked = (await visitor.get(f"{page}/stang")).text
    closed = await visitor.post(f"{page}/stang", await filled(visitor, f"{page}/stang"))

    assert "Stället är registrerat." in listed
    assert changed.headers["location"] == "/ombud?klart=andrad"
    assert "Terminal i Berg" in asked
    assert "Det går inte att ångra" in asked
    assert ">Berg<" not in (await visitor.get(closed.headers["location"])).text
    again = await visitor.post(page, await filled(visitor, page, **SITE))
    assert said(again, 422, "Stället är stängt.") or said(again, 409, "Stället är stängt.")


async def test_a_site_without_a_type_is_not_sent(visitor: Visitor) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")

    answer = await visitor.post("/ombud/ny", SITE | {"type": ""})

    assert said(answer, 422, '<a href="#type">Välj slag av ställe</a>')
    assert '<option value="2380" selected>' in answer.text


async def test_a_site_whose_answer_is_lost_is_there_once(
    visitor: Visitor, jamtlands: WorkspaceHouse, lost: pytest.MonkeyPatch
) -> None:
    await given_sites(jamtlands)  # they know its operator
    await visitor.log_in("COUNTY_COORDINATOR")
    form = await filled(visitor, "/ombud/ny", **SITE | {"municipality": "2303"})
    unsure = await visitor.post("/ombud/ny", form)
    lost.undo()
    sent = [await visitor.post("/ombud/ny", form) for _ in range(2)]

    assert said(unsure, 503, "Vi vet inte om det sparades.")
    assert [answer.status_code for answer in sent] == [303, 303]
    assert (await visitor.get("/ombud")).text.partition(">Ragunda<")[2].partition("<section")[0].count("<li>") == 1


async def test_a_site_s_manager_acknowledges_a_routine(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    routine, (own,) = await published(jamtlands), await given_sites(jamtlands)
    (others,) = await given_sites(jamtlands, operator="citymail")
    page = f"/rutiner/rutin/jamtland/{routine['id']}/bekrafta"
    await visitor.log_in("OPERATOR")
    assert f"{page}?malgrupp=AGENT" in (await visitor.get("/rutiner")).text

    form = await filled(visitor, f"{page}?malgrupp=AGENT")
    missing, foreign = await visitor.post(page, form), await visitor.post(page, form | {"site": others})
    old = await visitor.post(page, form | {"site": own, "number": "9", "key": ""})
    done = await visitor.post(page, form | {"site": own, "key": re.findall(r'name="key" value="([^"]*)"', old.text)[0]})

    assert said(missing, 422, '<a href="#site">')
    assert others not in missing.text
    assert foreign.status_code == 404
    assert "Rutinen har ändrats" in old.text
    assert done.headers["location"] == "/rutiner?malgrupp=AGENT&klart=bekraftad"
    assert "Tack." in (await visitor.get(done.headers["location"])).text


async def test_a_draft_is_approved_by_a_second_person(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    draft = await drafted(jamtlands, steps=["CORDON_OFF"])
    page = f"/rutiner/utkast/{draft['id']}"
    await visitor.log_in("COUNTY_COORDINATOR_2")
    assert page in (await visitor.get("/rutiner")).text

    shown = await visitor.get(page)
    done = await visitor.post(f"{page}/godkann", await filled(visitor, page))

    assert "<li>Spärra av platsen.</li>" in shown.text
    assert done.headers["location"] == "/rutiner?klart=godkant"
    assert "Spärra av platsen." in (await visitor.get("/rutiner?malgrupp=AGENT")).text
    assert (await visitor.get(page)).status_code == 404


async def test_an_approval_whose_answer_is_lost_is_sent_again(
    visitor: Visitor, jamtlands: WorkspaceHouse, lost: pytest.MonkeyPatch
) -> None:
    draft = await drafted(jamtlands)
    page = f"/rutiner/utkast/{draft['id']}"
    await visitor.log_in("COUNTY_COORDINATOR_2")
    form = await filled(visitor, page)

    unsure = await visitor.post(f"{page}/godkann", form)
    lost.undo()
    sent = await visitor.post(f"{page}/godkann", form)

    assert said(unsure, 503, "Vi vet inte om det sparades.")
    assert f'value="{form["key"]}"' in unsure.text
    assert sent.headers["location"] == "/rutiner?klart=godkant"


async def test_a_draft_is_written_as_a_form(visitor: Visitor) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")
    page = "/rutiner/utkast/ny?slag=rad"
    form = await filled(visitor, page, **FORM)

    wrong = await visitor.post(page, form | {"valid_from": "i går", "steps": ["", ""]})
    done = await visitor.post(page, form)

    assert said(wrong, 422, '<a href="#valid_from">Skriv en dag')
    assert said(wrong, 422, '<a href="#steps">')
    assert 'value="TERMINAL" checked' in wrong.text
    listed = (await visitor.get(done.headers["location"])).text
    assert "Utkastet är sparat." in listed
    draft = re.findall(r'href="(/rutiner/utkast/[0-9a-f-]{36})"', listed)[-1]
    text = (await visitor.get(draft)).text
    assert text.index("Tvätta händerna") < text.index("<li>Ring 112 nu.")
    refused = await visitor.post(f"{draft}/godkann", await filled(visitor, draft))
    assert said(refused, 422, "Be en andra person.") or said(refused, 409, "Be en andra person.")
    await visitor.post(f"{draft}/kasta", await filled(visitor, draft))


async def test_a_draft_is_discarded(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    page = f"/rutiner/utkast/{(await drafted(jamtlands))['id']}"
    await visitor.log_in("POLICE")

    done = await visitor.post(f"{page}/kasta", await filled(visitor, page))

    assert done.headers["location"] == "/rutiner?klart=kastat"
    assert (await visitor.get(page)).status_code == 404


async def test_guidance_is_withdrawn_after_a_question(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    page = f"/rutiner/rutin/jamtland/{(await published(jamtlands))['id']}"
    await visitor.log_in("POLICE")
    assert f"{page}/aterkalla" in (await visitor.get(page)).text

    asked = (await visitor.get(f"{page}/aterkalla")).text
    stale = await visitor.post(f"{page}/aterkalla", {"version": "99"})
    done = await visitor.post(f"{page}/aterkalla", await filled(visitor, f"{page}/aterkalla"))

    assert "Det går inte att ångra" in asked
    assert said(stale, 412, "Någon annan har ändrat")
    assert done.headers["location"] == "/rutiner?klart=aterkallad"
    assert "Den är återkallad" in (await visitor.get(page)).text


@pytest.mark.parametrize("person", ["READER", "MUNICIPAL_COORDINATOR", "OPERATOR", "POLICE"])
async def test_who_may_not_act_is_offered_nothing(visitor: Visitor, jamtlands: WorkspaceHouse, person: str) -> None:
    routine, (site,), draft = await published(jamtlands), await given_sites(jamtlands), await drafted(jamtlands)
    author = person == "POLICE"
    await visitor.log_in(person)
    text = (await visitor.get("/rutiner?malgrupp=AGENT")).text + (await visitor.get("/ombud")).text

    assert ("/rutiner/utkast/" in text) is author
    assert ("/bekrafta" in text) is (person == "OPERATOR")
    assert f"/ombud/{site}" not in text
    for path, may in (
        ("/ombud/ny", False),
        (f"/ombud/{site}", False),
        (f"/ombud/{site}/stang", False),
        (f"/rutiner/utkast/{draft['id']}/godkann", author),
        (f"/rutiner/utkast/{draft['id']}/kasta", author),
        (f"/rutiner/rutin/jamtland/{routine['id']}/aterkalla", author),
    ):
        if not may:
            assert (await visitor.post(path, {})).status_code == 403, path


@pytest.mark.parametrize("path", [f"/ombud/{UNKNOWN}", f"/rutiner/utkast/{UNKNOWN}", f"/ombud/{UNKNOWN}/stang"])
async def test_what_is_not_there_is_said(visitor: Visitor, path: str) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")

    answer = await visitor.get(path)

    assert answer.status_code == 404
