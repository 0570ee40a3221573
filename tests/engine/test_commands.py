"""The commands `up`, `down` and `status` as a terminal, a pipe and a script see them."""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from infra.cli import engine as commands
from infra.cli import links
from infra.engine.ports import free_ports
from infra.engine.status import EngineStatus, Row
from shared.contracts import counties

LONG = "kafka-1.norrbotten.example:9092,kafka-2.norrbotten.example:9092,kafka-3.norrbotten.example:9092"


@pytest.fixture
def environment(tmp_path: Path) -> Mapping[str, str]:
    """The environment of an engine of its own that does not run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NORRSAM_")}
    kafka, controller, postgres, county = map(str, free_ports(4))
    ports = {"KAFKA_PORT": kafka, "KAFKA_CONTROLLER_PORT": controller, "POSTGRES_PORT": postgres, "HTTP_BASE": county}
    settings = {"DATA": str(tmp_path), "COUNTIES": "norrbotten:25"} | ports
    return kept | {f"NORRSAM_{name}": value for name, value in settings.items()}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "infra.cli.main", *words]


def row(part: str, address: str) -> Row:
    return Row(part, "not ready", address, 1234567, datetime.now(UTC), 345_000_000, 12345.6)


@pytest.mark.parametrize(
    "words", [("--help",), ("token", "--county", "norrbotten", "--role", "READER"), ("links",), ("status",), ("down",)]
)
def test_a_closed_output_pipe_ends_a_command_quietly(environment: Mapping[str, str], words: tuple[str, ...]) -> None:
    read, write = os.pipe()
    os.close(read)

    with os.fdopen(write, "w") as closed:
        done = subprocess.run(
            command(*words), env=environment, stdout=closed, stderr=subprocess.PIPE, text=True, check=False
        )

    assert (done.returncode, done.stderr) == (1, "")


def test_down_with_nothing_left_exits_with_0(environment: Mapping[str, str]) -> None:
    done = subprocess.run(command("down"), env=environment, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "  nothing was running\n", "")


def test_down_that_leaves_something_exits_with_1(environment: Mapping[str, str]) -> None:
    port = environment["NORRSAM_POSTGRES_PORT"]

    with socket.create_server(("127.0.0.1", int(port))):
        done = subprocess.run(command("down"), env=environment, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"norrsam: Port {port} is still in use by ")
    assert f"(process {os.getpid()})." in done.stderr


@pytest.mark.parametrize("address", ["127.0.0.1:65535", LONG])
def test_status_in_80_columns_cuts_no_address(address: str) -> None:
    rows = [row("vasternorrland", "127.0.0.1:19092"), Row("kafka", "ready (external)", address)]
    terminal = Console(width=80, file=StringIO(), force_terminal=True, color_system=None)

    commands._show(rows, terminal)

    assert isinstance(terminal.file, StringIO)
    head, county, kafka = terminal.file.getvalue().splitlines()
    assert len(head) <= len(county) <= 80
    assert "127.0.0.1:19092" in county
    assert kafka.endswith(address)


@pytest.mark.parametrize("server", ["", "smtp://127.0.0.1:2525?tls=off"])
def test_status_says_where_mails_go(
    environment: Mapping[str, str], server: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sender = {"NORRSAM_SMTP": server, "NORRSAM_MAIL_FROM": "samverkan@{county}.example"} if server else {}
    for name, value in {**environment, **sender}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(commands, "look", lambda _: EngineStatus((row("norrbotten", "127.0.0.1:8125"),), 0.0))

    commands.status()

    files = f"files in {environment['NORRSAM_DATA']}/mail/<county>"
    assert capsys.readouterr().out.splitlines()[-1] == f"mails go to {server.partition('?')[0] or files}"


def test_links_fits_80_columns_and_cuts_no_name() -> None:
    link = {"stream": "shipment-signals", "applied_number": 22, "missing": 0, "behind": 0, "dead_letters": 0}
    times = {
        "complete_until": datetime.now(UTC).isoformat(),
        "heard_at": datetime.now(UTC).isoformat(),
        "stopped": None,
    }
    fault = {
        "topic": None,
        "since": None,
        "detail": "nothing is applied, of no county: " + "word " * 20,
        "runbook": "docs",
    }
    of_each = [
        {"read": [{**link, **times, "county": county.name}], "faults": [fault]}
        for county in counties.parse(counties.DEFAULT)
    ]
    answers = list(zip(counties.parse(counties.DEFAULT)[::-1], ["shipment-alerts"] * 4, of_each, strict=True))
    terminal = Console(width=80, file=StringIO(), force_terminal=True, color_system=None)

    links.show(terminal, [*answers])

    assert isinstance(terminal.file, StringIO)
    text = terminal.file.getvalue()
    assert "…" not in text
    assert all(text.count(county.name) == 3 for county in counties.parse(counties.DEFAULT))
    assert text.count("shipment-alerts") == 8  # which service reads, and which one has the fault
    assert max(map(len, text.splitlines())) <= 80
