"""An invitation as it arrives: through a real mail server, and read by three calendar libraries."""

import asyncio
from email.message import EmailMessage

from shared.runtime.notices.mailer import Mailer
from tests.service.meetings.boards import Boards, invitee, path
from tests.service.offices import CLOCK, Office, ok
from tests.support.mail import mail_server
from tests.support.post import to_server
from tests.unit.calendar_files.clients import CLIENTS
from tests.unit.calendar_files.given import READERS, line, lines
from tests.unit.meetings.given import BOARDS, HOST, HOUR, NORTH, STARTS

SENDER = f"samverkan@{NORTH}.example"
MAILBOX = BOARDS[1].contact_functions[0].mailbox


async def arrived(office: Office) -> list[EmailMessage]:
    """The mails that the county's mailer hands over to a server, as that has taken them."""
    async with mail_server() as server:
        mailer = Mailer(to_server(server.port), SENDER, "Länsstyrelsen i Norrbottens län", lambda: CLOCK.now)
        while await mailer.turn(office.db, asyncio.Lock()):
            pass
        return server.mails


def calendar_of(mail: EmailMessage) -> bytes:
    """The calendar file: an alternative of the text, and no attachment as well."""
    assert mail.get_content_type() == "multipart/alternative"
    assert list(mail.iter_attachments()) == []
    plain, calendar = mail.iter_parts()
    assert (plain.get_content_type(), calendar.get_content_type()) == ("text/plain", "text/calendar")
    content = calendar.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert f"METHOD:{calendar.get_param('method')}" in lines(content)
    return content


async def test_a_meeting_arrives_as_calendars_read_it(boards: Boards) -> None:
    meeting = await boards.invited(title="Möte på Åre; nästa läge", place="Sal Älven")
    moved = await boards.change(
        meeting, title="Möte på Åre; nästa läge", starts_at=STARTS + HOUR, ends_at=STARTS + 3 * HOUR
    )
    await boards.host.post(path(moved) + "/cancel", seen=moved)
    await boards.settle()

    mails = await arrived(boards.north)

    for name, read in READERS.items():
        shown = [each for mail in mails for each in read(calendar_of(mail))]
        assert [(each.method, each.sequence) for each in shown] == [("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2)], name
        assert {each.uid for each in shown} == {f"{meeting['id']}@{HOST}"}, name
        assert [each.starts for each in shown] == [STARTS, STARTS + HOUR, STARTS + HOUR], name
        assert shown[0].title == "Möte på Åre; nästa läge", name
        assert [each.asked for each in shown] == [(f"mailto:{MAILBOX}",)] * 3, name
    assert len({mail["References"] for mail in mails}) == 1
    assert len({mail["Message-ID"] for mail in mails}) == 3


async def test_a_mail_says_who_calls_whom_and_takes_an_answer(boards: Boards) -> None:
    """Who has e-mail and a calendar alone answers with its button; the mail that it makes is sent in as it is."""
    meeting = await boards.invited()
    (mail,) = await arrived(boards.north)
    plain = mail.get_body(("plain",))
    assert plain is not None
    text = plain.get_content()

    for words in (
        "Du är kallad till Styrgruppsmöte.",
        "Tid: onsdag 9 december 2026 kl. 13.00–15.00 (v. 50)",
        "Kallar: Länsstyrelsen i Västerbottens län",
        "Kallad: County_board norrbotten, samordnare för brottsförebyggande arbete (länsstyrelsen); som deltagare",
    ):
        assert words in text
    content = calendar_of(mail)
    asker, asked = (line(content, name).rpartition("mailto:")[2] for name in ("ORGANIZER", "ATTENDEE"))
    assert SENDER in str(mail["From"])
    assert (asker, asked) == (SENDER, mail["To"])
    replied = CLIENTS["Apple"](content, "ACCEPTED")
    headers = {"Content-Type": "text/calendar"}
    ok(await boards.north.api.post("/invitations/reply", content=replied, headers=headers))
    await boards.settle()
    assert invitee(await boards.host.get(path(meeting)), NORTH)["state"] == "ACCEPTED"
