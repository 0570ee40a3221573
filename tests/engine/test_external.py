"""Servers that somebody else runs: one that does not answer is named, with its setting and what to do."""

import socket
from pathlib import Path

import pytest

from infra.engine import Engine, EngineConfig, EngineError, external
from infra.engine.external import without_credentials
from infra.engine.ports import free_ports


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(external, "_PATIENCE", 0.3)


def test_given_a_kafka_that_is_not_there_when_started_then_the_error_names_setting_and_address(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_ports(1)[0]}"
    with pytest.raises(EngineError, match=f"NORRSAM_KAFKA is '{address}', but no Kafka answered.*unset it"):
        Engine(EngineConfig(tmp_path, external_kafka=address)).start_kafka()


def test_given_a_postgres_that_is_not_there_when_started_then_the_password_is_not_shown(tmp_path: Path) -> None:
    port = free_ports(1)[0]
    engine = Engine(EngineConfig(tmp_path, external_postgres=f"postgresql://admin:hemligt@127.0.0.1:{port}"))
    with pytest.raises(EngineError, match=f"NORRSAM_POSTGRES names postgresql://127.0.0.1:{port}, but") as caught:
        engine.start_postgres()
    assert "hemligt" not in str(caught.value)


def test_given_a_postgres_that_accepts_and_says_nothing_when_started_then_patience_ends(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://admin:pw@127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(EngineError, match="no PostgreSQL answered"):
            Engine(EngineConfig(tmp_path, external_postgres=url)).start_postgres()


@pytest.mark.parametrize("url", ["127.0.0.1:5432", "mysql://a:b@c", "postgresql://", "postgresql://a:b@c:none"])
def test_given_something_else_than_a_url_then_the_error_says_what_is_wanted(url: str) -> None:
    with pytest.raises(EngineError, match="NORRSAM_POSTGRES"):
        without_credentials(url)


def test_given_an_external_kafka_when_it_shall_be_stopped_then_it_is_not_ours_to_stop(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="NORRSAM_KAFKA names a server that is not the engine's own"):
        Engine(EngineConfig(tmp_path, external_kafka="127.0.0.1:1")).stop_kafka()


def test_given_a_url_with_everything_then_only_the_server_is_passed_on() -> None:
    url = "postgres://admin:p%40ss@db.example:6543/postgres?sslmode=require"
    assert without_credentials(url) == "postgresql://db.example:6543?sslmode=require"
