import asyncio
from pathlib import Path

import pytest

from infra.engine import Engine
from shared.contracts.counties import County
from shared.messaging.leading import Connect
from shared.runtime import migrations
from shared.runtime.migrations import MigrationError, collect, migrate, pending
from shared.runtime.settings import Settings
from tests.support.databases import connector, empty


@pytest.fixture
async def connect(postgres: Engine, settings: Settings, county: County) -> Connect:
    """Opens connections to an empty database."""
    await empty(postgres, [county.database("empty")])
    return connector(settings, county, "empty")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two migrations."""
    (tmp_path / "0001_first.sql").write_text("CREATE TABLE first (id int);\nINSERT INTO first VALUES (1);\n")
    (tmp_path / "0002_second.sql").write_text("ALTER TABLE first ADD COLUMN name text;")
    return tmp_path


async def rows(connect: Connect, query: str) -> list[tuple[object, ...]]:
    conn = await connect()
    try:
        return [tuple(row) for row in await conn.fetch(query)]
    finally:
        await conn.close()


async def test_migrations_apply_in_order_and_only_once(connect: Connect, folder: Path) -> None:
    todo = collect({"toys": folder})

    assert await migrate(connect, todo) == ["toys/0001_first.sql", "toys/0002_second.sql"]
    assert await migrate(connect, todo) == []
    assert await rows(connect, "SELECT id, name FROM first") == [(1, None)]


async def test_eight_processes_at_once_apply_each_file_once(connect: Connect, folder: Path) -> None:
    (folder / "0003_index.sql").write_text("-- no transaction\nCREATE INDEX CONCURRENTLY ON first (id)")
    (folder / "0004_slow.sql").write_text("SELECT pg_sleep(0.2); INSERT INTO first VALUES (2);")
    todo = collect({"toys": folder})

    applied = await asyncio.gather(*(migrate(connect, todo) for _ in range(8)))

    assert sorted(len(names) for names in applied) == [0] * 7 + [4]
    assert await rows(connect, "SELECT id FROM first ORDER BY id") == [(1,), (2,)]


async def test_a_changed_file_that_was_applied_is_named(connect: Connect, folder: Path) -> None:
    await migrate(connect, collect({"toys": folder}))
    (folder / "0001_first.sql").write_text("CREATE TABLE other (id int)")

    with pytest.raises(MigrationError, match=r"toys/0001_first\.sql was changed after it had been applied"):
        await migrate(connect, collect({"toys": folder}))


async def test_a_number_before_an_applied_one_is_named(connect: Connect, folder: Path) -> None:
    late = folder / "0001_first.sql"
    kept = late.read_text()
    late.unlink()
    (folder / "0002_second.sql").write_text("CREATE TABLE second (id int)")
    await migrate(connect, collect({"toys": folder}))
    late.write_text(kept)

    with pytest.raises(MigrationError, match=r"0001_first\.sql comes before toys/0002_second\.sql"):
        await migrate(connect, collect({"toys": folder}))


async def test_a_file_that_fails_half_way_is_undone_and_its_line_named(connect: Connect, folder: Path) -> None:
    (folder / "0003_third.sql").write_text("CREATE TABLE third (id int);\nINSERT INTO thrid VALUES (1);")

    with pytest.raises(MigrationError, match=r"toys/0003_third\.sql, line 2: .*thrid.* Nothing of this file"):
        await migrate(connect, collect({"toys": folder}))
    assert await rows(connect, "SELECT to_regclass('third')::text, to_regclass('first')::text") == [(None, "first")]


async def test_a_file_that_cannot_be_recorded_is_undone(connect: Connect, folder: Path) -> None:
    (folder / "0003_third.sql").write_text(
        "CREATE TABLE third (id int); ALTER TABLE migrations ADD CHECK (name NOT LIKE '%third%')"
    )

    with pytest.raises(MigrationError, match=r"0003_third\.sql"):
        await migrate(connect, collect({"toys": folder}))
    assert await rows(connect, "SELECT to_regclass('third')::text") == [(None,)]


async def test_older_code_finds_nothing_pending_after_newer_code(connect: Connect, folder: Path) -> None:
    older = collect({"toys": folder})
    (folder / "0003_newer.sql").write_text("CREATE TABLE newer (id int)")

    await migrate(connect, collect({"toys": folder}))

    assert await migrate(connect, older) == []

    conn = await connect()
    try:
        assert await pending(conn, older) == []
    finally:
        await conn.close()


async def test_missing_migrations_are_pending(connect: Connect, folder: Path) -> None:
    todo = collect({"toys": folder})
    conn = await connect()

    try:
        assert await pending(conn, todo) == ["toys/0001_first.sql", "toys/0002_second.sql"]

        await migrate(connect, todo[:1])
        assert await pending(conn, todo) == ["toys/0002_second.sql"]
    finally:
        await conn.close()


@pytest.mark.parametrize("name", ["1_short.sql", "0002_again.sql", "0003-dash.sql"])
def test_a_misnamed_file_is_named_in_the_error(folder: Path, name: str) -> None:
    (folder / name).write_text("SELECT 1")

    with pytest.raises(MigrationError, match=name.split(".", maxsplit=1)[0]):
        collect({"toys": folder})


def test_messaging_migrates_first_and_runtime_second() -> None:
    assert list(migrations.SETS) == ["messaging", "runtime"]
    assert all(list(folder.glob("*.sql")) for folder in migrations.SETS.values())
