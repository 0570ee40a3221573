"""Up and down: everything is there, or nothing is left."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from confluent_kafka.admin import AdminClient, NewPartitions

from infra.engine import Engine, EngineConfig, EngineError, temporary_engine
from infra.engine.local import down, up
from infra.engine.ports import free_ports, is_free
from infra.engine.status import status
from shared.contracts.counties import parse
from tests.engine.given import cannot_be_ended, set_clock
from tests.support.steps import Steps
from tests.support.waiting import DEADLINE

STANDIN = Path(__file__).with_name("standin.py")
COUNTIES = parse("norrbotten:25,jamtland:23")
PAGES = {"workspace-norrbotten", "workspace-jamtland", "login"}
ALL = {"kafka", "postgres", "norrbotten", "jamtland", *PAGES}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    postgres, login, *http = free_ports(6)
    kafka = next(port for port in free_ports(100) if is_free(port + 1))  # its controller takes the next one
    config = EngineConfig(
        tmp_path / "data",
        kafka,
        postgres,
        fsync=False,
        counties=COUNTIES,
        http_ports={county.name: port for county, port in zip(COUNTIES, http[:2], strict=True)},
        pages_ports={county.name: port for county, port in zip(COUNTIES, http[2:], strict=True)},
        login_port=login,
        program=(sys.executable, str(STANDIN)),
    )
    engine = Engine(config)
    yield engine
    engine.remove()


def listened(engine: Engine) -> set[int]:
    """The ports of the engine on which something listens."""
    return {port for port in ports(engine) if not is_free(port)}


def ports(engine: Engine) -> list[int]:
    config = engine.config
    counties = [*config.http_ports.values(), *config.pages_ports.values()]
    return [config.kafka_port, config.kafka_port + 1, config.postgres_port, *counties, config.login_port or 0]


def running(engine: Engine) -> set[str]:
    return {row.part for row in status(engine, watch=0).rows if row.state == "ready"}


def settings_of(url: str) -> dict[str, str]:
    """The settings that the stand-in received, as it reports them."""
    with urllib.request.urlopen(url) as answer:
        found: dict[str, str] = json.load(answer)
    return found


def test_up_starts_what_is_missing_and_down_stops_all(engine: Engine) -> None:
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

    admin = AdminClient({"bootstrap.servers": engine.kafka})
    (grown,) = admin.create_partitions([NewPartitions("jamtland.shared.actors.v1", 2)]).values()
    grown.result()
    up(engine, third)
    assert all(seconds is None for seconds in third.times.values())
    assert third.warnings == ["jamtland.shared.actors.v1 has 2 partitions; it needs exactly one"]

    processes = [psutil.Process(row.pid) for row in status(engine, watch=0).rows if row.pid]
    stopped, left = down(engine)
    assert (set(stopped), left) == (ALL, [])
    assert not any(process.is_running() for process in processes)
    assert listened(engine) == set()
    assert down(engine) == ([], [])


def test_down_stops_everything_after_the_clock_was_set(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.start_postgres()
    set_clock(monkeypatch, 47)
    assert running(engine) == {"postgres"}
    assert down(engine) == (["postgres"], [])
    assert listened(engine) == set()


@pytest.mark.faults
def test_down_names_what_it_cannot_end(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.county("jamtland").launch()
    (county,) = engine.running_counties()
    process = county.process()
    assert process
    while is_free(port := engine.config.http_ports["jamtland"]):
        county.require_running()
    with monkeypatch.context() as patch:
        cannot_be_ended(patch)
        by = f"by {process.name()} (process {process.pid})"
        assert down(engine) == (
            [],
            [f"jamtland still runs (process {process.pid}).", f"Port {port} is still in use {by}."],
        )
        with pytest.raises(EngineError, match="jamtland cannot be stopped"):
            engine.remove()
    assert down(engine) == (["jamtland"], [])


@pytest.mark.parametrize("which", range(8))
def test_down_names_who_listens_on_any_of_its_ports(engine: Engine, which: int) -> None:
    port = ports(engine)[which]
    with socket.create_server(("127.0.0.1", port)):
        stopped, (left,) = down(engine)
    assert stopped == []
    assert left.startswith(f"Port {port} is still in use by ")
    assert left.endswith(f"(process {os.getpid()}).")


@pytest.mark.faults
def test_a_failed_up_leaves_only_what_ran_before(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.start_postgres()
    monkeypatch.setenv("BROKEN", "no such reference data")
    with pytest.raises(
        EngineError, match=r"(?s)(norrbotten|jamtland) ended before it was ready.*no such reference data"
    ):
        up(engine, Steps())
    assert running(engine) == {"postgres"}
    assert listened(engine) == {engine.config.postgres_port}


def test_up_leaves_counties_running_that_wait_for_recover(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOUBT", "PostgreSQL's timeline was 1, is 2")
    with pytest.raises(EngineError, match=r"(?s)timeline was 1, is 2.*norrsam recover --county jamtland --service act"):
        up(engine, Steps())
    rows = {row.part: row.state for row in status(engine, watch=0).rows}
    others = dict.fromkeys(["kafka", "postgres", *PAGES], "ready")
    assert rows == {**others, "norrbotten": "not ready", "jamtland": "not ready"}


def test_up_starts_nothing_if_one_port_is_taken(engine: Engine) -> None:
    with socket.create_server(("127.0.0.1", engine.config.http_ports["jamtland"])):
        with pytest.raises(EngineError, match="for the county jamtland is in use"):
            up(engine, Steps())
        assert running(engine) == set()
        assert not (engine.config.data / "logs").exists()


def test_servers_of_somebody_else_are_used_and_left_alone(engine: Engine) -> None:
    with temporary_engine(COUNTIES) as theirs:
        config = replace(engine.config, external_kafka=theirs.kafka, external_postgres=theirs.postgres_admin_dsn)
        ours = Engine(config)
        up(ours, Steps())
        assert settings_of(ours.county("jamtland").url)["NORRSAM_POSTGRES"] == theirs.postgres
        assert theirs.create_databases(["jamtland_actors"]) == []  # it was made on theirs
        assert {row.state for row in status(ours, watch=0).rows} == {"ready", "ready (external)"}
        stopped, left = down(ours)
        assert (set(stopped), left) == ({"norrbotten", "jamtland", *PAGES}, [])
        assert {"kafka", "postgres"} <= running(theirs)


@pytest.mark.faults
@pytest.mark.parametrize(("number", "ended"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_up_leaves_nothing(engine: Engine, number: signal.Signals, ended: int) -> None:
    with started_up(engine) as starter:
        starter.send_signal(number)
        _, errors = starter.communicate(timeout=2 * DEADLINE)  # reads on: a closed pipe would end it as well
    assert (starter.returncode, errors) == (ended, "")
    assert running(engine) == set()
    assert listened(engine) == set()


@pytest.mark.faults
def test_an_up_whose_output_nobody_reads_leaves_nothing(engine: Engine) -> None:
    with started_up(engine) as starter:
        assert starter.stdout
        starter.stdout.close()
        assert starter.stderr
        assert (starter.wait(2 * DEADLINE), starter.stderr.read()) == (1, "")
    assert running(engine) == set()
    assert listened(engine) == set()


@contextmanager
def started_up(engine: Engine) -> "Iterator[subprocess.Popen[str]]":
    """`norrsam up` on this engine in a process of its own, when it has started Kafka and waits for it."""
    code = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a job with & ignores it
        "from infra.cli import main; from infra.engine import EngineConfig; from pathlib import Path\n"
        "from shared.contracts.counties import parse\n"
        f"EngineConfig.from_environment = lambda: {config_of(engine)}\n"
        "sys.argv = ['norrsam', 'up']; main.app()"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as starter:
        assert starter.stdout
        assert any("PostgreSQL" in line for line in starter.stdout)  # on a new machine, downloads come first
        assert engine.own_kafka
        assert engine.own_kafka.part.process()
        yield starter


def config_of(engine: Engine) -> str:
    """Python for the same configuration in another process."""
    config = engine.config
    return (
        f"EngineConfig(Path({str(config.data)!r}), {config.kafka_port}, {config.postgres_port}, False, "
        f"counties=parse('norrbotten:25,jamtland:23'), "
        f"http_ports={dict(config.http_ports)!r}, pages_ports={dict(config.pages_ports)!r}, "
        f"login_port={config.login_port}, program={config.program!r})"
    )
