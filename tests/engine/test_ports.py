"""Ports: a taken one is named, with what it is for and the setting that moves it."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.engine.county import CountyProcess
from infra.engine.errors import EngineError, PortTakenError
from infra.engine.kafka import Kafka
from infra.engine.ports import free_ports
from infra.engine.postgres import Postgres
from infra.engine.settings import EngineConfig


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_kafka_names_a_taken_port_and_its_setting(tmp_path: Path, taken: int) -> None:
    with pytest.raises(PortTakenError, match=rf"Port {taken} for Kafka is in use.*NORRSAM_KAFKA_PORT"):
        Kafka(tmp_path, taken, free_ports(1)[0], list).start()


def test_kafka_names_a_taken_controller_port_and_its_setting(tmp_path: Path, taken: int) -> None:
    with pytest.raises(PortTakenError, match=rf"Port {taken} for Kafka's controller.*NORRSAM_KAFKA_CONTROLLER_PORT"):
        Kafka(tmp_path, free_ports(1)[0], taken, list).start()


def test_postgres_names_a_taken_port_and_its_holder(tmp_path: Path, taken: int) -> None:
    with pytest.raises(PortTakenError, match=rf"{taken} for PostgreSQL .*process {os.getpid()}.*NORRSAM_POSTGRES_PORT"):
        Postgres(tmp_path, taken).start()


def test_a_county_names_a_taken_port_and_its_setting(tmp_path: Path, taken: int) -> None:
    with pytest.raises(PortTakenError, match=rf"{taken} for the county jamtland.*NORRSAM_HTTP_BASE"):
        CountyProcess("jamtland", tmp_path, taken, (), {}).launch()


def test_free_ports_differ_and_can_be_listened_on() -> None:
    first, second = free_ports(2)
    assert first != second
    with socket.create_server(("127.0.0.1", first)), socket.create_server(("127.0.0.1", second)):
        assert first not in free_ports(200)


@pytest.mark.parametrize("value", ["nineteen", "80", "70000", "-5"])
def test_a_bad_port_is_named_with_its_setting(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("NORRSAM_KAFKA_PORT", value)
    with pytest.raises(EngineError, match=f"NORRSAM_KAFKA_PORT is '{value}'"):
        EngineConfig.from_environment()


def test_kafka_s_controller_port_follows_its_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NORRSAM_KAFKA_PORT", "29000")
    monkeypatch.setenv("NORRSAM_HTTP_BASE", "18100")
    config = EngineConfig.from_environment()
    assert (config.kafka_port, config.controller_port, config.http_ports["norrbotten"]) == (29000, 29001, 18125)


def test_no_port_is_given_twice() -> None:
    given = free_ports(700)

    assert set(given) & set(free_ports(700)) == set()
