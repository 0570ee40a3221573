"""The pages that are read: signals and actors, as each role finds them."""

from typing import Any

import pytest

from tests.service.shipment_alerts.given import SIGNAL, SMALL
from tests.support.workspace import Visitor, WorkspaceHouse

UNKNOWN = "018f4c3e-7b1a-7c2d-9e4f-5a6b7c8d9e0f"
HERE = SIGNAL | SMALL | {"police_area": None}
ACTOR = {
    "name": "Skolan vid sjön",
    "type": "SCHOOL",
    "level": "LOCAL",
    "municipality": "2380",
    "contact_functions": [{"function": "REGISTRAR", "mailbox": "registrator@skola.example"}],
}


async def posted(
    jamtlands: WorkspaceHouse, role: str, path: str, body: dict[str, Any], **headers: str
) -> dict[str, Any]:
    """The county's answer."""
    async with jamtlands.client(role) as county:
        answer = await county.post(path, json=body, headers=headers)
        assert answer.is_success, answer.text
        return dict(answer.json())


async def test_signals_are_listed_and_opened(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    signal = await posted(jamtlands, "POLICE", "/shipment-signals", HERE)
    await visitor.log_in("READER")

    listed = await visitor.get("/signaler")
    one = await visitor.get(f"/signaler/jamtland/{signal['id']}")

    assert f'<a href="/signaler/jamtland/{signal["id"]}">{signal["swedish"]}</a>' in listed.text
    assert f"<h1>{signal['swedish']}</h1>" in one.text
    assert f"{signal['hazard_class']}: " in one.text


async def test_who_is_outside_sees_what_may_be_spread_alone(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    kept = await posted(jamtlands, "POLICE", "/shipment-signals", HERE | {"tlp": "AMBER"})
    told = await posted(jamtlands, "POLICE", "/shipment-signals", HERE | {"tlp": "GREEN"})
    await visitor.log_in("OPERATOR")

    listed = (await visitor.get("/signaler")).text

    assert (kept["id"] in listed, told["id"] in listed) == (False, True)
    assert (await visitor.get(f"/signaler/jamtland/{kept['id']}")).status_code == 404


async def test_signals_are_downloaded_as_the_list_shows_them(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    kept = await posted(jamtlands, "POLICE", "/shipment-signals", HERE | {"category": "DOPING", "tlp": "AMBER"})
    told = await posted(jamtlands, "POLICE", "/shipment-signals", HERE | {"category": "DOPING", "tlp": "GREEN"})
    other = await posted(jamtlands, "POLICE", "/shipment-signals", HERE | {"category": "WEAPONS", "tlp": "GREEN"})
    await visitor.log_in("OPERATOR")

    listed = (await visitor.get("/signaler?innehall=DOPING")).text
    files = {form: await visitor.get(f"/signaler/fil.{form}?innehall=DOPING") for form in ("csv", "stix")}

    for form, name in (("csv", "signaler.csv"), ("stix", "signaler.json")):
        assert f'href="/signaler/fil.{form}?innehall=DOPING"' in listed
        assert files[form].headers["content-disposition"] == f'attachment; filename="{name}"'
        assert [each["id"] in files[form].text for each in (kept, told, other)] == [False, True, False]
    assert (await visitor.get("/signaler/fil.xml")).status_code == 404


async def test_a_week_in_the_table_leads_to_its_signals(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    signal = await posted(jamtlands, "POLICE", "/shipment-signals", HERE)
    week = f"{signal['iso_week_year']}-W{signal['iso_week']:02}"
    await visitor.log_in("READER")

    listed = await visitor.get("/signaler")
    of_week, of_another = await visitor.get(f"/signaler?vecka={week}"), await visitor.get("/signaler?vecka=2020-W01")

    assert f'href="/signaler?vecka={week}"' in listed.text
    assert signal["id"] in of_week.text
    assert signal["id"] not in of_another.text
    assert "Inga signaler finns här." in of_another.text


async def test_a_withdrawn_signal_is_struck_through_once_asked_for(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    signal = await posted(jamtlands, "POLICE", "/shipment-signals", HERE)
    path = f"/shipment-signals/jamtland/{signal['id']}/withdraw"
    await posted(jamtlands, "POLICE", path, {}, **{"If-Match": '"1"'})
    await visitor.log_in("COUNTY_COORDINATOR")

    listed, asked = await visitor.get("/signaler"), await visitor.get("/signaler?aterkallade=ja")
    one = await visitor.get(f"/signaler/jamtland/{signal['id']}")

    assert signal["id"] not in listed.text
    assert f'/{signal["id"]}"><s>Återkallad' in asked.text
    assert "Signalen är återkallad." in one.text


@pytest.mark.parametrize("query", ["lan=atlantis", "innehall=LOVE", "vecka=2026-W99", "vecka=x", "aterkallade=nej"])
async def test_a_filter_that_nobody_knows_counts_as_none(visitor: Visitor, query: str) -> None:
    await visitor.log_in("READER")

    answer = await visitor.get(f"/signaler?{query}")

    assert answer.status_code == 200
    assert answer.text == (await visitor.get("/signaler")).text


async def test_actors_are_found_by_a_part_of_their_name(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    actor = await posted(jamtlands, "COUNTY_COORDINATOR", "/actors", ACTOR)
    await visitor.log_in("READER")

    found, missed = await visitor.get("/aktorer?sok=vid+sj"), await visitor.get("/aktorer?sok=ingenstans")
    one = await visitor.get(f"/aktorer/jamtland/{actor['id']}")

    assert f'<a href="/aktorer/jamtland/{actor["id"]}">Skolan vid sjön</a>' in found.text
    assert "Ingen aktör passar." in missed.text
    assert '<a href="mailto:registrator@skola.example">' in one.text
    assert "Östersund" in one.text


async def test_only_the_county_s_coordinator_sees_a_name(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    actor = await posted(jamtlands, "COUNTY_COORDINATOR", "/actors", ACTOR)
    contact = actor["contact_functions"][0]["id"]
    async with jamtlands.client("COUNTY_COORDINATOR") as county:
        path = f"/actors/jamtland/{actor['id']}/contact-functions/{contact}/person"
        assert (await county.put(path, json={"name": "Exempel Exempelsson"})).is_success
    shown = {}
    for person in ("COUNTY_COORDINATOR", "READER", "POLICE", "MUNICIPAL_COORDINATOR", "OPERATOR"):
        await visitor.log_in(person)
        shown[person] = "Exempel Exempelsson" in (await visitor.get(f"/aktorer/jamtland/{actor['id']}")).text

    assert [person for person, seen in shown.items() if seen] == ["COUNTY_COORDINATOR"]


@pytest.mark.parametrize("page", ["signaler", "aktorer"])
@pytest.mark.parametrize("rest", [f"jamtland/{UNKNOWN}", f"atlantis/{UNKNOWN}", f"../{UNKNOWN}", "jamtland/1"])
async def test_what_is_not_there_is_said(visitor: Visitor, page: str, rest: str) -> None:
    await visitor.log_in("READER")

    answer = await visitor.get(f"/{page}/{rest}")

    assert answer.status_code == 404
    assert "Sidan finns inte" in answer.text


@pytest.mark.parametrize("path", ["/signaler", "/aktorer", "/utbildningar", "/moten", "/atgarder"])
async def test_a_cursor_that_is_none_is_no_fault_of_ours(visitor: Visitor, path: str) -> None:
    await visitor.log_in("READER")

    answer = await visitor.get(f"{path}?efter=nonsense")

    assert answer.status_code == 404
    assert "Sidan finns inte" in answer.text


async def test_more_of_a_list_keeps_its_filters(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    async with jamtlands.client("COUNTY_COORDINATOR") as county:
        for number in range(51):
            answer = await county.post("/actors", json={**ACTOR, "name": f"Långa listan {number:02}"})
            assert answer.is_success
    await visitor.log_in("READER")

    first = await visitor.get("/aktorer?sok=listan&slag=SCHOOL")
    (address,) = [part.split('"')[0] for part in first.text.split('class="button" href="')[1:]]
    rest = await visitor.get(address.replace("&amp;", "&"))

    assert first.text.count("Långa listan") == 50
    assert "sok=listan&amp;slag=SCHOOL&amp;efter=" in address
    assert rest.text.count("Långa listan") == 1
    assert 'href="/aktorer?sok=listan&amp;slag=SCHOOL">Till början' in rest.text
