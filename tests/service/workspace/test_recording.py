"""After a meeting its host writes, sends and corrects the minutes on the pages, and gives action items."""

from typing import Any

import pytest

from tests.service.workspace.test_guidance_commands import said
from tests.service.workspace.test_hosting import DAY, begun_meeting, sent, state
from tests.support.forms import form_of
from tests.support.workspace import Visitor, WorkspaceHouse

MINUTES: dict[str, Any] = {
    "text": "# Läget\r\n\r\nLänen **berättade**.",
    "number": ["4", "", "5"],
    "decision": ["En gemensam plan", "", "Nästa möte i maj"],
    "decided_on": ["2026-12-09", "", "2026-12-09"],
    "dissent": ["", "", "Nej"],
}


async def held_meeting(house: WorkspaceHouse) -> tuple[str, str]:
    """The page of a meeting that this county has held, and the function that came, as a form names it."""
    page = await begun_meeting(house)
    invitee = (await state(house, page))["invitees"][0]
    came = [{name: invitee[name] for name in ("actor", "contact_function")} | {"role": "APPROVER"}]
    async with house.client("COUNTY_COORDINATOR") as county:
        path = page.replace("/moten/", "/meetings/") + "/attendance"
        answer = await county.post(path, json={"came": came}, headers={"If-Match": '"2"'})
    assert answer.status_code == 200, answer.text
    return page, f"jamtland/{invitee['function']}/{invitee['actor']['id']}"


async def test_minutes_are_written_looked_at_sent_and_corrected(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    page, _ = await held_meeting(jamtlands)
    draft, send, shown = (f"{page}/protokoll{end}" for end in ("/utkast", "/skicka", ""))
    await visitor.log_in("COUNTY_COORDINATOR")
    assert f'href="{draft}"' in (await visitor.get(page)).text
    assert (await visitor.get(send)).headers["location"] == draft

    saved = await sent(visitor, draft, **MINUTES)
    looked = (await visitor.get(saved.headers["location"])).text
    one, other = [form_of((await visitor.get(draft)).text) for _ in range(2)]
    again = await visitor.post(draft, one | {"text": "Ny text"})
    stale = await visitor.post(draft, other | {"text": "Äldre text"})
    done = await sent(visitor, send)
    read = (await visitor.get(done.headers["location"])).text
    corrected = await sent(visitor, draft, text="Rättad text")
    after = (await visitor.get(corrected.headers["location"])).text

    told = (
        "allmän handling hos varje länsstyrelse",
        "<strong>§ 4</strong> En gemensam plan",
        "<strong>berättade</strong>",
    )
    assert [each for each in told if each not in looked] == []
    assert other["number"][:2] == ["4", "5"]
    assert again.headers["location"] == send
    assert said(stale, 412, "Någon annan har ändrat texten.")
    assert "Äldre text" in stale.text
    told = ("Protokollet är skickat.", "Avvikande mening: Nej", "Ny text")
    assert [each for each in told if each not in read] == []
    assert (await visitor.get(send)).headers["location"] == shown
    assert "Den rättade texten är skickad." in after
    assert "Rättad text" in after


async def test_a_doubt_is_looked_at_before_minutes_are_sent(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    page, _ = await held_meeting(jamtlands)
    text = "Läget\r\nIgår greps Gösta Berling, misstänkt för det."
    await visitor.log_in("COUNTY_COORDINATOR")

    refused = await sent(visitor, f"{page}/protokoll/utkast", **MINUTES | {"text": "En rad\r\nRing 070-123 45 67"})
    await sent(visitor, f"{page}/protokoll/utkast", **MINUTES | {"text": text})
    looked = (await visitor.get(f"{page}/protokoll/skicka")).text
    hasty = await visitor.post(f"{page}/protokoll/skicka", form_of(looked))
    done = await visitor.post(f"{page}/protokoll/skicka", form_of(hasty.text) | {"confirmed": "ja"})

    assert "Texten, rad 2, tecken 6: ett telefonnummer" in refused.text
    assert "<li>Igår greps Gösta Berling, misstänkt för det." in looked
    assert said(hasty, 422, '<a href="#confirmed">Läs raderna')
    assert done.headers["location"] == f"{page}/protokoll?klart=skickat"


async def test_minutes_whose_answer_is_lost_are_sent_once(
    visitor: Visitor, jamtlands: WorkspaceHouse, lost: pytest.MonkeyPatch
) -> None:
    page, _ = await held_meeting(jamtlands)
    await visitor.log_in("COUNTY_COORDINATOR")
    form = form_of((await visitor.get(f"{page}/protokoll/utkast")).text) | MINUTES

    unsure = await visitor.post(f"{page}/protokoll/utkast", form)
    lost.undo()
    saved = await visitor.post(f"{page}/protokoll/utkast", form)

    assert said(unsure, 503, "Vi vet inte om det sparades.")
    assert saved.headers["location"] == f"{page}/protokoll/skicka"


async def test_an_item_is_given_changed_and_withdrawn(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    page, owner = await held_meeting(jamtlands)
    form = {"text": "Ta fram en plan", "owner": owner, "asked_due": DAY}
    await visitor.log_in("COUNTY_COORDINATOR")
    assert f'href="{page}/atgard"' in (await visitor.get(page)).text

    late = await sent(visitor, f"{page}/atgard", **form | {"asked_due": "2020-01-07"})
    named = await sent(visitor, f"{page}/atgard", **form | {"text": "Ring 070-123 45 67"})
    given = await sent(visitor, f"{page}/atgard", **form)
    item = given.headers["location"].partition("?")[0]
    one, other = [form_of((await visitor.get(f"{item}/andra")).text, "/atgarder") for _ in range(2)]
    changed = await visitor.post(f"{item}/andra", one | {"text": "Ta fram två planer"})
    stale = await visitor.post(f"{item}/andra", other | {"text": "Ta fram tre planer"})
    gone = await visitor.post(f"{item}/skriv-av", form_of((await visitor.get(f"{item}/skriv-av")).text, "/atgarder"))
    shown = (await visitor.get(gone.headers["location"])).text

    assert said(late, 422, '<a href="#asked_due">Dagen har passerat')
    assert said(named, 422, '<a href="#text">Ta bort personnummer')
    assert "Åtgärden är given." in (await visitor.get(given.headers["location"])).text
    assert changed.headers["location"] == f"{item}?klart=andrad"
    assert said(stale, 412, "Någon annan har ändrat åtgärden.")
    assert form_of(stale.text, "/atgarder")["text"] == ["Ta fram tre planer"]
    assert "<h1>Ta fram två planer</h1>" in shown
    assert "<strong>Avskriven</strong>" in shown
    assert "/andra" not in shown
    assert (await visitor.get(f"{item}/skriv-av")).headers["location"] == item


@pytest.mark.parametrize("person", ["MUNICIPAL_COORDINATOR", "POLICE", "READER"])
async def test_what_follows_a_meeting_is_its_host_s(visitor: Visitor, jamtlands: WorkspaceHouse, person: str) -> None:
    page, _ = await held_meeting(jamtlands)
    await visitor.log_in(person)

    text = (await visitor.get(page)).text
    for word in ("protokoll/utkast", "protokoll/skicka", "atgard"):
        assert f'href="{page}/{word}"' not in text
        assert (await visitor.get(f"{page}/{word}")).status_code == 403
