"""Functions are told by e-mail what waits for them, once each, and reminded while it still does."""

from datetime import date, datetime, timedelta
from uuid import UUID

from shared.contracts.action_items import ActionItem
from shared.runtime.notices.queue import Notice
from shared.swedish import TIME_ZONE
from tests.service.meetings.boards import Boards, received
from tests.service.meetings.minuted import assigned, changed, circulated, corrected, held, place, reported
from tests.service.offices import CLOCK, Office
from tests.unit.meetings.given import DAY, HOST, MIDDLE, NORTH, POLICE

MEETING = "Styrgruppsmöte, onsdag 9 december 2026, Länsstyrelsen i Västerbottens län"


def morning(year: int, month: int, day: int) -> datetime:
    """When reminders are written on that day."""
    return datetime(year, month, day, 8, tzinfo=TIME_ZONE)


async def letters(office: Office) -> list[Notice]:
    """The mails to the county's people about minutes and action items; `test_telling` is about the meetings' mails."""
    return [each for each in await office.letters() if not each.kind.startswith("meeting-")]


async def told(office: Office) -> list[str]:
    """The kinds of these letters."""
    return [each.kind for each in await letters(office)]


async def test_an_approver_is_told_of_each_revision_and_reminded_once(boards: Boards) -> None:
    minutes = await circulated(boards)
    (letter,) = await letters(boards.middle)
    assert (letter.kind, letter.address) == ("minutes-to-approve", "county_coordinator@jamtland.example")
    assert letter.subject == "Justera senast onsdag 23 december 2026: Styrgruppsmöte"
    assert f"Möte: {MEETING}\n" in str(letter.text)
    await corrected(boards, minutes, text="Rättad")
    await boards.settle()
    assert await told(boards.middle) == ["minutes-to-approve"] * 2
    await boards.middle.turn(morning(2026, 12, 24) - timedelta(minutes=1))
    assert len(await told(boards.middle)) == 2

    for _ in range(2):
        await boards.middle.turn(morning(2026, 12, 24))

    assert await told(boards.middle) == ["minutes-to-approve"] * 2 + ["approval-late"]
    assert await told(boards.host) == await told(boards.north) == []


async def test_the_host_hears_of_an_objection_and_of_the_approval(boards: Boards) -> None:
    """Of each word that counts once: not of one approval of two, nor of an older text, nor when it is said again."""
    minutes = await circulated(boards, NORTH, MIDDLE)
    await boards.north.post(place(minutes) + "/approve", {}, seen=minutes)
    await boards.settle()
    assert await told(boards.host) == []

    await boards.middle.post(place(minutes) + "/object", {"reason": "Fel dag"}, seen=minutes)
    await boards.settle()
    (letter,) = await letters(boards.host)
    assert (letter.kind, letter.address) == ("minutes-objected", "county_coordinator@vasterbotten.example")
    assert "En justerare i Jämtlands län säger att texten från ett möte inte stämmer:\n\nFel dag\n" in str(letter.text)
    assert f"Möte: {MEETING}\n" in str(letter.text)

    after = await corrected(boards, minutes, text="Rättad")
    await boards.host.receive(await boards.middle.sent())
    await boards.settle()
    for office in (boards.north, boards.middle):
        await office.post(place(minutes) + "/approve", {}, seen=after)
    await boards.settle()
    assert await told(boards.host) == ["minutes-objected", "minutes-approved"]


async def test_who_has_approved_is_not_reminded(boards: Boards) -> None:
    minutes = await circulated(boards)
    await boards.middle.post(place(minutes) + "/approve", {}, seen=minutes)
    await boards.settle()

    await boards.middle.turn(morning(2026, 12, 24))

    assert await told(boards.middle) == ["minutes-to-approve"]


async def test_an_owner_is_told_given_due_soon_and_overdue(boards: Boards) -> None:
    item = await assigned(boards, await held(boards), NORTH)
    (given,) = await letters(boards.north)
    assert (given.kind, given.subject) == (
        "item-given",
        "Ny åtgärd, klar senast torsdag 7 januari 2027 (6/1 är helgdag)",
    )
    assert f"{item['text']}\n\nMöte: {MEETING}\n" in str(given.text)

    for at, kinds in (
        (morning(2026, 12, 31) - timedelta(minutes=1), []),
        (morning(2026, 12, 31), ["item-due-soon"]),
        (morning(2027, 1, 7), ["item-due-soon"]),
        (morning(2027, 1, 8), ["item-due-soon", "item-overdue"]),
        (morning(2027, 1, 20), ["item-due-soon", "item-overdue"]),
    ):
        await boards.north.turn(at)
        assert await told(boards.north) == ["item-given", *kinds]
    assert await told(boards.host) == await told(boards.middle) == []


async def test_a_done_item_reminds_nobody_and_a_cancelled_one_is_told(boards: Boards) -> None:
    meeting = await held(boards)
    done, cancelled = await assigned(boards, meeting, NORTH), await assigned(boards, meeting, NORTH)
    await reported(boards.north, done, "DONE")
    await boards.host.post(place(cancelled, "action-items") + "/cancel", seen=cancelled)
    await boards.settle()

    await boards.north.turn(morning(2027, 1, 8))

    assert await told(boards.north) == ["item-given", "item-given", "item-cancelled"]


async def test_a_leader_that_was_away_still_says_what_is_overdue(boards: Boards) -> None:
    """It was away when the item was due soon, and comes back on the morning on which it is overdue."""
    await assigned(boards, await held(boards), NORTH)
    for _ in range(3):
        await boards.north.turn(morning(2027, 1, 8) + timedelta(hours=2))
    assert await told(boards.north) == ["item-given", "item-overdue"]
    assert await boards.north.db.fetchval("SELECT count(*) FROM due WHERE kind = 'remind-owner'") == 0


async def test_an_item_reopened_after_its_day_is_told_as_overdue(boards: Boards) -> None:
    """At once if its reminder is over, and with it if that is still to come."""
    meeting = await held(boards)
    late, soon = await assigned(boards, meeting, NORTH), await assigned(boards, meeting, NORTH)
    for item in (late, soon):
        await reported(boards.north, item, "DONE")
    await boards.north.turn(morning(2027, 1, 7))
    await reported(boards.north, soon, "OPEN")
    assert await told(boards.north) == ["item-given"] * 2
    await boards.north.turn(morning(2027, 1, 8))
    assert await told(boards.north) == ["item-given", "item-given", "item-overdue"]

    CLOCK.now += 3 * DAY
    for work in ("ONGOING", "OPEN", "DONE"):
        await reported(boards.north, late, work)

    assert await told(boards.north) == ["item-given", "item-given", "item-overdue", "item-overdue"]


async def test_what_is_old_or_restated_tells_nobody(boards: Boards) -> None:
    """Late news are told while they matter: the item of today was due before its event came."""
    meeting = await held(boards)
    boards.host.restated = True
    await assigned(boards, meeting, NORTH, text="Annat")
    boards.host.restated = False
    boards.host.ago = 2 * DAY
    await assigned(boards, meeting, NORTH)
    assert await told(boards.north) == ["item-given"]
    item = {"meeting": meeting["id"], "text": "Sent", "owner": {"county": NORTH, "function": "COUNTY_COORDINATOR"}}
    await boards.host.post("/action-items", item | {"asked_due": "2026-12-09"}, status=201)
    CLOCK.now += 2 * DAY
    await boards.settle()

    assert await told(boards.north) == ["item-given"]


async def test_the_host_s_own_owner_is_told_at_once(boards: Boards) -> None:
    await assigned(boards, await held(boards), HOST, asked_due="2026-12-14")

    assert await told(boards.host) == ["item-given"]
    await boards.host.turn(morning(2026, 12, 15))  # less than a week is left: it is not said twice
    assert await told(boards.host) == ["item-given", "item-overdue"]
    assert CLOCK.now == morning(2026, 12, 15)


async def test_an_item_that_goes_to_another_is_told_to_both(boards: Boards) -> None:
    """To another county, back, to another function of the same county, and cancelled."""
    item = await assigned(boards, await held(boards), NORTH)
    away = await changed(boards, item, owner={"county": MIDDLE, "function": "COUNTY_COORDINATOR"})
    assert await told(boards.north) == ["item-given", "item-taken-back"]
    assert await told(boards.middle) == ["item-given"]
    await boards.north.turn(morning(2027, 1, 8))
    assert await told(boards.north) == ["item-given", "item-taken-back"]

    home = await changed(boards, away, owner={"county": HOST, "function": "COUNTY_COORDINATOR"})
    police = {"county": HOST, "function": "LPO_CHIEF", "actor": str(POLICE.id)}
    other = await changed(boards, home, owner=police)
    again = await changed(boards, other, text="Annat")
    await boards.host.post(place(again, "action-items") + "/cancel", seen=again)

    sent = [(each.kind, (each.address or "").partition("@")[0]) for each in await letters(boards.host)]
    assert sent == [
        ("item-given", "county_coordinator"),
        ("item-taken-back", "county_coordinator"),
        ("item-given", "lpo_chief"),
        ("item-changed", "lpo_chief"),
        ("item-cancelled", "lpo_chief"),
    ]
    assert await told(boards.middle) == ["item-given", "item-taken-back"]


async def test_an_owner_is_somebody_who_can_be_told(boards: Boards) -> None:
    item = await assigned(boards, await held(boards), NORTH)
    for owner in (
        {"county": NORTH, "function": "COUNTY_COORDINATOR", "actor": str(UUID(int=9))},
        {"county": HOST, "function": "CUSTOMS_OFFICER", "actor": str(POLICE.id)},
        {"county": HOST, "function": "CUSTOMS_OFFICER"},
        {"county": "svensson", "function": "COUNTY_COORDINATOR", "actor": str(POLICE.id)},
    ):
        refused = await changed(boards, item, 422, owner=owner)
        assert refused["type"] == "/problems/invalid-owner"
        assert "svensson" not in str(refused)
    assert await told(boards.north) == ["item-given"]


async def test_a_copied_id_takes_no_reminder_from_the_true_item(boards: Boards) -> None:
    """Another county publishes an item with the id of a host's, cancelled and for another day."""
    item = await assigned(boards, await held(boards), NORTH)
    (true,) = [each for each in await boards.host.sent() if type(each.event).__name__ == "ActionItemAssigned"]
    assert isinstance(true.event, ActionItem)
    copied = type(true.event)(**dict(true.event) | {"county": MIDDLE, "status": "CANCELLED", "due": date(2027, 6, 1)})
    await boards.north.receive([received(copied)])

    await boards.north.turn(morning(2026, 12, 31))
    await boards.north.turn(morning(2027, 1, 8))

    assert await told(boards.north) == ["item-given", "item-due-soon", "item-overdue"]
    assert item["owner"]["county"] == NORTH


async def test_an_owner_whom_no_mail_reaches_is_shown(boards: Boards) -> None:
    meeting = await held(boards)
    item = await assigned(boards, meeting, NORTH)
    nobody = await assigned(boards, meeting, NORTH, owner={"county": NORTH, "function": "REGISTRAR"})

    shown = {each["id"]: each["reachable"] for each in (await boards.host.get("/action-items"))["items"]}

    assert shown == {item["id"]: True, nobody["id"]: False}
