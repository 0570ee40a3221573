"""Mails that a server refuses, drops or is too slow for: none is lost, and none holds up others."""

import asyncio
import signal
import sys
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from infra.engine import Engine
from shared.contracts.counties import County
from shared.links.faults import FaultKind
from shared.messaging.leading import Connect
from shared.rejected import Rejected
from shared.runtime.notices import queue, transport
from shared.runtime.notices.transport import Files, Transport
from shared.runtime.settings import Settings
from tests.support import toy
from tests.support.databases import fresh
from tests.support.mail import MailServer, mail_server
from tests.support.post import Post, post, to_server
from tests.support.waiting import eventually

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
A, B = "a@ombud.example", "b@ombud.example"


async def test_a_refusal_for_good_is_shown_and_holds_up_nobody(office: Post, server: MailServer) -> None:
    meeting = uuid4()
    server.at_recipient = lambda address: f"550 5.1.1 <{address}> unknown" if address == A else None
    await office.tell(A, meeting, subject="inbjudan", method="REQUEST")
    await office.tell(B, meeting, subject="inbjudan", method="REQUEST")

    await office.turn()
    await office.turn(DAY)

    assert (server.asked, server.subjects()) == ([A, B], ["inbjudan"])
    (row,) = await office.rows(settled=False)
    assert (row.address, row.outcome, row.reason) == (A, "refused", "550 5.1.1")

    server.at_recipient = lambda address: None
    await queue.retry(office.conn, row.id, office.now)
    await office.turn()
    assert server.subjects(A) == ["inbjudan"]


async def test_a_refused_request_is_not_sent_after_its_cancel(office: Post, server: MailServer) -> None:
    meeting = uuid4()
    server.at_data = lambda address: "554 5.7.1 no" if not server.taken and len(server.asked) == 1 else None
    await office.tell(A, meeting, subject="inbjudan", method="REQUEST")
    await office.turn()
    await office.tell(A, meeting, subject="inställt", method="CANCEL")
    await office.turn()
    refused = next(row for row in await office.rows() if row.outcome == "refused")

    with pytest.raises(Rejected, match="newer"):
        await queue.retry(office.conn, refused.id, office.now)
    await queue.discard(office.conn, refused.id, office.now)

    assert await office.outcomes() == ["discarded", "sent"]


async def test_a_refused_request_is_not_sent_while_its_cancel_is(office: Post, server: MailServer) -> None:
    """The server may have taken the CANCEL already, before that is known here."""
    meeting = uuid4()
    server.at_data = lambda address: "554 5.7.1 no"
    await office.tell(A, meeting, subject="inbjudan", method="REQUEST")
    await office.turn()
    await office.tell(A, meeting, subject="inställt", method="CANCEL")
    (cancel,) = await queue.claim(office.conn, office.now)
    await queue.take(office.conn, cancel)
    refused = next(row for row in await office.rows() if row.outcome == "refused")

    with pytest.raises(Rejected, match="newer"):
        await queue.retry(office.conn, refused.id, office.now)


async def test_greylisting_is_waited_out_mail_by_mail(office: Post, server: MailServer) -> None:
    server.at_recipient = lambda address: "451 4.7.1 greylisted" if server.asked.count(address) < 3 else None
    await office.tell(A)

    for wait in (0, 1, 2):
        assert server.taken == []
        await office.turn(wait * MINUTE)

    assert server.asked == [A] * 3
    assert len(server.taken) == 1


async def test_a_server_that_is_away_keeps_all_and_loses_none(connect: Connect, county: County) -> None:
    async with mail_server() as gone:
        port = gone.port
    async with post(connect, county, to_server(port)) as office:
        await office.tell(A)
        await office.tell(B)

        await office.turn()

        assert await office.outcomes() == [None, None]
        assert [row.attempts for row in await office.rows()] == [0, 0]
        async with mail_server() as back:
            office.mailer._transport = to_server(back.port)
            await office.turn()
            assert [each.to for each in back.taken] == [A, B]


async def test_a_way_that_is_closed_is_a_fault_until_it_is_open(
    connect: Connect, county: County, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file, where a folder should be")
    async with mail_server() as gone:
        ways: list[tuple[Transport, str]] = [
            (Files(tmp_path / "taken" / "mail"), "no mail server is named"),
            (to_server(gone.port), "cannot be used"),
        ]
    for closed, words in ways:
        async with post(connect, county, closed) as office:
            await office.turn()  # nothing waits, and yet it is seen
            (fault,) = office.mailer.faults
            assert (fault.kind, fault.topic) == (FaultKind.MAIL_WAITS, None)
            assert words in fault.detail
            assert str(tmp_path) not in fault.detail

            office.mailer._transport = Files(tmp_path / "mail")
            await office.turn()

            assert list(office.mailer.faults) == []
    assert not (tmp_path / "mail").exists(), "a look leaves nothing"


async def test_the_hour_of_a_mailbox_is_that_of_one_service(
    connect: Connect, postgres: Engine, settings: Settings, county: County, server: MailServer
) -> None:
    """Each service has a database of its own, here that of another county, and counts what it has sent itself."""
    other = settings.county("jamtland")
    way = to_server(server.port)
    async with (
        post(connect, county, way) as one,
        post(await fresh(postgres, settings, other, toy.service), other, way) as two,
    ):
        for office in (one, two):
            for subject in ("första", "andra"):
                await office.tell(A, subject=subject)
                await office.turn()
        assert server.subjects() == ["första", "första"]

        for office in (one, two):
            await office.turn(HOUR)

    assert server.subjects() == ["första", "första", "andra", "andra"]


async def test_a_server_that_drops_half_way_gets_it_again(office: Post, server: MailServer) -> None:
    server.drops = lambda address: address == A
    await office.tell(A)
    await office.tell(B)
    await office.turn()
    assert server.taken == []

    await office.turn()
    assert [each.to for each in server.taken] == [B], "what a server fails at holds up no other"

    server.drops = lambda address: False
    await office.turn(MINUTE)
    assert [each.to for each in server.taken] == [B, A]


async def test_a_server_that_hangs_is_left(office: Post, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.hangs = True
    await office.tell(A)
    with monkeypatch.context() as patch:
        patch.setattr(transport, "MAIL_SECONDS", 0.2)
        await office.turn()
    assert await office.outcomes() == [None]

    server.hangs = False
    await office.turn(MINUTE)

    assert [each.to for each in server.taken] == [A]


async def test_a_server_that_is_slow_at_every_step_is_left(
    office: Post, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No step lasts for as long as one may, and all of them together for longer than a mail may."""
    server.slow = 0.5
    await office.tell(A)
    with monkeypatch.context() as patch:
        patch.setattr(transport, "MAIL_SECONDS", 0.7)
        await office.turn()
    assert await office.outcomes() == [None]

    server.slow = 0.0
    await office.turn(MINUTE)

    assert await office.outcomes() == ["sent"]


async def test_what_a_server_fails_at_again_goes_after_fresh_mails(office: Post, server: MailServer) -> None:
    server.drops = lambda address: address == A
    await office.tell(A)
    await office.turn()
    await office.tell(B)

    await office.turn(MINUTE)  # both may go now, and the first one ends the session again

    assert [each.to for each in server.taken] == [B]


async def test_what_nobody_takes_for_days_is_refused_and_shown(office: Post, server: MailServer) -> None:
    server.at_recipient = lambda address: "451 4.7.1 greylisted"
    await office.tell(A)
    await office.turn()

    await office.turn(3 * DAY + HOUR)

    (row,) = await office.rows(settled=False)
    assert (row.outcome, row.reason) == ("refused", "451 4.7.1; too old now")


async def test_a_mail_that_cannot_be_written_holds_up_no_other(office: Post, server: MailServer) -> None:
    await office.tell("a,b@ombud.example")
    await office.tell(B)

    await office.turn()

    assert await office.outcomes() == ["refused", "sent"]


PROGRAM = """
import asyncio, sys
from tests.support.post import Post, to_server
from shared.contracts.counties import DEFAULT, parse
import asyncpg

async def main(dsn, password, port):
    conn = await asyncpg.connect(dsn, password=password)
    office = Post(conn, None, parse(DEFAULT)[0], to_server(int(port)))
    await office.turn()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_process_killed_before_it_knew_sends_one_copy_more(
    office: Post, server: MailServer, postgres: Engine, settings: Settings, county: County
) -> None:
    await office.tell(A, subject="inbjudan", method="REQUEST")
    name = county.database("toys")
    dsn = f"{postgres.postgres.replace('://', f'://{name}@')}/{name}"
    password = settings.database_password.get_secret_value()
    killed: list[asyncio.subprocess.Process] = []

    def kill(address: str) -> None:
        if not killed[0].returncode and not server.taken:
            killed[0].kill()

    server.at_data = kill
    killed.append(await asyncio.create_subprocess_exec(sys.executable, "-c", PROGRAM, dsn, password, str(server.port)))
    assert await killed[0].wait() == -signal.SIGKILL
    await eventually(lambda: len(server.taken) == 1)
    assert await office.outcomes() == [None]

    await office.turn()
    await office.turn(DAY)

    first, second = server.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert first.as_bytes() == second.as_bytes()
    assert await office.outcomes() == ["sent"]
