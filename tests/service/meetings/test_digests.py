"""Once a week each function hears by mail what it has not finished, unless it does without it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.meetings.commands.digests import DIGEST
from shared.runtime import due
from shared.runtime.notices import queue
from shared.swedish import TIME_ZONE
from tests.service.meetings.boards import Boards
from tests.service.meetings.minuted import assigned, held, place, reported
from tests.service.offices import Office, ok
from tests.unit.meetings.given import BOARDS, NORTH, POLICE

MONDAY = datetime(2026, 12, 28, 8, tzinfo=TIME_ZONE)
"""Week 53, when nothing else is told: an item due on 7 January is reminded of on the 31st, and again on the 8th."""
WEEK = timedelta(weeks=1)


async def digests(office: Office, at: datetime) -> list[tuple[str, str, str]]:
    """The county's due jobs are done; address, subject and text of every digest so far."""
    await due.plan(office.db, DIGEST, UUID(int=0), at)
    await office.turn(at)
    return [(str(x.address), str(x.subject), str(x.text)) for x in await office.letters() if x.kind == "items-digest"]


async def test_who_has_something_to_do_hears_of_it_each_monday(boards: Boards) -> None:
    meeting = await held(boards)
    await assigned(boards, meeting, NORTH)
    await assigned(boards, meeting, NORTH, text="Boka lokal", asked_due="2026-12-22")
    done = await assigned(boards, meeting, NORTH, text="Klart")
    await reported(boards.north, done, "DONE")
    cancelled = await assigned(boards, meeting, NORTH, text="Avskrivet")
    await boards.host.post(place(cancelled, "action-items") + "/cancel", seen=cancelled)
    await boards.settle()

    ((address, subject, text),) = await digests(boards.north, MONDAY)

    assert (address, subject) == ("county_coordinator@norrbotten.example", "2 åtgärder att göra, 1 försenad")
    assert "- Senast tisdag 22 december 2026: Boka lokal\n- Senast torsdag 7 januari 2027 (6/1 är helgdag): Ta" in text
    assert "Klart" not in text
    assert "Avskrivet" not in text
    assert await digests(boards.host, MONDAY) == []
    (again,) = await boards.north.db.fetch("SELECT at FROM due WHERE kind = $1", DIGEST)
    assert again["at"] == MONDAY + WEEK


async def test_a_function_does_without_the_items_digest_until_it_wants_it(boards: Boards) -> None:
    await assigned(boards, await held(boards), NORTH)
    wish: dict[str, Any] = {"wanted": False}
    path = f"/meeting-digests/{BOARDS[1].contact_functions[0].id}"
    assert ok(await boards.north.api.put(path, json=wish)) == wish
    assert await digests(boards.north, MONDAY) == []

    ok(await boards.north.api.put(path, json={"wanted": True}))

    assert len(await digests(boards.north, MONDAY + WEEK)) == 1


@pytest.mark.parametrize("function", [BOARDS[0].contact_functions[0].id, UUID(int=1)])
async def test_who_is_no_own_function_has_no_wish_for_a_digest(boards: Boards, function: UUID) -> None:
    """It is another county's, or there is none of that id."""
    refused = ok(await boards.north.api.put(f"/meeting-digests/{function}", json={"wanted": False}), 404)

    assert refused["type"] == "/problems/not-found"
    assert await boards.north.db.fetchval("SELECT count(*) FROM without_digest") == 0


async def test_a_monday_that_was_missed_tells_nothing_of_items(boards: Boards) -> None:
    await assigned(boards, await held(boards), NORTH)

    assert await digests(boards.north, MONDAY + timedelta(days=1)) == []


async def test_two_functions_with_one_mailbox_get_one_digest(boards: Boards) -> None:
    """Of the county's board and of its police; the item of an actor is told to that actor alone."""
    meeting = await held(boards)
    shared = "county_coordinator@vasterbotten.example"
    contact = POLICE.contact_functions[0].model_copy(update={"mailbox": shared})
    state = POLICE.model_copy(update={"contact_functions": (contact,)}).model_dump_json()
    await boards.host.db.execute("UPDATE actors SET state = $1 WHERE id = $2", state, POLICE.id)
    await assigned(boards, meeting, "vasterbotten")
    owner = {"county": "vasterbotten", "function": "LPO_CHIEF", "actor": str(POLICE.id)}
    await assigned(boards, meeting, "vasterbotten", text="Ring tullen", owner=owner)

    ((address, _, text),) = await digests(boards.host, MONDAY)

    assert (address, "Ta fram" in text, "Ring tullen" in text) == (shared, True, True)


async def test_all_that_a_monday_brings_goes_in_one_mail(boards: Boards) -> None:
    """A reminder and the digest; what comes within the hour after that mail waits for the next one."""
    meeting = await held(boards)
    await assigned(boards, meeting, NORTH, asked_due="2027-01-04")
    await digests(boards.north, MONDAY)

    (mail,) = await queue.claim(boards.north.db, MONDAY)

    gone = await queue.take(boards.north.db, mail)
    assert [each.kind for each in gone] == ["item-due-soon", "items-digest"]
    await queue.sent(boards.north.db, mail, MONDAY)
    await assigned(boards, meeting, NORTH, text="Boka lokal")
    assert await queue.claim(boards.north.db, MONDAY + timedelta(minutes=59)) == []
    assert len(await queue.claim(boards.north.db, MONDAY + timedelta(minutes=60))) == 1
