"""A reference makes one meeting, and one action item, however often they are asked for."""

from services.meetings.domain.ids import item_id, meeting_id
from tests.service.meetings.boards import Boards, body, path, received
from tests.service.meetings.minuted import held
from tests.service.offices import Office, ok
from tests.unit.meetings.given import HOST, NORTH, UMEA, actor, invited

DRAFTS = "SELECT count(*) FROM home_meetings"


async def refused(office: Office, where: str, wanted: dict[str, object]) -> str:
    """The address that the refusal names."""
    problem = await office.post(where, wanted, status=409)
    assert problem["type"] == "/problems/already-registered"
    return str(problem["at"])


async def test_a_reference_makes_one_meeting(boards: Boards) -> None:
    plan = {**body(), "reference": "dnr-2026-17"}
    draft = await boards.host.post("/meetings", plan, status=201)
    again = await refused(boards.host, "/meetings", {**plan, "title": "Annat"})
    meeting = await boards.host.post(path(draft) + "/invite", seen=draft)

    assert draft["id"] == str(meeting_id(HOST, "dnr-2026-17"))
    assert again == await refused(boards.host, "/meetings", plan) == path(meeting)
    assert (await boards.host.get(path(meeting)))["title"] == draft["title"]
    assert await boards.host.db.fetchval(DRAFTS) == 0
    assert (await boards.north.post("/meetings", plan, status=201))["id"] != draft["id"]


async def test_the_reference_of_a_municipality_tells_nothing_of_anothers(boards: Boards) -> None:
    await boards.host.receive([received(actor(HOST, "MUNICIPALITY", municipality="2482"))])
    plan = {**body(kind="COUNCIL", invitees=invited(UMEA)), "reference": "rad-1"}
    ids = []
    for code in ("2480", "2482"):
        headers = boards.someone(HOST, "MUNICIPAL_COORDINATOR", municipality=code)
        ids.append(ok(await boards.host.api.post("/meetings", json=plan, headers=headers), 201)["id"])
        assert (await boards.host.api.post("/meetings", json=plan, headers=headers)).status_code == 409
    county = await boards.host.post(
        "/meetings", {**plan, "kind": "WORKING", "organiser": "COUNTY_COORDINATOR"}, status=201
    )
    assert len({*ids, county["id"]}) == 3


async def test_a_reference_makes_one_action_item(boards: Boards) -> None:
    meeting = await held(boards)
    owner = {"county": NORTH, "function": "COUNTY_COORDINATOR"}
    item = {"meeting": meeting["id"], "text": "Boka", "owner": owner, "asked_due": "2027-01-11", "reference": "p-1"}
    first = await boards.host.post("/action-items", item, status=201)

    again = await refused(boards.host, "/action-items", {**item, "text": "Avboka"})

    assert first["id"] == str(item_id(HOST, "p-1"))
    assert again == f"/action-items/{HOST}/{first['id']}"
    assert (await boards.host.get(again))["text"] == "Boka"


async def test_a_draft_that_a_backup_puts_back_is_no_second_meeting(boards: Boards) -> None:
    draft = await boards.draft()
    (kept,) = await boards.host.db.fetch("SELECT * FROM home_meetings")
    meeting = await boards.host.post(path(draft) + "/invite", seen=draft)
    published = await boards.host.sent()
    await boards.host.db.execute("TRUNCATE meetings, outbox")
    await boards.host.db.execute("INSERT INTO home_meetings SELECT ($1::home_meetings).*", kept)

    await boards.host.receive(published)  # as a recovery takes over what its topic has

    cancelled = await boards.host.post(path(meeting) + "/cancel", seen=meeting)
    assert (cancelled["version"], cancelled["status"]) == (3, "CANCELLED")
    assert await boards.host.db.fetchval(DRAFTS) == 0
    assert [each["status"] for each in (await boards.host.get("/meetings"))["items"]] == ["CANCELLED"]
