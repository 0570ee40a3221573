"""Migrates, starts and stops one county's process on this machine."""

import http.client
import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.engine.errors import DoubtedError, EngineError
from infra.engine.ports import HOST, require_free
from infra.engine.processes import EngineProcess
from infra.engine.settings import PROJECT
from shared.contracts.topics import SERVICES
from shared.links.identity import NEW

PORT_SETTING = "NORRSAM_HTTP_BASE"
_READY_WITHIN = 180.0


@dataclass(frozen=True, slots=True)
class CountyProcess:
    """The services of one county in one process; ``env`` holds the settings that they read."""

    name: str
    data: Path
    port: int
    program: Sequence[str]
    env: Mapping[str, str] = field(repr=False)  # with passwords
    services: Sequence[str] = SERVICES

    @property
    def part(self) -> EngineProcess:
        """Its process."""
        return EngineProcess(self.name, self.data)

    @property
    def url(self) -> str:
        """The origin of its HTTP interface."""
        return f"http://{HOST}:{self.port}"

    def launch(self) -> bool:
        """Start its process, without waiting until it is ready; False if it runs already."""
        if self.part.process() is not None:
            self.part.require_port(self.port, PORT_SETTING)
            return False
        self.require_ports()
        self.part.start(
            [*self.program, "serve", "--county", self.name, *self.services],
            port=self.port,
            env=self._environment(),
            cwd=PROJECT,
        )
        return True

    @property
    def ports(self) -> tuple[int, ...]:
        """The port that it listens on."""
        return (self.port,)

    def require_ports(self) -> None:
        """Raise PortTakenError unless its port is free."""
        require_free(self.port, f"the county {self.name}", PORT_SETTING)

    def wait_until_ready(self) -> None:
        """Wait until it reports that it is ready; DoubtedError if its database may be a restored one."""
        deadline = time.monotonic() + _READY_WITHIN
        while not self.is_ready():
            self.part.require_running()
            self._require_no_doubt()
            if time.monotonic() > deadline:
                raise EngineError(f"{self.name} was not ready in {_READY_WITHIN:.0f} s. {self.part.last_words()}")
            time.sleep(0.2)

    def is_ready(self) -> bool:
        """Whether /health/ready answers 200 now."""
        return self._health()[0] == http.HTTPStatus.OK

    def _require_no_doubt(self) -> None:
        for service, state in self._health()[1].get("services", {}).items():
            if (doubt := state.get("doubt")) and doubt != NEW:  # a new database asks the others, and then begins
                raise DoubtedError(
                    f"{self.name} runs, but takes no commands: {service} may have a restored database ({doubt}). "
                    f"Run `norrsam recover --county {self.name} --service {service}`; docs/runbook.md says more."
                )

    def _health(self) -> tuple[int, dict[str, Any]]:
        """Status and body of /health/ready; (0, {}) if nothing answers in two seconds."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=2)
        try:
            connection.request("GET", "/health/ready")
            answer = connection.getresponse()
            return answer.status, dict(json.loads(answer.read()))
        except (OSError, http.client.HTTPException, ValueError):
            return 0, {}
        finally:
            connection.close()

    def stop(self) -> bool:
        """Stop it in good order, by force after 10 s; False if it did not run."""
        return self.part.stop(patience=10)

    def kill(self) -> bool:
        """End it as a crash does (SIGKILL); False if it did not run."""
        return self.part.kill()

    def _environment(self) -> dict[str, str]:
        own = {"NORRSAM_HTTP_PORT": str(self.port), "NORRSAM_PUBLIC_URL": self.url, "PYTHONUNBUFFERED": "1"}
        return {**os.environ, **own, **self.env}


@dataclass(frozen=True, slots=True)
class MigrationRun:
    """A running migration of all counties in its NORRSAM_COUNTIES."""

    process: "subprocess.Popen[str]"

    @classmethod
    def begin(cls, program: Sequence[str], services: Sequence[str], env: Mapping[str, str]) -> "MigrationRun":
        """Start the migration."""
        return cls(
            subprocess.Popen(  # noqa: S603
                [*program, "migrate", "--all-counties", *services],
                env={**os.environ, **env},
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,  # Ctrl-C is ours to answer
            )
        )

    def wait(self) -> str:
        """Wait for its end and give its output; EngineError if it fails."""
        output, _ = self.process.communicate()
        if self.process.returncode != 0:
            end = "\n".join(output.strip().splitlines()[-8:])
            raise EngineError(f"The databases could not be migrated:\n{end}")
        return output

    def stop(self) -> None:
        """End it, finished or not."""
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
