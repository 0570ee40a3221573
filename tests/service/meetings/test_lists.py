"""Every list of this service goes on where its page ended, is asked for days, and says how complete each county is."""

from typing import Any

import pytest

from tests.service.meetings.boards import NETWORK, Boards, path, reference
from tests.service.meetings.minuted import DECISION, assigned, drafted, place, roles
from tests.service.offices import CLOCK, Office
from tests.unit.meetings.given import DAY, HOUR, MIDDLE, NORTH, STARTS

PERIOD = {"network": reference(NETWORK), "from": "2026-12-01", "to": "2026-12-31"}
LISTS: dict[str, tuple[dict[str, Any], int, str]] = {
    "/meetings": ({"from": "2026-12-01"}, 6, "2026-12-10"),
    "/invitations": ({}, 3, "2027-02-10"),
    "/meetings/attendance": (PERIOD, 4, "2026-12-10"),
    "/minutes": ({}, 3, "2026-12-22"),
    "/decisions": ({}, 3, "2026-12-10"),
    "/action-items": ({}, 3, "2027-01-12"),
}
"""By list: a query, how many it finds, and a day of which one is, or one meeting."""


async def fill(boards: Boards) -> None:
    """Three meetings of a network were held, with approved minutes and action items, and three are to come."""
    network = {"county": NETWORK.county, "id": str(NETWORK.id)}
    asked = {"kind": "NETWORK", "network": network, "invitees": roles(MIDDLE)}
    held = [await boards.invited(**asked, starts_at=day, ends_at=day + HOUR) for day in _days(0)]
    for day in _days(63):
        await boards.invited(kind="NETWORK", invitees=roles(MIDDLE), starts_at=day, ends_at=day + HOUR)
    CLOCK.now = STARTS + 3 * DAY
    for number, meeting in enumerate(held):
        after = await boards.host.post(path(meeting) + "/attendance", {"attendance": []}, seen=meeting)
        decision = {**DECISION, "decided_on": f"2026-12-{9 + number:02}"}
        draft = await drafted(boards, after, decisions=[decision], approve_by=f"2026-12-{21 + number}")
        sent = await boards.host.post(f"/minutes/drafts/{draft['id']}/circulate", {}, seen=draft, status=201)
        await boards.settle()
        await boards.middle.post(place(sent) + "/approve", {}, seen=sent)
        await assigned(boards, meeting, NORTH, asked_due=f"2027-01-{11 + number}")


async def every(office: Office, where: str, **query: Any) -> list[Any]:
    """All that the list shows, one a page."""
    found: list[Any] = []
    cursor: dict[str, Any] = {}
    while cursor.get("cursor", "") is not None:
        page = await office.get(where, **query, **cursor, limit=1)
        assert len(page["items"]) <= 1
        found += page["items"]
        cursor = {"cursor": page["next"]}
    return found


async def test_every_list_goes_on_where_its_page_ended(boards: Boards) -> None:
    await fill(boards)
    for where, (query, number, _) in LISTS.items():
        whole = (await boards.north.get(where, **query))["items"]

        assert await every(boards.north, where, **query) == whole
        assert len(whole) == number, where
        (first,) = (await boards.north.get(where, **query, limit=1))["items"]
        assert first == whole[0]


async def test_every_list_can_be_asked_for_days(boards: Boards) -> None:
    await fill(boards)
    for where, (query, _, day) in LISTS.items():
        found = await every(boards.north, where, **query | {"from": day, "to": day})
        if where == "/meetings/attendance":
            assert {each["invited"] for each in found} == {1}
        else:
            assert len(found) == 1, where
            assert day in str(found[0])


@pytest.mark.parametrize("where", LISTS)
async def test_every_list_says_how_complete_each_county_is(boards: Boards, where: str) -> None:
    shown = (await boards.north.get(where, **LISTS[where][0]))["counties"]

    others = {each.name for each in boards.north.writer.counties if each.name != NORTH}
    assert {each["county"] for each in shown} == others
    assert all("complete_until" in each for each in shown)


async def test_attendance_is_told_of_the_members_of_one_county(boards: Boards) -> None:
    await fill(boards)
    (found,) = (await boards.north.get("/meetings/attendance", **PERIOD, county=NORTH))["items"]
    assert (found["actor"]["county"], found["invited"]) == (NORTH, 3)
    wrong = await boards.north.api.get("/meetings/attendance", params={**PERIOD, "county": "skane"})
    assert wrong.json()["type"] == "/problems/invalid-county"


def _days(after: int) -> list[Any]:
    return [STARTS + (after + number) * DAY for number in range(3)]
