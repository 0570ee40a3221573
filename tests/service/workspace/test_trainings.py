"""Trainings on the pages: a seat is asked for, answered in words, accepted, given back; and each refusal is said."""

import re
from html import unescape
from uuid import uuid4

import pytest

from services.workspace.answers import CountyAway
from tests.support.workspace import Visitor, WorkspaceHouse, given_occasion

PARTICIPANT = {
    "name": "Deltagare Ett",
    "mailbox": "ett@kommun.example",
    "function": "MUNICIPAL_COORDINATOR",
    "actor_type": "MUNICIPALITY",
    "municipality": "2380",
}


@pytest.fixture
async def path(jamtlands: WorkspaceHouse) -> str:
    """The page of an occasion with a single seat, given by the own county."""
    async with jamtlands.client("COUNTY_COORDINATOR") as county:
        made = await given_occasion(county, seats=1)
    return f"/utbildningar/jamtland/{made['id']}"


def form() -> dict[str, str]:
    """The form as it is filled in, shown for the first time."""
    return PARTICIPANT | {"key": uuid4().hex}


def hidden(text: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, text
    return unescape(found[1])


def acts(text: str, path: str) -> str:
    """The part of the list that is about this occasion, from the newest on."""
    return text.partition(f'href="{path}"')[2].partition("<h2")[0]


async def test_a_seat_is_asked_for_and_its_state_is_said(visitor: Visitor, path: str) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")
    key = hidden((await visitor.get(path)).text, "key")

    sent = await visitor.post(path, PARTICIPANT | {"key": key})
    again = await visitor.post(path, PARTICIPANT | {"key": key})
    await visitor.post(path, PARTICIPANT | {"key": key + "x", "name": "Deltagare Två", "mailbox": "tva@kommun.example"})

    assert [answer.status_code for answer in (sent, again)] == [303, 303]
    listed = (await visitor.get(sent.headers["location"])).text
    assert "Anmälan är skickad" in listed
    assert listed.count(f'href="{path}"') == 2  # sent twice is asked once
    assert "Deltagare Två: <strong>reserv 1</strong>" in listed
    assert "Deltagare Ett: <strong>bekräftad</strong>" in listed
    assert "1 av 1 är upptagna. En står i kö." in (await visitor.get(path)).text


async def test_a_field_that_is_missing_is_named_and_the_rest_kept(visitor: Visitor, path: str) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")

    key = uuid4().hex
    for wrong, sentence in (({"mailbox": ""}, "field"), ({"mailbox": "ingen adress"}, "county")):
        answer = await visitor.post(path, PARTICIPANT | {"key": key} | wrong)
        assert answer.status_code == 422, sentence
        assert '<a href="#mailbox">Skriv en e-postadress' in answer.text
        assert 'value="Deltagare Ett"' in answer.text
        assert hidden(answer.text, "key") != key  # the county keeps a refusal under the old one
        assert answer.text.count('aria-invalid="true"') == 1
    mended = await visitor.post(path, PARTICIPANT | {"key": hidden(answer.text, "key")})
    assert mended.status_code == 303


async def test_a_refusal_is_said_in_words(visitor: Visitor, path: str) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")
    await visitor.post(path, form())
    twice = {"key": "another-key-of-the-form", "name": "Deltagare Ett"}

    first = await visitor.post(path, PARTICIPANT | twice)
    listed = (await visitor.get("/anmalningar")).text
    cancel = re.search(r'href="(/anmalningar/[0-9a-f-]{36}/avanmal)"', acts(listed, path))

    assert first.status_code == 303  # whoever is enrolled already gets the first answer
    assert cancel
    page = await visitor.get(cancel[1])
    stale = {"key": hidden(page.text, "key"), "version": "99"}
    answer = await visitor.post(cancel[1], stale)
    assert answer.status_code == 412
    assert "Någon annan har ändrat" in answer.text


async def test_a_seat_is_given_back_after_a_question(visitor: Visitor, path: str) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")
    await visitor.post(path, form())
    listed = (await visitor.get("/anmalningar")).text
    cancel = re.search(r'href="(/anmalningar/[0-9a-f-]{36}/avanmal)"', acts(listed, path))
    assert cancel

    asked = (await visitor.get(cancel[1])).text
    assert "Det går inte att ångra" in asked
    done = await visitor.post(cancel[1], {name: hidden(asked, name) for name in ("key", "version")})

    assert done.headers["location"] == "/anmalningar?klart=avanmald"
    after = acts((await visitor.get("/anmalningar")).text, path)
    assert "<strong>avbokad: avanmäld av hemlänet</strong>" in after
    assert "/avanmal" not in after


async def test_without_an_answer_the_same_form_is_sent_again(
    visitor: Visitor, jamtlands: WorkspaceHouse, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")
    send = jamtlands.site.interface._send

    async def lost(method: str, *rest: object, **more: object) -> object:
        answer = await send(method, *rest, **more)  # type: ignore[arg-type]
        if method == "POST":
            raise CountyAway("ReadTimeout")
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(jamtlands.site.interface, "_send", lost)
        unsure = await visitor.post(path, PARTICIPANT | {"key": "a-key-whose-answer-was-lost"})
    assert unsure.status_code == 503
    assert "Vi vet inte om det sparades" in unsure.text
    key = hidden(unsure.text, "key")
    assert key == "a-key-whose-answer-was-lost"

    sent = await visitor.post(path, PARTICIPANT | {"key": key})

    assert sent.status_code == 303
    assert (await visitor.get("/anmalningar")).text.count(f'href="{path}"') == 1


@pytest.mark.parametrize("person", ["READER", "POLICE", "OPERATOR"])
async def test_who_may_not_ask_is_offered_no_form(visitor: Visitor, path: str, person: str) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")
    await visitor.post(path, form())
    await visitor.log_in(person)

    page, sent = await visitor.get(path), await visitor.post(path, form())

    assert (page.status_code, sent.status_code) == (200, 403)
    assert "Skicka anmälan" not in page.text
    listed = await visitor.get("/anmalningar")
    assert listed.status_code == (200 if person == "READER" else 403)
    assert "Deltagare" not in page.text + listed.text
    assert "/avanmal" not in listed.text


async def test_the_list_is_chosen_by_county_and_day(visitor: Visitor, path: str) -> None:
    await visitor.log_in("READER")

    here, elsewhere, later, wrong = [
        await visitor.get(f"/utbildningar?{query}")
        for query in ("lan=jamtland", "lan=norrbotten", "fran=2099-01-01", "fran=i+morgon")
    ]

    assert f'href="{path}"' in here.text
    for answer in (elsewhere, later):
        assert "Inga utbildningar passar" in answer.text
    assert "Skriv dagen som" in wrong.text
    assert "i morgon" not in wrong.text.partition("<main")[2].partition('id="fran"')[0]


async def test_what_is_not_there_is_said(visitor: Visitor) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")
    nobody = "018f2b6e-0000-7000-8000-000000000001"

    for path in (f"/utbildningar/jamtland/{nobody}", f"/utbildningar/x/{nobody}", f"/anmalningar/{nobody}/avanmal"):
        answer = await visitor.get(path)
        assert answer.status_code == 404, path
        assert "Sidan finns inte" in answer.text


async def test_no_name_is_kept_by_the_workspace(
    visitor: Visitor, jamtlands: WorkspaceHouse, path: str, capfd: pytest.CaptureFixture[str]
) -> None:
    from tests.service.workspace.test_login import kept

    await visitor.log_in("COUNTY_COORDINATOR")
    planted = {"name": "Zebulon Planterad", "mailbox": "zebulon.planterad@kommun.example"}
    await visitor.post(path, form() | planted)
    await visitor.post(path, form() | planted | {"function": ""})
    assert "Zebulon Planterad" in (await visitor.get("/anmalningar")).text

    said = capfd.readouterr()

    for text in (said.out, said.err, await kept(jamtlands)):
        assert "ebulon" not in text


async def test_a_municipality_s_coordinator_enrols_its_staff(visitor: Visitor, path: str) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")
    others = PARTICIPANT | {"name": "Deltagare Två", "mailbox": "tva@kommun.example", "key": uuid4().hex}
    await visitor.post(path, others)
    await visitor.log_in("MUNICIPAL_COORDINATOR")
    shown = (await visitor.get(path)).text
    places = re.findall(r'<option value="(\d{4})"( selected)?', shown)
    own = PARTICIPANT | {"key": hidden(shown, "key"), "municipality": ""}

    sent = await visitor.post(path, own)
    listed = (await visitor.get(sent.headers["location"])).text

    assert [selected for _, selected in places] == [" selected"]
    assert "Platser som din kommun har bett om" in listed
    assert listed.count(f'href="{path}"') == 1, "the county's enrolments are not shown"
    assert "Deltagare Ett: <strong>reserv 1</strong>" in listed
    refused = await visitor.post(
        path, own | {"key": uuid4().hex, "mailbox": "tre@kommun.example", "municipality": "2326"}
    )
    assert refused.status_code == 403
