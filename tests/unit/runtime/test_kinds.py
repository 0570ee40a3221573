"""Counties that share a Kafka, and counties that have one each: which of them a data folder is, and who may know."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from infra.cli import engine as commands
from infra.cli.local import operator_settings
from infra.engine import EngineConfig, EngineError, federated
from infra.engine.private import password, write_private
from infra.engine.status import Row
from shared.runtime.kafka import kafka_of
from tests.engine.test_commands import row


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of the settings."""
    monkeypatch.delenv("NORRSAM_KAFKA", raising=False)
    monkeypatch.setenv("NORRSAM_DATA", str(tmp_path))
    return tmp_path


def test_a_new_folder_becomes_of_either_kind(data: Path) -> None:
    config = EngineConfig.from_environment()

    assert config.of_kind(own_kafkas=False) == config
    own = config.of_kind(own_kafkas=True)
    assert {name: ports.clients for name, ports in own.kafkas.items()} == {
        "norrbotten": 19125,
        "vasterbotten": 19124,
        "jamtland": 19123,
        "vasternorrland": 19122,
    }
    every = [port for each in own.kafkas.values() for port in (each.clients, each.controller, each.internal)]
    assert len(set(every)) == 12
    assert own.all_new


def test_counties_that_share_a_kafka_are_given_no_other(data: Path) -> None:
    password(data, "services")  # as `norrsam up` makes it

    with pytest.raises(EngineError, match=r"share a Kafka.*`norrsam up`.*another folder in NORRSAM_DATA"):
        EngineConfig.from_environment().of_kind(own_kafkas=True)


def test_counties_with_a_kafka_each_stay_so(data: Path) -> None:
    federated.begin(data)
    config = EngineConfig.from_environment()

    assert len(config.kafkas) == 4  # so `down` and `status` find them, without an option
    assert not config.of_kind(own_kafkas=True).all_new
    with pytest.raises(EngineError, match=r"have a Kafka each.*`norrsam up --federated`.*another folder"):
        config.of_kind(own_kafkas=False)


def test_a_kafka_of_the_settings_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NORRSAM_KAFKA", "127.0.0.1:9092")

    with pytest.raises(EngineError, match=r"NORRSAM_KAFKA .* unset it"):
        EngineConfig.from_environment().of_kind(own_kafkas=True)


def test_a_command_finds_the_kafka_of_its_county(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    peers = federated.peers_folder(data, "jamtland")
    settings = {"NORRSAM_KAFKA": "127.0.0.1:19123", "NORRSAM_PEERS": str(peers / "it's")}
    write_private(federated.settings_file(data, "jamtland"), federated.written(settings))

    found = operator_settings("jamtland")
    assert kafka_of(found, "jamtland", "actors").bootstrap == "127.0.0.1:19123"
    assert found.peers == peers / "it's"
    assert operator_settings("norrbotten").kafka == operator_settings().kafka == "127.0.0.1:19092"
    monkeypatch.setenv("NORRSAM_KAFKA", "127.0.0.1:9999")
    assert operator_settings("jamtland").kafka == "127.0.0.1:9999"


def test_status_of_a_kafka_each_fits_80_columns() -> None:
    address = "127.0.0.1:65535"
    names = ("vasternorrland", "kafka-vasternorrland", "mirror-vasternorrland", "watchdog-vasternorrland")
    rows: list[Row] = [row(name, address) for name in names]
    terminal = Console(width=80, file=StringIO(), force_terminal=True, color_system=None)

    commands._show(rows, terminal)

    assert isinstance(terminal.file, StringIO)
    lines = terminal.file.getvalue().splitlines()
    assert [line.split()[0] for line in lines] == ["part", "vasternorrland", "kafka", "mirror", "watchdog"]
    assert max(map(len, lines)) <= 80
