"""The pg_dump that an operator's commands take, its environment, and the file that it fills."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import Mock

import pytest

from infra import backups
from infra.backups import BackupError, Login, dump, inspect
from infra.engine import programs as chosen
from infra.engine.errors import EngineError

SERVER = "postgresql://admin:verysecret@db.example.se:5433/postgres?sslmode=require&password=verysecret"


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> Iterator[None]:
    chosen.programs.cache_clear()
    yield
    chosen.programs.cache_clear()  # or a later file would take a program that was made up here


def fake(folder: Path, version: str) -> Path:
    folder.mkdir()
    program = folder / "pg_dump"
    program.write_text(f'#!/bin/sh\necho "pg_dump (PostgreSQL) {version}"\n')
    program.chmod(0o755)
    return folder


def test_an_old_pg_dump_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = [fake(tmp_path / "old", "15.18 (Debian)"), fake(tmp_path / "new", "18.6")]
    monkeypatch.setattr(chosen, "_candidates", lambda: folders)
    assert chosen.programs(18) == folders[1]


def test_without_a_new_pg_dump_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chosen, "_candidates", lambda: [fake(tmp_path / "old", "15.18"), tmp_path / "none"])
    with pytest.raises(EngineError, match=r"found: 15 in .*postgresql-client-18"):
        chosen.programs(18)


def test_no_password_is_in_a_command_line() -> None:
    login = Login("norrbotten_actors", "norrbotten_actors", SERVER, "the role's secret", 18)
    assert login.address == "postgresql://norrbotten_actors@db.example.se:5433/norrbotten_actors?sslmode=require"
    assert login.environment["PGPASSWORD"] == "the role's secret"


def test_without_a_password_the_user_s_pgpass_file_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)
    monkeypatch.setenv("PGPASSFILE", "/home/operator/.pgpass")
    environment = Login("a", "a", SERVER, "", 18).environment
    assert environment["PGPASSFILE"] == "/home/operator/.pgpass"
    assert "PGPASSWORD" not in environment


def test_a_file_that_is_no_dump_is_named(tmp_path: Path) -> None:
    file = tmp_path / "norrbotten_actors.dump"
    file.write_text("PGDMP but no more")
    with pytest.raises(BackupError, match=r"norrbotten_actors\.dump is no dump that can be put back"):
        inspect(file, 18)


def test_a_dump_replaces_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "_run", Mock())
    monkeypatch.setattr(backups, "inspect", Mock())
    monkeypatch.setattr(backups, "datetime", Mock(now=lambda zone: datetime(2026, 11, 28, tzinfo=UTC)))
    login = Login("norrbotten_actors", "norrbotten_actors", SERVER, "", 18)
    first = dump(login, tmp_path)

    with pytest.raises(BackupError, match="the clock was set back"):
        dump(login, tmp_path)

    assert list(tmp_path.iterdir()) == [first]
