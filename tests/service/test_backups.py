"""`norrsam backup` encrypted to a key, and `norrsam restore` with it, on a real PostgreSQL."""

from pathlib import Path

import asyncpg

from infra.engine import Engine
from tests.support.cli import norrsam

CLEAR = "Hemliga Namnet"


async def test_an_encrypted_backup_comes_back_by_its_key_alone(postgres: Engine, tmp_path: Path) -> None:
    settings = {
        "NORRSAM_POSTGRES": postgres.postgres_admin_dsn,
        "NORRSAM_COUNTIES": "lagerby:98",
        "NORRSAM_DATABASE_PASSWORD": "secret",
        "NORRSAM_DATA": str(tmp_path),
    }
    address = postgres.postgres.replace("://", "://lagerby_actors:secret@") + "/lagerby_actors"
    norrsam("databases", "actors", **settings)
    connection = await asyncpg.connect(address)
    await connection.execute("CREATE TABLE kept (name text)")
    await connection.execute("INSERT INTO kept SELECT $1 || i FROM generate_series(1, 1000) i", CLEAR)
    key, public = tmp_path / "backup.key", tmp_path / "backup.pub"
    public.write_text(norrsam("backup-key", str(key), **settings).stdout)
    of_actors = ("--county", "lagerby", "--service", "actors")

    said = norrsam("backup", *of_actors, "--recipients", str(public), **settings)
    await connection.execute("DELETE FROM kept")
    await connection.close()

    (file,) = (tmp_path / "backups").iterdir()
    assert str(file) in said.stdout, said.stderr
    assert (file.suffix, file.stat().st_mode & 0o777) == (".age", 0o600)
    assert b"PGDMP" not in file.read_bytes()
    refused = norrsam("restore", str(file), *of_actors, **settings)
    assert (refused.returncode, "--identity FILE" in refused.stderr) == (1, True)
    done = norrsam("restore", str(file), *of_actors, "--identity", str(key), **settings)
    assert "lagerby_actors is as it was at" in done.stdout, done.stderr
    connection = await asyncpg.connect(address)
    assert await connection.fetchval("SELECT count(*) FROM kept WHERE name LIKE $1", f"{CLEAR}%") == 1000
    await connection.close()
    assert list((tmp_path / "backups").iterdir()) == [file]


async def test_a_failed_encrypted_backup_leaves_no_file(postgres: Engine, tmp_path: Path) -> None:
    settings = {
        "NORRSAM_POSTGRES": postgres.postgres_admin_dsn,
        "NORRSAM_COUNTIES": "tomby:98",
        "NORRSAM_DATABASE_PASSWORD": "secret",
        "NORRSAM_DATA": str(tmp_path),
    }
    norrsam("databases", "actors", **settings)
    connection = await asyncpg.connect(postgres.postgres_admin_dsn.rpartition("/")[0] + "/tomby_actors")
    await connection.execute("CREATE TABLE foreign_to_the_role (name text)")
    await connection.close()
    public = tmp_path / "backup.pub"
    public.write_text(norrsam("backup-key", str(tmp_path / "backup.key"), **settings).stdout)

    done = norrsam("backup", "--county", "tomby", "--service", "actors", "--recipients", str(public), **settings)

    assert done.returncode == 1
    assert "tomby_actors: pg_dump failed on tomby_actors: " in done.stderr
    assert not list((tmp_path / "backups").iterdir())
