"""Who has e-mail and a calendar alone takes part: is invited, answers, approves minutes and does what was decided.

Two stories, in which Norrbotten and Jämtland have nothing but the mails that a mail server has taken. What they send
back is sent in as it came. The host uses Norrsam, and hears by mail what it has to act on.
"""

from datetime import timedelta

from tests.service.meetings.boards import Boards, answers, path
from tests.service.meetings.minuted import assigned, circulated, corrected, held, place
from tests.service.meetings.test_letter_replies import newest, pressed, replied, send_in, text_of
from tests.service.meetings.test_mailed import calendar_of
from tests.service.meetings.test_reminding import morning
from tests.service.offices import CLOCK
from tests.unit.calendar_files.given import READERS
from tests.unit.meetings.given import BOARDS, HOST, HOUR, MIDDLE, NORTH, STARTS, invited


async def test_a_meeting_is_answered_moved_and_cancelled_by_mail(boards: Boards) -> None:
    meeting = await boards.invited(invitees=invited(*BOARDS))
    north, middle = await newest(boards.north), await newest(boards.middle)
    await send_in(boards.north, replied(north, "ACCEPTED", "Apple"))
    await send_in(boards.middle, replied(middle, "TENTATIVE", "Google"))
    await boards.settle()
    seen = answers(await boards.host.get(path(meeting)))
    assert (seen[NORTH], seen[MIDDLE]) == (["ACCEPTED"], ["TENTATIVE"])

    moved = await boards.change(meeting, invitees=invited(*BOARDS), starts_at=STARTS + HOUR, ends_at=STARTS + 3 * HOUR)
    again = await newest(boards.north)
    assert str(again["Subject"]).startswith("Svara igen: Styrgruppsmöte, onsdag 9 december 2026 kl. 14.00")
    assert (await send_in(boards.middle, replied(middle, "ACCEPTED", "Google"), 409))["type"] == "/problems/moved"
    await send_in(boards.north, replied(again, "ACCEPTED", "Outlook"))
    await boards.settle()
    seen = answers(await boards.host.get(path(meeting)))
    assert (seen[NORTH], seen[MIDDLE]) == (["ACCEPTED"], ["NEEDS_ACTION"])

    await boards.host.post(path(moved) + "/cancel", seen=await boards.host.get(path(moved)))
    await boards.settle()
    off = await newest(boards.north)
    for name, read in READERS.items():
        shown = [each for mail in (north, again, off) for each in read(calendar_of(mail))]
        assert [(each.method, each.sequence) for each in shown] == [("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2)], name
        assert {each.uid for each in shown} == {f"{meeting['id']}@{HOST}"}, name  # one entry in a calendar, then none


async def test_minutes_are_objected_to_and_approved_by_mail(boards: Boards) -> None:
    minutes = await circulated(boards, MIDDLE)
    await send_in(boards.middle, pressed(await newest(boards.middle), "Fel", "§ 4 gäller bara 2027"))
    await boards.settle()
    told = await newest(boards.host)
    assert str(told["Subject"]) == "Invändning mot en text: Styrgruppsmöte"
    assert "§ 4 gäller bara 2027" in text_of(told)

    current = await boards.host.get(place(minutes))
    await corrected(boards, current, text="# Styrgruppen\n\nBara för 2027.")
    await boards.settle()
    again = await newest(boards.middle)
    assert "Bara för 2027." in text_of(again)
    await send_in(boards.middle, pressed(again, "Justerat"))
    await boards.settle()

    assert str((await newest(boards.host))["Subject"]) == "Justerat: Styrgruppsmöte"
    approved = await boards.host.get(place(minutes))
    assert approved["status"] == "APPROVED"
    assert (await corrected(boards, approved, 409, text="Annat"))["type"] == "/problems/approved"


async def test_an_item_is_given_overdue_and_done_by_mail(boards: Boards) -> None:
    item = await assigned(boards, await held(boards), NORTH)
    given = await newest(boards.north)
    assert "senast torsdag 7 januari 2027 (6/1 är helgdag)" in text_of(given)

    for day in (morning(2026, 12, 31), morning(2027, 1, 8)):
        await boards.north.turn(day)
    late = await newest(boards.north)
    assert str(late["Subject"]) == "En åtgärd är försenad"
    assert (await boards.host.get(place(item, "action-items")))["progress"] == "OVERDUE"
    await send_in(boards.north, pressed(late, "Klart"))
    await boards.settle()

    assert (await boards.host.get(place(item, "action-items")))["progress"] == "DONE"
    CLOCK.now += timedelta(days=1)
    assert await boards.north.told() == ["meeting-invited", "item-given", "item-due-soon", "item-overdue"]
