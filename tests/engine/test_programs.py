"""Which pg_dump an operator's commands take, and what it is told."""

from pathlib import Path

import pytest

from infra.backups import BackupError, Login, inspect
from infra.engine import programs as chosen
from infra.engine.errors import EngineError

SERVER = "postgresql://admin:verysecret@db.example.se:5433/postgres?sslmode=require&password=verysecret"


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> None:
    chosen.programs.cache_clear()


def fake(folder: Path, version: str) -> Path:
    folder.mkdir()
    program = folder / "pg_dump"
    program.write_text(f'#!/bin/sh\necho "pg_dump (PostgreSQL) {version}"\n')
    program.chmod(0o755)
    return folder


def test_given_an_old_pg_dump_first_when_chosen_then_the_next_one_that_is_new_enough_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [fake(tmp_path / "old", "15.18 (Debian)"), fake(tmp_path / "new", "18.6")]
    monkeypatch.setattr(chosen, "_candidates", lambda: folders)
    assert chosen.programs(18) == folders[1]


def test_given_no_pg_dump_that_is_new_enough_when_chosen_then_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chosen, "_candidates", lambda: [fake(tmp_path / "old", "15.18"), tmp_path / "none"])
    with pytest.raises(EngineError, match=r"found: 15 in .*postgresql-client-18"):
        chosen.programs(18)


def test_given_passwords_in_a_server_s_address_when_a_program_is_called_then_its_command_has_none() -> None:
    login = Login("norrbotten_actors", "norrbotten_actors", SERVER, "the role's secret", 18)
    assert login.address == "postgresql://norrbotten_actors@db.example.se:5433/norrbotten_actors?sslmode=require"
    assert login.environment["PGPASSWORD"] == "the role's secret"


def test_given_no_password_of_ours_then_the_user_s_own_is_left_to_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)
    monkeypatch.setenv("PGPASSFILE", "/home/operator/.pgpass")
    environment = Login("a", "a", SERVER, "", 18).environment
    assert environment["PGPASSFILE"] == "/home/operator/.pgpass"
    assert "PGPASSWORD" not in environment


def test_given_a_file_that_is_no_dump_when_inspected_then_the_error_names_it(tmp_path: Path) -> None:
    file = tmp_path / "norrbotten_actors.dump"
    file.write_text("PGDMP but no more")
    with pytest.raises(BackupError, match=r"norrbotten_actors\.dump is no dump that can be put back"):
        inspect(file, 18)
