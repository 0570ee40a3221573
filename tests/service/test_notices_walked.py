"""The runbook's sections on mails, walked: what an operator sees of a real process, and what is typed."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from infra.engine import Engine
from infra.engine.ports import free_ports
from shared.contracts.counties import County
from shared.contracts.topics import SERVICES
from shared.messaging.leading import Connect
from shared.runtime.service import find
from shared.runtime.settings import Settings
from tests.contract.served import serving
from tests.faults.walks.manual import command, section
from tests.service.test_operator_commands import environment
from tests.support.cli import norrsam
from tests.support.databases import fresh
from tests.support.mail import mail_server
from tests.support.post import Post, post, to_server
from tests.support.tokens import Tokens
from tests.support.waiting import eventually

__all__ = ["environment"]
SERVICE = find("trainings")
A, B = "a@ombud.example", "b@ombud.example"
NOT_SENT, REFUSED = "Mails are not sent", "A mail is refused"
NOTICE = "0198c5f0-0000-7000-8000-000000000000"


@pytest.fixture
async def connect(postgres: Engine, settings: Settings, county: County) -> Connect:
    found = {name: await fresh(postgres, settings, county, find(name)) for name in SERVICES}
    return found[SERVICE.name]


@pytest.fixture
async def office(connect: Connect, county: County) -> AsyncIterator[Post]:
    """Who writes notices, by the clock of the process that sends them."""
    async with post(connect, county, to_server(1)) as found:
        found.now = datetime.now(UTC)
        yield found


def logged(log: Path, event: str) -> list[dict[str, Any]]:
    """The log's lines of this event."""
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == event]


async def health(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.get("/health/ready")
    assert answer.status_code == 200, "commands are taken"
    return dict(answer.json()["services"]["trainings"])


async def faults(client: httpx.AsyncClient) -> list[str]:
    """The faults of mails that health names."""
    return [each["detail"] for each in (await health(client))["faults"] if each["kind"] == "mail-waits"]


async def test_a_server_that_is_away_is_seen_at_once_and_mended(
    office: Post, settings: Settings, county: County, tokens: Tokens, tmp_path: Path
) -> None:
    (port,), log = free_ports(1), tmp_path / "log"
    smtp = {"NORRSAM_SMTP": f"smtp://127.0.0.1:{port}?tls=off", "NORRSAM_MAIL_FROM": "samverkan@lan.example"}
    async with serving(SERVICE, settings, county, tokens, log, **smtp) as client:
        await eventually(lambda: faults(client))
        assert await faults(client) == ["nobody is told: the mail server cannot be used (SMTPConnectError)"]
        (started,) = logged(log, "serve.starts")
        assert started["mail"] == f"smtp://127.0.0.1:{port}"
        assert {line["error"] for line in logged(log, "notices.wait")} == {"SMTPConnectError"}
        assert "SMTPConnectError" in section(NOT_SENT)
        await office.tell(A)

        async with mail_server(port=port) as server:
            await eventually(lambda: server.taken)
            assert [each.to for each in server.taken] == [A]

            async def mended() -> None:
                assert await faults(client) == []

            await eventually(mended)  # the server has a mail before the process knows that it has
            assert len(logged(log, "notices.open")) == 1
            assert (await health(client))["mail"] == "server"


async def test_without_a_server_a_folder_that_cannot_be_written_is_seen(
    connect: Connect, settings: Settings, county: County, tokens: Tokens, tmp_path: Path
) -> None:
    (tmp_path / "data").write_text("no folder")
    data = {"NORRSAM_DATA": str(tmp_path / "data")}
    async with serving(SERVICE, settings, county, tokens, tmp_path / "log", **data) as client:
        await eventually(lambda: faults(client))

        words = "nobody is told: no mail server is named, and no file can be written (PermissionError)"
        assert await faults(client) == [words]
        assert (await health(client))["mail"] == "files"
        (started,) = logged(tmp_path / "log", "serve.starts")
        assert started["mail"] == f"files in {tmp_path / 'data' / 'mail' / county.name}"


async def test_a_refused_mail_is_found_sent_again_or_given_up(
    office: Post, environment: dict[str, str], settings: Settings, county: County, tokens: Tokens, tmp_path: Path
) -> None:
    def typed(words: str, identity: UUID | None = None) -> str:
        line = command(REFUSED, words, {NOTICE: str(identity)})
        done = norrsam(*line.removeprefix("norrsam ").split(), **environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refuses(address: str) -> str:
        return f"550 5.1.1 <{address}> unknown"

    async with mail_server(at_recipient=refuses) as server:
        smtp = {
            "NORRSAM_SMTP": f"smtp://127.0.0.1:{server.port}?tls=off",
            "NORRSAM_MAIL_FROM": "samverkan@lan.example",
        }
        async with serving(SERVICE, settings, county, tokens, tmp_path / "log", **smtp):
            for address in (A, B):
                await office.tell(address)
            await eventually(lambda: _refused(office, 2))
            first, second = (row.id for row in await office.rows(settled=False))
            lines = logged(tmp_path / "log", "notices.not-taken")
            assert {(line["reason"], line["for_good"]) for line in lines} == {("550 5.1.1", True)}
            assert "@" not in (tmp_path / "log").read_text("utf-8")
            assert str(first) in typed("norrsam notices list --county norrbotten")
            shown = typed(f"norrsam notices show {NOTICE} --county norrbotten --service trainings", first)
            assert f"to: {A}" in shown

            server.at_recipient = lambda address: None
            typed(f"norrsam notices retry {NOTICE} --county norrbotten --service trainings", first)
            typed(f"norrsam notices discard {NOTICE} --county norrbotten --service trainings", second)

            await eventually(lambda: server.taken)
            assert [each.to for each in server.taken] == [A]
            await eventually(lambda: _refused(office, 0))
            assert "No notice waits" in typed("norrsam notices list --county norrbotten")


async def _refused(office: Post, count: int) -> bool:
    """Whether so many notices are refused, and none waits."""
    return [row.outcome for row in await office.rows(settled=False)] == ["refused"] * count
