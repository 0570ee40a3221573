"""Notices from the row to a real mail server: in order, once or with the same Message-ID, and never what is old."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from shared.contracts.counties import County
from shared.messaging.leading import Connect
from shared.messaging.outbox import LONG_AGO
from shared.runtime import notices
from shared.runtime.notices import queue
from shared.runtime.notices.transport import Files
from tests.support.mail import MailServer
from tests.support.post import NOON, Post, letter, post

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
A, B = "a@ombud.example", "b@ombud.example"


async def test_a_notice_is_sent_once_and_its_words_are_not_kept(office: Post, server: MailServer) -> None:
    await office.tell(A, subject="Din plats är klar: Försändelser i Åre")
    await office.turn()

    await office.turn(DAY)

    (taken,) = server.taken
    assert (taken.to, taken.mail["To"]) == (A, A)
    assert taken.mail["Subject"] == "Din plats är klar: Försändelser i Åre"
    (row,) = await office.rows()
    assert (row.outcome, row.subject, row.text) == ("sent", None, None)
    assert taken.mail["Message-ID"] == f"<{row.id}@norrbotten.example>"


async def test_a_notice_that_is_rolled_back_is_never_sent(office: Post, server: MailServer) -> None:
    under_way = office.conn.transaction()
    await under_way.start()
    await office.tell(A)
    await under_way.rollback()

    await office.turn()

    assert server.taken == []


async def test_a_notice_for_later_waits_for_its_time(office: Post, server: MailServer) -> None:
    async with office.conn.transaction():
        to = notices.Recipient(uuid4(), A)
        await notices.write(office.tx(), to, uuid4(), letter("Påminnelse"), at=NOON + HOUR)
    await office.turn(59 * MINUTE)
    assert server.taken == []

    await office.turn(MINUTE)

    assert server.subjects() == ["Påminnelse"]


@pytest.mark.parametrize(("age", "told"), [(None, 1), (HOUR, 1), (DAY, 1), (DAY + MINUTE, 0), (NOON - LONG_AGO, 0)])
async def test_nothing_is_told_of_what_is_old(
    office: Post, server: MailServer, age: timedelta | None, told: int
) -> None:
    await office.tell(A, caused_at=None if age is None else office.now - age)

    await office.turn()

    assert len(server.taken) == told


async def test_what_happened_before_a_recovery_is_not_told_after_it(office: Post, server: MailServer) -> None:
    await office.tell(A, subject="waits in the backup")
    await office.conn.execute("UPDATE identity SET epoch = $1", int(office.now.timestamp()))

    await office.tell(A, caused_at=office.now - MINUTE, subject="comes from a topic again")
    await office.turn()

    assert server.taken == []
    assert await office.outcomes() == ["discarded"]

    await office.tell(A, caused_at=office.now + MINUTE, subject="is new")
    await office.turn()
    assert server.subjects() == ["is new"]


async def test_calendar_mails_of_one_thing_go_in_the_order_of_writing(office: Post, server: MailServer) -> None:
    meeting = uuid4()
    await office.tell(A, meeting, subject="inbjudan", method="REQUEST")
    await office.tell(A, meeting, subject="ny tid", method="REQUEST")
    await office.tell(A, meeting, subject="inställt", method="CANCEL")

    await office.turn()

    assert server.subjects() == ["inbjudan", "ny tid", "inställt"]
    assert len({mail["References"] for mail in server.mails}) == 1
    assert len({mail["Message-ID"] for mail in server.mails}) == 3


async def test_a_cancel_never_overtakes_its_request(office: Post, server: MailServer) -> None:
    meeting = uuid4()
    server.at_recipient = lambda address: "451 4.7.1 greylisted" if len(server.asked) == 1 else None
    await office.tell(A, meeting, subject="inbjudan", method="REQUEST")
    await office.tell(A, meeting, subject="inställt", method="CANCEL")
    await office.tell(A, subject="annat möte", method="REQUEST")

    await office.turn()
    assert server.subjects() == ["annat möte"]

    await office.turn(MINUTE)
    assert server.subjects() == ["annat möte", "inbjudan", "inställt"]


async def test_nothing_that_goes_with_others_overtakes_a_calendar_mail(office: Post, server: MailServer) -> None:
    meeting = uuid4()
    server.at_recipient = lambda address: "451 4.7.1 greylisted" if len(server.asked) == 1 else None
    await office.tell(A, meeting, subject="inbjudan", method="REQUEST")
    await office.tell(A, meeting, subject="påminnelse")
    await office.tell(A, subject="annat")

    await office.turn()
    assert server.subjects() == []

    await office.turn(MINUTE)
    assert server.subjects() == ["inbjudan", "2 meddelanden från Norrsam"]


async def test_a_newer_notice_replaces_one_that_still_waits(office: Post, server: MailServer) -> None:
    occasion = uuid4()
    await office.tell(A, subject="annat")
    await office.turn()
    await office.tell(A, occasion, subject="Du står i kö")
    await office.tell(A, occasion, subject="Din plats är klar", method="REQUEST")

    await office.turn(HOUR)

    assert server.subjects() == ["annat", "Din plats är klar"]
    assert await office.outcomes() == ["sent", "replaced", "sent"]


async def test_a_mailbox_gets_one_mail_an_hour_and_the_rest_together(office: Post, server: MailServer) -> None:
    await office.tell(A, subject="första")
    await office.turn()
    for subject in ("andra", "tredje"):
        await office.tell(A, subject=subject)
        await office.turn(20 * MINUTE)
    await office.tell(B, subject="till en annan")
    await office.tell(A, subject="kalender", method="REQUEST")
    await office.turn()
    assert server.subjects(A) == ["första", "kalender"]
    assert server.subjects(B) == ["till en annan"]

    await office.turn(20 * MINUTE)

    assert server.subjects(A) == ["första", "kalender", "2 meddelanden från Norrsam"]
    body = server.mails[-1].get_body()
    assert body is not None
    text = body.get_content()
    assert text.index("andra") < text.index("tredje")


async def test_what_comes_while_a_mail_waits_goes_in_the_next_one(office: Post, server: MailServer) -> None:
    server.at_recipient = lambda address: "451 4.7.1 greylisted" if len(server.asked) == 1 else None
    await office.tell(A, subject="första")
    await office.turn()
    await office.tell(A, subject="andra")

    await office.turn(MINUTE)
    assert server.subjects() == ["första"]

    await office.turn(HOUR)
    assert server.subjects() == ["första", "andra"]


async def test_who_is_forgotten_leaves_no_address_and_gets_nothing(office: Post, server: MailServer) -> None:
    first, waits = await office.tell(A), await office.tell(B)
    server.at_recipient = lambda address: "451 4.7.1 greylisted" if address == B else None
    await office.turn()

    await notices.forget(office.conn, [first, waits])
    server.at_recipient = lambda address: None
    await office.turn(HOUR)

    assert [each.to for each in server.taken] == [A]
    rows = await office.rows()
    assert [(row.address, row.text, row.outcome) for row in rows] == [(None, None, "sent"), (None, None, "discarded")]


async def test_what_was_sent_is_forgotten_in_a_month(office: Post, server: MailServer) -> None:
    await office.tell(A)
    await office.turn()

    await queue.purge(office.conn, office.now + timedelta(days=31))

    assert await office.rows() == []


async def test_without_a_server_a_mail_is_one_private_file(connect: Connect, county: County, tmp_path: Path) -> None:
    async with post(connect, county, Files(tmp_path / "mail" / "norrbotten")) as office:
        await office.tell(A)
        await office.turn()
        (row,) = await office.rows()

    file = tmp_path / "mail" / "norrbotten" / f"{row.id}.eml"
    assert list(file.parent.iterdir()) == [file]
    assert file.stat().st_mode & 0o777 == 0o600
    assert f"To: {A}\r\n".encode() in file.read_bytes()
