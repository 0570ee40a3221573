"""An `up --federated` that is killed: `down` finds what it has started."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from infra.engine import Engine, EngineConfig
from infra.engine.local import down
from infra.engine.ports import free_ports
from infra.engine.processes import recorded_parts
from infra.engine.settings import KafkaPorts
from shared.contracts.counties import parse
from tests.engine.test_local import STANDIN

pytestmark = pytest.mark.faults
COUNTIES = parse("norrbotten:25,jamtland:23")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    postgres, *ports = free_ports(7)
    kafkas = {"norrbotten": KafkaPorts(*ports[:3]), "jamtland": KafkaPorts(*ports[3:])}
    config = EngineConfig(tmp_path / "data", postgres_port=postgres, fsync=False, counties=COUNTIES, kafkas=kafkas)
    engine = Engine(replace(config, program=(sys.executable, str(STANDIN))))
    yield engine
    engine.remove()


def test_what_a_killed_up_has_started_is_ended_by_down(engine: Engine) -> None:
    config = engine.config
    code = (
        "from pathlib import Path; from infra.engine import Engine, EngineConfig; from infra.engine.local import up\n"
        "from infra.engine.settings import KafkaPorts; from shared.contracts.counties import parse\n"
        "from tests.federated.test_four import Steps\n"
        f"config = EngineConfig(Path({str(config.data)!r}), postgres_port={config.postgres_port}, fsync=False,\n"
        f"    counties=parse('norrbotten:25,jamtland:23'), kafkas={dict(config.kafkas)!r},\n"
        f"    program={config.program!r})\n"
        "class Said(Steps):\n"
        "    def done(self, what, detail, seconds): print(what, flush=True)\n"
        "up(Engine(config), Said())"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout
        assert any("PostgreSQL" in line for line in starter.stdout)  # both Kafkas have begun before it
        starter.send_signal(signal.SIGKILL)
        starter.wait()
    running = {part.name for part in recorded_parts(config.data) if part.process()}
    assert running == {"kafka-norrbotten", "kafka-jamtland", "postgres"}

    stopped, left = down(engine)

    assert (set(stopped), left) == (running, [])
