"""`norrsam databases` on a PostgreSQL that somebody else runs."""

import os
import subprocess
import sys

import asyncpg

from infra.engine import Engine

COUNTIES = "provby:98,provstad:99"


def run(**settings: str) -> "subprocess.CompletedProcess[str]":
    env = {name: value for name, value in os.environ.items() if not name.startswith("NORRSAM_")}
    command = [sys.executable, "-m", "infra.cli.main", "databases", "actors"]
    return subprocess.run(command, env=env | settings, capture_output=True, text=True, check=False)


async def test_after_two_runs_each_county_can_log_in(postgres: Engine) -> None:
    settings = {
        "NORRSAM_POSTGRES": postgres.postgres_admin_dsn,
        "NORRSAM_COUNTIES": COUNTIES,
        "NORRSAM_DATABASE_PASSWORD": "it's a secret",
    }
    first, second = run(**settings), run(**settings)

    assert first.stdout == "provby_actors: made\nprovstad_actors: made\n", first.stderr
    assert second.stdout == "provby_actors: already there\nprovstad_actors: already there\n", second.stderr

    connection = await asyncpg.connect(
        postgres.postgres, user="provby_actors", database="provby_actors", password="it's a secret"
    )
    await connection.close()


def test_a_missing_password_is_told_by_its_setting(postgres: Engine) -> None:
    done = run(NORRSAM_POSTGRES=postgres.postgres_admin_dsn)

    assert done.returncode == 1
    assert "NORRSAM_DATABASE_PASSWORD is not set" in done.stderr


def test_a_wrong_administrator_is_told_without_the_password(postgres: Engine) -> None:
    url = postgres.postgres.replace("postgresql://", "postgresql://postgres:wrongword@")

    done = run(NORRSAM_POSTGRES=url, NORRSAM_DATABASE_PASSWORD="x")

    assert done.returncode == 1
    assert "cannot log in" in done.stderr
    assert "wrongword" not in done.stderr
