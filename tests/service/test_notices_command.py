"""`norrsam notices`: an operator sees what was not taken, without an address in the list, and settles it."""

import subprocess
from uuid import UUID

import pytest

from infra.engine import Engine
from shared.contracts.counties import County
from shared.messaging.leading import Connect
from shared.runtime.notices import queue
from shared.runtime.service import find
from shared.runtime.settings import Settings
from tests.service.test_operator_commands import environment
from tests.support.cli import norrsam
from tests.support.databases import fresh
from tests.support.mail import mail_server
from tests.support.post import Post, post, to_server

__all__ = ["environment"]
A, B = "a@ombud.example", "b@ombud.example"


@pytest.fixture(scope="module")
async def connect(postgres: Engine, settings: Settings, county: County) -> Connect:
    return await fresh(postgres, settings, county, find("trainings"))


async def refused(office: Post) -> UUID:
    """A notice that the server has refused, and one that waits."""
    async with mail_server(at_recipient=lambda address: "550 5.1.1 no" if address == A else "451 no") as server:
        office.mailer._transport = to_server(server.port)
        await office.tell(A)
        await office.tell(B)
        await office.turn()
    return next(row.id for row in await office.rows() if row.outcome == "refused")


def run(environment: dict[str, str], county: County, *words: str) -> "subprocess.CompletedProcess[str]":
    return norrsam("notices", *words, "--county", county.name, "--service", "trainings", **environment)


async def test_what_waits_or_was_refused_is_listed_without_an_address(
    connect: Connect, environment: dict[str, str], county: County
) -> None:
    async with post(connect, county, to_server(1)) as office:
        identity = await refused(office)

    listed = run(environment, county, "list")
    shown = run(environment, county, "show", str(identity))

    assert listed.returncode == 0, listed.stderr
    lines = listed.stdout.splitlines()
    assert [(str(identity) in line, "550 5.1.1" in line) for line in lines] == [(True, True), (False, False)]
    assert "tried 1 times" in lines[1]
    assert "@" not in listed.stdout
    assert f"to: {A}" in shown.stdout
    assert "Räkna med oss" not in shown.stdout


async def test_a_refused_notice_is_sent_again_or_given_up(
    connect: Connect, environment: dict[str, str], county: County
) -> None:
    async with post(connect, county, to_server(1)) as office:
        identity = await refused(office)
        again = run(environment, county, "retry", str(identity))
        assert (again.returncode, again.stderr) == (0, "")
        assert (await queue.get(office.conn, identity)).outcome is None

        given_up = run(environment, county, "discard", str(identity))
        assert given_up.returncode == 0, given_up.stderr
        notice = await queue.get(office.conn, identity)
        assert (notice.outcome, notice.text) == ("discarded", None)

        for word in ("retry", "discard"):
            settled = run(environment, county, word, str(identity))
            assert settled.returncode == 1
            assert str(identity) in settled.stderr
