"""`norrsam databases` on a PostgreSQL that somebody else runs."""

from pathlib import Path

import asyncpg
import pytest

from infra.engine import Engine
from tests.support.cli import norrsam

COUNTIES = "provby:98,provstad:99"


async def test_after_two_runs_each_county_can_log_in(postgres: Engine) -> None:
    settings = {
        "NORRSAM_POSTGRES": postgres.postgres_admin_dsn,
        "NORRSAM_COUNTIES": COUNTIES,
        "NORRSAM_DATABASE_PASSWORD": "it's a secret",
    }
    first, second = norrsam("databases", "actors", **settings), norrsam("databases", "actors", **settings)

    assert first.stdout == "provby_actors: made\nprovstad_actors: made\n", first.stderr
    assert second.stdout == "provby_actors: already there\nprovstad_actors: already there\n", second.stderr

    connection = await asyncpg.connect(
        postgres.postgres, user="provby_actors", database="provby_actors", password="it's a secret"
    )
    await connection.close()


async def test_each_role_has_the_password_of_its_own_file(postgres: Engine, tmp_path: Path) -> None:
    settings = {"NORRSAM_POSTGRES": postgres.postgres_admin_dsn, "NORRSAM_COUNTIES": "egenby:98,egenstad:99"}
    folder = tmp_path / "secrets"
    made = norrsam("secrets", "init", "--folder", str(folder), "actors", **settings)
    again = norrsam("secrets", "init", "--folder", str(folder), "actors", **settings)
    done = norrsam("databases", "actors", NORRSAM_SECRETS=str(folder), **settings)

    assert (made.stdout, again.stdout) == (
        "egenby_actors: made\negenstad_actors: made\n",
        "egenby_actors: already there\negenstad_actors: already there\n",
    )
    assert done.stdout == made.stdout, done.stderr
    assert folder.stat().st_mode & 0o777 == 0o700
    one, other = ((folder / name).read_text() for name in ("egenby_actors", "egenstad_actors"))
    address = postgres.postgres.replace("://", "://egenby_actors@") + "/egenby_actors"
    await (await asyncpg.connect(address, password=one)).close()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(address, password=other)


async def test_one_county_s_are_made_by_a_password_in_a_file(postgres: Engine, tmp_path: Path) -> None:
    where, _, rest = postgres.postgres_admin_dsn.rpartition("@")
    user, _, password = where.rpartition(":")
    (tmp_path / "postgres").write_text(password)
    settings = {
        "NORRSAM_POSTGRES": f"{user}@{rest}",
        "NORRSAM_POSTGRES_PASSWORD_FILE": str(tmp_path / "postgres"),
        "NORRSAM_COUNTIES": "hemby:98,bortaby:99",
        "NORRSAM_DATABASE_PASSWORD": "x",
    }

    done = norrsam("databases", "actors", "--county", "hemby", **settings)

    assert done.stdout == "hemby_actors: made\n", done.stderr


async def test_a_role_gets_another_password_there_and_here(postgres: Engine, tmp_path: Path) -> None:
    settings = {"NORRSAM_POSTGRES": postgres.postgres_admin_dsn, "NORRSAM_COUNTIES": "bytby:98"}
    folder = tmp_path / "secrets"
    norrsam("secrets", "init", "--folder", str(folder), "actors", **settings)
    norrsam("databases", "actors", NORRSAM_SECRETS=str(folder), **settings)
    old = (folder / "bytby_actors").read_text()

    done = norrsam("secrets", "rotate", "bytby_actors", "--folder", str(folder), **settings)

    assert done.stdout == "bytby_actors: replaced\n", done.stderr
    new, address = (folder / "bytby_actors"), postgres.postgres.replace("://", "://bytby_actors@") + "/bytby_actors"
    assert new.stat().st_mode & 0o777 == 0o444
    await (await asyncpg.connect(address, password=new.read_text())).close()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(address, password=old)


def test_a_password_file_that_is_not_there_is_named(postgres: Engine) -> None:
    url = postgres.postgres.replace("postgresql://", "postgresql://postgres@")

    done = norrsam(
        "databases",
        "actors",
        NORRSAM_POSTGRES=url,
        NORRSAM_POSTGRES_PASSWORD_FILE="/no/such",
        NORRSAM_DATABASE_PASSWORD="x",
    )

    assert done.returncode == 1
    assert "NORRSAM_POSTGRES_PASSWORD_FILE: /no/such cannot be read" in done.stderr


def test_a_role_without_a_password_is_named(postgres: Engine, tmp_path: Path) -> None:
    done = norrsam("databases", "actors", NORRSAM_POSTGRES=postgres.postgres_admin_dsn, NORRSAM_SECRETS=str(tmp_path))

    assert done.returncode == 1
    assert "NORRSAM_SECRETS has no password of norrbotten_actors" in done.stderr


def test_a_missing_password_is_told_by_its_setting(postgres: Engine) -> None:
    done = norrsam("databases", "actors", NORRSAM_POSTGRES=postgres.postgres_admin_dsn)

    assert done.returncode == 1
    assert "Neither NORRSAM_SECRETS nor NORRSAM_DATABASE_PASSWORD is set" in done.stderr


def test_a_wrong_administrator_is_told_without_the_password(postgres: Engine) -> None:
    url = postgres.postgres.replace("postgresql://", "postgresql://postgres:wrongword@")

    done = norrsam("databases", "actors", NORRSAM_POSTGRES=url, NORRSAM_DATABASE_PASSWORD="x")

    assert done.returncode == 1
    assert "cannot log in" in done.stderr
    assert "wrongword" not in done.stderr
