"""Routines, safety advice and sites on the pages, as each role finds them."""

import pytest

from tests.service.shipment_alerts.given import ok
from tests.service.workspace.guidance import given_sites, published
from tests.service.workspace.test_reading import UNKNOWN
from tests.support.workspace import Visitor, WorkspaceHouse

PEOPLE = ["COUNTY_COORDINATOR", "READER", "POLICE", "MUNICIPAL_COORDINATOR", "OPERATOR"]


async def test_safety_advice_stands_before_routines(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    await published(jamtlands, "safety-advice")
    await published(jamtlands)
    await visitor.log_in("OPERATOR")

    text = (await visitor.get("/rutiner")).text

    advice, routine = text.index("<li>Tvätta händerna"), text.index("<li>Lägg undan den.")
    assert advice < routine
    assert '<a href="tel:112">112</a>' in text
    assert "Pulver, läckage eller okänt ämne" in text


async def test_what_is_for_others_is_chosen_by_audience(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    await published(jamtlands, audience=["POLICE"], steps=["CORDON_OFF"])
    await visitor.log_in("OPERATOR")

    own, of_police = await visitor.get("/rutiner"), await visitor.get("/rutiner?malgrupp=POLICE")
    elsewhere = await visitor.get("/rutiner?malgrupp=POLICE&lan=norrbotten")

    assert [text.count("Spärra av platsen") for text in (own.text, of_police.text, elsewhere.text)] == [0, 1, 0]
    assert "Ingen rutin gäller just nu för polisen." in elsewhere.text
    await visitor.log_in("POLICE")
    assert "Spärra av platsen" in (await visitor.get("/rutiner")).text


async def test_who_is_outside_sees_what_may_be_spread_alone(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    kept = await published(jamtlands, tlp="AMBER", steps=["EVACUATE"])
    page, shown = f"/rutiner/rutin/jamtland/{kept['id']}", {}
    for person in PEOPLE:
        await visitor.log_in(person)
        text = (await visitor.get("/rutiner?malgrupp=AGENT")).text
        shown[person] = "Utrym lokalen." in text, page in text, (await visitor.get(page)).status_code

    assert shown == {
        person: (False, False, 403) if person in ("MUNICIPAL_COORDINATOR", "OPERATOR") else (True, True, 200)
        for person in PEOPLE
    }


async def test_a_routine_says_how_many_have_acknowledged(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    routine = await published(jamtlands)
    path = f"/guidance/routines/jamtland/{routine['id']}/acknowledgements"
    await visitor.log_in("READER")
    said = []
    async with jamtlands.client("COUNTY_COORDINATOR") as county:
        for site in await given_sites(jamtlands, 3):
            ok(await county.post(path, json={"site": site, "number": 1}))
            said.append((await visitor.get(f"/rutiner/rutin/jamtland/{routine['id']}")).text)

    assert ["Färre än tre ställen i varje län" in text for text in said] == [True, True, False]
    assert said[-1].count('<td class="number">färre än 3</td>') == 3
    assert '<td class="number">3</td>' in said[-1]
    assert "Godkänd av ANDT-samordnare" in said[-1]


async def test_sites_are_listed_by_municipality(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    (own,) = await given_sites(jamtlands, municipality="2361")
    (other,) = await given_sites(jamtlands, operator="citymail", type="TERMINAL")
    numbers = own[:8].upper(), other[:8].upper()

    await visitor.log_in("COUNTY_COORDINATOR")
    text = (await visitor.get("/ombud")).text
    await visitor.log_in("OPERATOR")
    of_operator = (await visitor.get("/ombud")).text

    assert text.index("Härjedalen") < text.index("Östersund")
    assert "Post &lt;b&gt;citymail&lt;/b&gt;" in text
    assert "<b>" not in text
    assert [number in text for number in numbers] == [True, True]
    assert [number in of_operator for number in numbers] == [True, False]


async def test_a_closed_site_is_shown_once_asked_for(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    (site,) = await given_sites(jamtlands, type="DELIVERY_OFFICE")
    async with jamtlands.client("COUNTY_COORDINATOR") as county:
        ok(await county.post(f"/shipment-alerts/sites/{site}/close", headers={"If-Match": '"1"'}))
    await visitor.log_in("COUNTY_COORDINATOR")

    found = [(await visitor.get(f"/ombud{query}")).text for query in ("", "?stangda=ja", "?stangda=ja&slag=AGENT")]

    assert [site[:8].upper() in text for text in found] == [False, True, False]


@pytest.mark.parametrize("person", ["READER", "POLICE", "MUNICIPAL_COORDINATOR"])
async def test_the_register_of_sites_is_not_for_all(visitor: Visitor, person: str) -> None:
    await visitor.log_in(person)

    answer = await visitor.get("/ombud")

    assert answer.status_code == 403


@pytest.mark.parametrize("rest", [f"rutin/jamtland/{UNKNOWN}", f"rad/x/{UNKNOWN}", f"x/jamtland/{UNKNOWN}"])
async def test_what_is_not_there_is_said(visitor: Visitor, rest: str) -> None:
    await visitor.log_in("READER")

    answer = await visitor.get(f"/rutiner/{rest}")

    assert answer.status_code == 404
    assert "Sidan finns inte" in answer.text
