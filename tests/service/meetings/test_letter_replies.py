"""Who has e-mail and a calendar alone approves minutes, objects to them, and reports items: mails are sent in."""

import re
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import unquote, urlsplit
from uuid import UUID

import pytest

from services.meetings.commands.upkeep import ANSWERED_WITHIN, TIDY
from shared.runtime import due
from tests.service.meetings.boards import Boards, invitee, path
from tests.service.meetings.minuted import assigned, circulated, corrected, held, kept, place
from tests.service.meetings.test_mailed import arrived, calendar_of
from tests.service.offices import CLOCK, Office, ok
from tests.unit.calendar_files.clients import CLIENTS
from tests.unit.meetings.given import DAY, MIDDLE, NORTH

MAIL = {"Content-Type": "application/octet-stream"}


async def newest(office: Office) -> EmailMessage:
    """The newest mail to the county's functions, as a mail server has taken it."""
    CLOCK.now += DAY / 12  # a mailbox gets one mail an hour
    return (await arrived(office))[-1]


def text_of(mail: EmailMessage) -> str:
    plain = mail.get_body(("plain",))
    assert plain is not None
    return "\n".join(plain.get_content().splitlines())


def pressed(mail: EmailMessage, word: str, text: str = "", sender: str | None = None) -> bytes:
    """The mail that a program sends when the link with that word is pressed."""
    (link,) = re.findall(rf"^mailto:\S+={word}\S+$", text_of(mail), re.MULTILINE)
    address = urlsplit(link)
    sent = EmailMessage(policy=SMTP)
    sent["From"], sent["To"] = sender or f"Samordnare <{mail['To']}>", unquote(address.path)
    sent["Subject"] = unquote(address.query.removeprefix("subject="))
    sent.set_content(text)
    assert sent["To"] == f"samverkan@{str(mail['To']).rpartition('@')[2]}"
    return bytes(sent)


def replied(asked: EmailMessage, answer: str, client: str = "Apple") -> bytes:
    """The mail that a calendar sends when its button is pressed."""
    reply = EmailMessage(policy=SMTP)
    reply["From"], reply["Subject"] = asked["To"], "Svar på kallelsen"
    reply.set_content("Kommer gärna")
    content = CLIENTS[client](calendar_of(asked), answer).decode()
    reply.add_alternative(content, subtype="calendar", params={"method": "REPLY"})
    return bytes(reply)


async def send_in(office: Office, mail: bytes, status: int = 200, **headers: str) -> dict[str, object]:
    """The county's coordinator, or a rule of its mail system, sends the mail in."""
    return dict(ok(await office.api.post("/letters/reply", content=mail, headers=MAIL | headers), status))


async def test_an_approver_reads_and_approves_by_mail(boards: Boards) -> None:
    minutes = await circulated(boards)
    mail = await newest(boards.middle)
    text = text_of(mail)
    for words in (
        "Närvarande: County_board vasterbotten, samordnare för brottsförebyggande arbete (länsstyrelsen); County_board",
        "Frånvarande: ingen angiven",
        "Gruppen beslutade om utbildningar.",
        "Beslut § 4 (2026-12-09): En gemensam utbildningsplan för 2027",
    ):
        assert words in text

    for _ in range(2):  # a mail may come twice
        assert await send_in(boards.middle, pressed(mail, "Justerat")) == {"answered": [place(minutes)]}
    await boards.settle()

    assert (await boards.host.get(place(minutes)))["status"] == "APPROVED"


async def test_an_approver_objects_by_mail(boards: Boards) -> None:
    minutes = await circulated(boards)
    mail = await newest(boards.middle)

    await send_in(boards.middle, pressed(mail, "Fel", "§ 4 gäller\nockså 2028\n\nMed vänlig hälsning\nNågon"))
    await boards.settle()

    (said,) = (await boards.host.get(place(minutes)))["approvals"]
    assert (said["verdict"], said["reason"]) == ("OBJECTED", "Fel: § 4 gäller också 2028")


async def test_an_objection_says_what_is_wrong(boards: Boards) -> None:
    await circulated(boards)
    mail = await newest(boards.middle)
    for text in ("", "Ring 070-174 06 05"):
        refused = await send_in(boards.middle, pressed(mail, "Fel", text), 422)
        assert refused["type"] == "/problems/invalid-reason"
        assert "070" not in str(refused)


async def test_only_the_text_that_was_read_is_approved(boards: Boards) -> None:
    minutes = await circulated(boards)
    old = await newest(boards.middle)
    await corrected(boards, minutes, text="Rättad")
    await boards.settle()

    refused = await send_in(boards.middle, pressed(old, "Justerat"), 409)
    assert refused["type"] == "/problems/changed"
    new = await newest(boards.middle)
    assert "Rättad" in text_of(new)
    await send_in(boards.middle, pressed(new, "Justerat"))
    await boards.settle()
    assert (await boards.host.get(place(minutes)))["status"] == "APPROVED"


async def test_an_owner_reports_by_mail(boards: Boards) -> None:
    item = await assigned(boards, await held(boards), NORTH)

    await send_in(boards.north, pressed(await newest(boards.north), "Klart"))
    await boards.settle()

    assert (await boards.host.get(place(item, "action-items")))["progress"] == "DONE"


async def test_a_reminder_can_be_answered_too(boards: Boards) -> None:
    item = await assigned(boards, await held(boards), NORTH, asked_due="2026-12-14")
    CLOCK.now += 6 * DAY
    await boards.north.turn(CLOCK.now.replace(day=15, hour=7, minute=0, second=0, microsecond=0))
    mail = await newest(boards.north)
    assert str(mail["Subject"]) in ("En åtgärd är försenad", "2 meddelanden från Norrsam")
    text = text_of(mail)
    (code,) = re.findall(r"=Klart%20([0-9a-f]{16})$", text.partition("skulle vara klart")[2], re.MULTILINE)
    written = EmailMessage(policy=SMTP)
    written["From"], written["Subject"] = str(mail["To"]).upper(), f"Klart {code}"

    await send_in(boards.north, bytes(written))
    await boards.settle()

    assert (await boards.host.get(place(item, "action-items")))["progress"] == "DONE"


async def test_an_invitation_is_answered_by_the_mail_as_it_came(boards: Boards) -> None:
    meeting = await boards.invited()
    (asked,) = await arrived(boards.north)

    assert await send_in(boards.north, replied(asked, "ACCEPTED")) == {"answered": [path(meeting)]}
    await boards.settle()

    assert invitee(await boards.host.get(path(meeting)), NORTH)["state"] == "ACCEPTED"


async def test_a_reply_counts_from_the_mailbox_that_was_asked(boards: Boards) -> None:
    """Who was sent the letter by somebody else has its code, and may not answer."""
    minutes = await circulated(boards)
    mail = await newest(boards.middle)

    refused = await send_in(boards.middle, pressed(mail, "Justerat", sender="nagon@annan.example"), 409)
    assert refused["type"] == "/problems/unknown-sender"
    assert "nagon" not in str(refused)
    strange = await send_in(boards.north, pressed(mail, "Justerat"), 409)
    assert strange["type"] == "/problems/unknown-letter"
    (said,) = (await boards.middle.get(place(minutes)))["approvals"]
    assert said["waits"]


@pytest.mark.parametrize("word", ["Klart", "Justerat"])
async def test_a_word_for_another_kind_of_letter_is_refused(boards: Boards, word: str) -> None:
    if word == "Klart":
        await circulated(boards)
        office, link = boards.middle, b"Justerat"
    else:
        await assigned(boards, await held(boards), NORTH)
        office, link = boards.north, b"Klart"
    mail = pressed(await newest(office), link.decode()).replace(link, word.encode())

    assert (await send_in(office, mail, 409))["type"] == "/problems/unclear-reply"


async def test_who_speaks_for_no_function_sends_nothing_in(boards: Boards) -> None:
    await circulated(boards)
    mail = pressed(await newest(boards.middle), "Justerat")

    for role, claims in (("READER", {}), ("POLICE", {}), ("MUNICIPAL_COORDINATOR", {"municipality": "2380"})):
        refused = await send_in(boards.middle, mail, 403, **boards.someone(MIDDLE, role, **claims))
        assert refused["type"] == "/problems/forbidden"


async def test_nothing_of_a_code_or_a_text_is_kept(boards: Boards) -> None:
    """Only the digest of a code is. Once the minutes are approved no letter that waits has the text."""
    minutes = await circulated(boards, text="Om Zebedeus")
    sent = await newest(boards.middle)
    (code,) = re.findall(r"=Justerat%20([0-9a-f]{16})$", text_of(sent), re.MULTILINE)
    assert code not in await kept(boards.middle)
    await corrected(boards, minutes, text="Om Zebedeus igen")
    await boards.settle()
    current = await boards.middle.get(place(minutes))
    assert [each.text is None for each in await boards.middle.letters()][-1] is False

    await boards.middle.post(place(minutes) + "/approve", {}, seen=current)
    await boards.settle()

    assert [each.text for each in await boards.middle.letters() if each.kind == "minutes-to-approve"] == [None] * 2


async def test_a_letter_is_answered_by_mail_for_a_year(boards: Boards) -> None:
    await assigned(boards, await held(boards), NORTH)
    for later, left in ((ANSWERED_WITHIN - DAY, 1), (2 * DAY, 0)):
        CLOCK.now += later
        await boards.north.db.execute("DELETE FROM due")
        await due.plan(boards.north.db, TIDY, UUID(int=0), CLOCK.now)
        await boards.north.turn()
        assert await boards.north.db.fetchval("SELECT count(*) FROM letter_codes") == left
