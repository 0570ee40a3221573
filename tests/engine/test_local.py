"""Up and down: everything is there, or nothing is left."""

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from infra.engine import Engine, EngineConfig, EngineError, temporary_engine
from infra.engine.local import down, up
from infra.engine.ports import free_ports, is_free
from infra.engine.status import status
from shared.contracts.counties import parse

STANDIN = Path(__file__).with_name("standin.py")
COUNTIES = parse("norrbotten:25,jamtland:23")
ALL = {"kafka", "postgres", "norrbotten", "jamtland"}


class Steps:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.times: dict[str, float | None] = {}

    def doing(self, what: str) -> None:
        pass

    def done(self, what: str, detail: str, seconds: float | None) -> None:
        self.times[what] = seconds


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    postgres, *http = free_ports(3)
    kafka = next(port for port in free_ports(100) if is_free(port + 1))  # its controller takes the next one
    config = EngineConfig(
        tmp_path / "data",
        kafka,
        postgres,
        fsync=False,
        counties=COUNTIES,
        http_ports={county.name: port for county, port in zip(COUNTIES, http, strict=True)},
        program=(sys.executable, str(STANDIN)),
    )
    engine = Engine(config)
    yield engine
    engine.remove()


def listened(engine: Engine) -> set[int]:
    """The ports of the engine on which something listens."""
    config = engine.config
    ours = [config.kafka_port, config.kafka_port + 1, config.postgres_port, *config.http_ports.values()]
    return {port for port in ours if not is_free(port)}


def running(engine: Engine) -> set[str]:
    return {row.part for row in status(engine, watch=0).rows if row.state == "ready"}


def settings_of(url: str) -> dict[str, str]:
    """What the stand-in says that it was told."""
    with urllib.request.urlopen(url) as answer:
        found: dict[str, str] = json.load(answer)
    return found


def test_given_nothing_when_up_twice_and_down_then_all_is_ready_and_then_all_is_gone(engine: Engine) -> None:
    first, second, third = Steps(), Steps(), Steps()
    up(engine, first)
    assert running(engine) == ALL
    assert all(seconds is not None for seconds in first.times.values())
    told = settings_of(engine.county("jamtland").url)
    assert told["NORRSAM_PUBLIC_URL"] == f"http://127.0.0.1:{engine.config.http_ports['jamtland']}"
    assert told["NORRSAM_KAFKA"] == engine.kafka
    assert told["NORRSAM_COUNTIES"] == "norrbotten:25,jamtland:23"

    engine.kill_county("jamtland")
    up(engine, second)
    assert running(engine) == ALL
    assert second.times["Kafka"] is None
    assert second.times["norrbotten"] is None
    assert second.times["jamtland"] is not None

    up(engine, third)
    assert all(seconds is None for seconds in third.times.values())

    processes = [psutil.Process(row.pid) for row in status(engine, watch=0).rows if row.pid]
    assert set(down(engine)) == ALL
    assert not any(process.is_running() for process in processes)
    assert listened(engine) == set()
    assert down(engine) == []


def test_given_a_county_that_cannot_start_when_up_fails_then_only_what_ran_before_is_left(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.start_postgres()
    monkeypatch.setenv("BROKEN", "no such reference data")
    with pytest.raises(
        EngineError, match=r"(?s)(norrbotten|jamtland) ended before it was ready.*no such reference data"
    ):
        up(engine, Steps())
    assert running(engine) == {"postgres"}
    assert listened(engine) == {engine.config.postgres_port}


def test_given_counties_whose_databases_were_restored_when_up_then_all_runs_so_that_they_can_be_recovered(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOUBT", "PostgreSQL's timeline was 1, is 2")
    with pytest.raises(EngineError, match=r"(?s)timeline was 1, is 2.*norrsam recover --county jamtland --service act"):
        up(engine, Steps())
    rows = {row.part: row.state for row in status(engine, watch=0).rows}
    assert rows == {"kafka": "ready", "postgres": "ready", "norrbotten": "not ready", "jamtland": "not ready"}


def test_given_one_taken_port_when_up_then_nothing_was_started_at_all(engine: Engine) -> None:
    with socket.create_server(("127.0.0.1", engine.config.http_ports["jamtland"])):
        with pytest.raises(EngineError, match="for the county jamtland is in use"):
            up(engine, Steps())
        assert running(engine) == set()
        assert not (engine.config.data / "logs").exists()


def test_given_servers_of_somebody_else_when_up_and_down_then_they_are_used_and_left_alone(engine: Engine) -> None:
    with temporary_engine(COUNTIES) as theirs:
        config = replace(engine.config, external_kafka=theirs.kafka, external_postgres=theirs.postgres_admin_dsn)
        ours = Engine(config)
        up(ours, Steps())
        assert settings_of(ours.county("jamtland").url)["NORRSAM_POSTGRES"] == theirs.postgres
        assert theirs.create_databases(["jamtland_actors"]) == []  # it was made on theirs
        assert {row.state for row in status(ours, watch=0).rows} == {"ready", "ready (external)"}
        assert set(down(ours)) == {"norrbotten", "jamtland"}
        assert {"kafka", "postgres"} <= running(theirs)


@pytest.mark.parametrize(("number", "ended"), [(signal.SIGINT, 1), (signal.SIGTERM, 143)])
def test_given_an_up_that_is_interrupted_then_nothing_is_left(
    engine: Engine, number: signal.Signals, ended: int
) -> None:
    code = (
        "import sys; from infra.engine import *; from infra.engine.local import up\n"
        "from pathlib import Path; from shared.contracts.counties import parse\n"
        "class Steps:\n  def doing(self, what): print(what, flush=True)\n  def done(self, *_): pass\n"
        f"up(Engine({config_of(engine)}), Steps())"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert starter.stdout
    for line in starter.stdout:
        if line.startswith("starting Kafka"):
            break
    assert engine.own_kafka
    assert engine.own_kafka.part.process()
    starter.send_signal(number)
    starter.stdout.close()
    assert abs(starter.wait(20)) in (ended, number)
    assert running(engine) == set()
    assert listened(engine) == set()


def config_of(engine: Engine) -> str:
    """Python for the same configuration in another process."""
    config = engine.config
    return (
        f"EngineConfig(Path({str(config.data)!r}), {config.kafka_port}, {config.postgres_port}, False, "
        f"counties=parse('norrbotten:25,jamtland:23'), "
        f"http_ports={dict(config.http_ports)!r}, program={config.program!r})"
    )
