"""Action items on the pages: one's own first, late ones said to be, and each with its day."""

from uuid import uuid4

from tests.support.workspace import Visitor, WorkspaceHouse
from tests.support.workspace_meetings import given_item


def own(text: str) -> str:
    """The part of the page that is about what the person is to do."""
    return text.partition('id="own"')[2].partition('id="list"')[0]


async def test_own_items_come_first_with_their_day_and_why(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    item = await given_item(jamtlands, uuid4())
    others = await given_item(jamtlands, uuid4(), owner={"county": "norrbotten", "function": "COUNTY_COORDINATOR"})
    await visitor.log_in("COUNTY_COORDINATOR")

    listed = (await visitor.get("/atgarder?lage=OVERDUE")).text
    one = (await visitor.get(f"/atgarder/vasterbotten/{item.id}")).text

    assert str(item.id) in own(listed)
    assert str(others.id) in listed
    assert str(others.id) not in own(listed)
    for text in (own(listed), one):
        assert "Försenad</strong>" in text
        assert "onsdag 7 januari 2026 (6/1 är helgdag)" in text


async def test_only_its_function_has_an_item_as_its_own(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    item = await given_item(jamtlands, uuid4())
    shown = {}
    for person in ("COUNTY_COORDINATOR", "COUNTY_COORDINATOR_2", "MUNICIPAL_COORDINATOR", "POLICE", "READER"):
        await visitor.log_in(person)
        shown[person] = str(item.id) in own((await visitor.get("/atgarder")).text)

    assert [person for person, there in shown.items() if there] == ["COUNTY_COORDINATOR"]


async def test_items_are_chosen_by_county_and_progress(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    item = await given_item(jamtlands, uuid4(), text="Gör <b>Markerad</b>")
    await visitor.log_in("READER")

    found = {
        query: str(item.id) in (await visitor.get(f"/atgarder?{query}")).text
        for query in ("lan=jamtland", "lan=norrbotten", "lage=OVERDUE", "lage=DONE", "lage=x")
    }

    assert [query for query, there in found.items() if not there] == ["lan=norrbotten", "lage=DONE"]
    assert "&lt;b&gt;Markerad" in (await visitor.get(f"/atgarder/vasterbotten/{item.id}")).text
