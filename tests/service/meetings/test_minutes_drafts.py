"""The drafts of minutes of a county, page by page."""

from tests.service.meetings.boards import Boards
from tests.service.meetings.minuted import drafted
from tests.unit.meetings.given import HOST, NORTH

DRAFTS = "/minutes/drafts"


async def test_drafts_are_listed_page_by_page_the_oldest_first(boards: Boards) -> None:
    begun = [(await drafted(boards, await boards.invited()))["id"] for _ in range(3)]

    first = await boards.host.get(DRAFTS, limit=2)
    second = await boards.host.get(DRAFTS, limit=2, cursor=first["next"])

    assert [[each["id"] for each in page["items"]] for page in (first, second)] == [begun[:2], begun[2:]]
    assert second["next"] is None
    for county, shown in ((HOST, begun), (NORTH, [])):
        found = await boards.host.get(DRAFTS, county=county)
        assert ([each["id"] for each in found["items"]], found["next"]) == (shown, None)


async def test_a_cursor_of_another_list_begins_no_page_of_drafts(boards: Boards) -> None:
    for _ in range(2):
        await boards.invited()
    other = (await boards.host.get("/meetings", limit=1))["next"]
    refused = await boards.host.api.get(DRAFTS, params={"cursor": other})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/invalid-cursor")
