"""Commands on the services' databases: their scope, and a closed output pipe undoes nothing."""

import os
from datetime import datetime

import asyncpg
import pytest

from infra.engine import Engine
from shared.contracts.counties import County
from shared.contracts.topics import SERVICES
from shared.messaging.leading import Connect
from shared.runtime.service import find
from shared.runtime.settings import Settings
from tests.support.cli import norrsam, own_process
from tests.support.databases import fresh

LETTER = """
    INSERT INTO dead_letters (topic, fingerprint, reason, detail, record_offset, headers)
    VALUES ($1::text, sha256($1::text::bytea), 'invalid-data', 'name: missing', 7, '[]') RETURNING id
"""


@pytest.fixture(scope="module")
async def databases(postgres: Engine, settings: Settings, county: County) -> dict[str, Connect]:
    """A fresh database of each service."""
    return {name: await fresh(postgres, settings, county, find(name)) for name in SERVICES}


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    """The settings of an operator of the test engine."""
    password = settings.database_password.get_secret_value()
    return {"NORRSAM_POSTGRES": settings.postgres, "NORRSAM_DATABASE_PASSWORD": password}


async def add_letter(connect: Connect, topic: str) -> int:
    conn: asyncpg.Connection = await connect()
    try:
        return int(await conn.fetchval(LETTER, topic))
    finally:
        await conn.close()


async def test_dead_letters_of_every_service_are_listed(
    databases: dict[str, Connect], environment: dict[str, str], county: County
) -> None:
    numbers = {name: await add_letter(connect, f"listed-{name}") for name, connect in databases.items()}

    done = norrsam("dead-letters", "list", "--county", county.name, **environment)

    assert done.returncode == 0, done.stderr

    rows = [line.split()[:4] for line in done.stdout.splitlines() if "listed-" in line]
    assert rows == [[name, str(number), "open", "invalid-data"] for name, number in numbers.items()]


async def test_what_came_late_is_shown_the_newest_first(
    databases: dict[str, Connect], environment: dict[str, str], county: County
) -> None:
    words = ("late", "--county", county.name, "--service", "actors")
    before = norrsam(*words, **environment)
    conn = await databases["actors"]()
    try:
        await conn.execute(
            "INSERT INTO late VALUES ('jamtland.shared.actors.v1', $1, 1, 10, $2, 31),"
            " ('vasterbotten.shared.actors.v1', $2, 1, 40, NULL, NULL)",
            datetime(2026, 11, 26, 8).astimezone(),
            datetime(2026, 11, 28, 8, 3).astimezone(),
        )
    finally:
        await conn.close()

    done = norrsam(*words, **environment)

    assert (before.stdout, before.returncode) == ("Nothing was late.\n", 0)
    assert done.stdout.splitlines() == [
        "complete until    and again         events  stream",
        "2026-11-28 08:03  is late                   actors of vasterbotten",
        "2026-11-26 08:00  2026-11-28 08:03      31  actors of jamtland",
    ]


async def test_a_closed_output_pipe_undoes_nothing(
    databases: dict[str, Connect], environment: dict[str, str], county: County
) -> None:
    number = await add_letter(databases["actors"], "discarded")
    read, write = os.pipe()
    os.close(read)

    words = ("dead-letters", "discard", str(number), "--county", county.name, "--service", "actors")
    done = own_process(*words, output=write, **environment)
    os.close(write)

    assert (done.returncode, done.stderr) == (1, "")

    conn = await databases["actors"]()
    try:
        assert await conn.fetchval("SELECT outcome FROM dead_letters WHERE id = $1", number) == "discarded"
    finally:
        await conn.close()


async def test_a_retry_that_fails_is_counted_in_the_list(
    databases: dict[str, Connect], environment: dict[str, str], county: County
) -> None:
    number = await add_letter(databases["actors"], "retried")
    of_county = ("--county", county.name, "--service", "actors")

    done = norrsam("dead-letters", "retry", str(number), *of_county, **environment)

    assert done.returncode == 1, done.stderr
    listed = norrsam("dead-letters", "list", *of_county, **environment).stdout.splitlines()
    (line,) = [line for line in listed if "retried@" in line]
    assert "  1 retry  " in line


async def test_many_dead_letters_are_discarded_by_topic_or_reason(
    databases: dict[str, Connect], environment: dict[str, str], county: County
) -> None:
    for number in range(3):
        await add_letter(databases["actors"], f"many-{number}")
    kept = await add_letter(databases["trainings"], "many-kept")
    words = ("dead-letters", "discard", "--county", county.name, "--service", "actors")

    refused = norrsam(*words, **environment)
    done = norrsam(*words, "--topic", "many-1", "--reason", "invalid-data", **environment)
    others = norrsam(*words, "--reason", "false-envelope", **environment)

    assert refused.stderr == "norrsam: Give the number of one dead letter, or --topic, --reason or both.\n"
    assert (done.returncode, done.stdout) == (0, "1 dead letters are discarded.\n")
    assert others.stdout == "0 dead letters are discarded.\n"
    conn, other = await databases["actors"](), await databases["trainings"]()
    try:
        rows = await conn.fetch("SELECT topic, outcome FROM dead_letters WHERE topic LIKE 'many-%' ORDER BY topic")
        assert [tuple(row) for row in rows] == [("many-0", None), ("many-1", "discarded"), ("many-2", None)]
        assert await other.fetchval("SELECT outcome FROM dead_letters WHERE id = $1", kept) is None
    finally:
        await conn.close()
        await other.close()


async def test_dead_letters_of_every_service_are_discarded_at_once(
    databases: dict[str, Connect], environment: dict[str, str], county: County
) -> None:
    number = await add_letter(databases["actors"], "everywhere")
    await add_letter(databases["trainings"], "everywhere")
    words = ("dead-letters", "discard", "--county", county.name)

    refused = norrsam(*words, str(number), **environment)
    done = norrsam(*words, "--topic", "everywhere", **environment)

    assert (refused.returncode, "Missing option '--service'" in refused.stderr) == (2, True)
    assert (done.returncode, done.stdout) == (0, "2 dead letters are discarded.\n")
