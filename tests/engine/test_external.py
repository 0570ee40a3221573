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


def test_an_absent_kafka_is_named_with_its_setting(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_ports(1)[0]}"
    with pytest.raises(EngineError, match=f"NORRSAM_KAFKA is '{address}', but no Kafka answered.*unset it"):
        Engine(EngineConfig(tmp_path, external_kafka=address)).start_kafka()


def test_an_absent_postgres_is_named_without_its_password(tmp_path: Path) -> None:
    port = free_ports(1)[0]
    engine = Engine(EngineConfig(tmp_path, external_postgres=f"postgresql://admin:hemligt@127.0.0.1:{port}"))
    with pytest.raises(EngineError, match=f"NORRSAM_POSTGRES names postgresql://127.0.0.1:{port}, but") as caught:
        engine.start_postgres()
    assert "hemligt" not in str(caught.value)


def test_a_silent_postgres_is_not_waited_for_without_end(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://admin:pw@127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(EngineError, match="no PostgreSQL answered"):
            Engine(EngineConfig(tmp_path, external_postgres=url)).start_postgres()


@pytest.mark.parametrize("url", ["127.0.0.1:5432", "mysql://a:b@c", "postgresql://", "postgresql://a:b@c:none"])
def test_a_wrong_url_is_refused_with_its_setting(url: str) -> None:
    with pytest.raises(EngineError, match="NORRSAM_POSTGRES"):
        without_credentials(url)


def test_an_external_kafka_is_never_stopped(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="NORRSAM_KAFKA names a server that is not the engine's own"):
        Engine(EngineConfig(tmp_path, external_kafka="127.0.0.1:1")).stop_kafka()


def test_only_the_server_of_a_url_is_passed_on() -> None:
    url = "postgres://admin:p%40ss@db.example:6543/postgres?sslmode=require"
    assert without_credentials(url) == "postgresql://db.example:6543?sslmode=require"
