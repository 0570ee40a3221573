"""Starts and stops the counties' workspaces, and the development log-in that all of them use, on this machine.

Only `norrsam up` starts the log-in: it lets everybody on this machine be anybody.
"""

import http.client
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from infra.engine.errors import EngineError
from infra.engine.ports import HOST, require_free
from infra.engine.private import password
from infra.engine.processes import EngineProcess
from infra.engine.settings import PROJECT, EngineConfig

WORKSPACE, LOGIN = "workspace", "login"
PORT_SETTING = "NORRSAM_HTTP_BASE"
_READY_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class WorkspaceProcess:
    """The workspace of one county in its process; ``env`` holds the settings that it reads."""

    county: str
    data: Path
    port: int
    program: Sequence[str]
    env: Mapping[str, str] = field(repr=False)  # with passwords

    @classmethod
    def of(
        cls, county: str, config: EngineConfig, ports: tuple[int, int], api: str, settings: Mapping[str, str]
    ) -> "WorkspaceProcess":
        """The workspace on the first of the ``ports``, where the log-in has the second; ``api`` is the county's."""
        port, login = ports
        own = {
            "NORRSAM_HTTP_PORT": str(port),
            "NORRSAM_WORKSPACE_URL": f"http://{HOST}:{port}",
            "NORRSAM_API": api,
            "NORRSAM_OIDC_ISSUER": f"http://{HOST}:{login}",
            "NORRSAM_OIDC_CLIENT": county,
            "NORRSAM_OIDC_SECRET_FILE": str(client_secret(config.data, county)),
            "NORRSAM_LOGIN_KEY_FILE": str(_secret(config.data, f"{county}-key")),
            "PYTHONUNBUFFERED": "1",
        }
        return cls(county, config.data, port, config.program, {**settings, **own})

    @property
    def part(self) -> EngineProcess:
        """Its process."""
        return EngineProcess(f"{WORKSPACE}-{self.county}", self.data)

    @property
    def title(self) -> str:
        """Its name on the screen of `norrsam up`."""
        return f"{WORKSPACE} of {self.county}"

    @property
    def url(self) -> str:
        """The address that people open."""
        return f"http://{HOST}:{self.port}"

    def require_ports(self) -> None:
        """Raise PortTakenError unless its port is free."""
        require_free(self.port, f"the workspace of {self.county}", PORT_SETTING)

    def launch(self) -> bool:
        """Start its process, without waiting until it is ready; False if it runs already."""
        command = [*self.program, "serve", "--county", self.county, WORKSPACE]
        return _launch(self, command, {**os.environ, **self.env})

    def is_ready(self) -> bool:
        """Whether it can show pages now."""
        return _answers(self.port)

    def wait_until_ready(self) -> None:
        """Wait until it can show pages; EngineError if it cannot."""
        _wait(self)


@dataclass(frozen=True, slots=True)
class LoginProcess:
    """The development log-in: one for all counties; ``workspaces`` are their addresses by `county:code`."""

    data: Path
    port: int
    workspaces: Mapping[str, str]

    @property
    def part(self) -> EngineProcess:
        """Its process."""
        return EngineProcess(LOGIN, self.data)

    @property
    def title(self) -> str:
        """Its name on the screen of `norrsam up`."""
        return "log-in"

    @property
    def url(self) -> str:
        """Its address, by which workspaces know it."""
        return f"http://{HOST}:{self.port}"

    def require_ports(self) -> None:
        """Raise PortTakenError unless its port is free."""
        require_free(self.port, "the development log-in", PORT_SETTING)

    def launch(self) -> bool:
        """Start its process, without waiting until it is ready; False if it runs already."""
        counties = [f"{county}={url}" for county, url in self.workspaces.items()]
        command = [sys.executable, "-m", "infra.engine.login", str(self.data), str(self.port), *counties]
        return _launch(self, command, dict(os.environ))

    def is_ready(self) -> bool:
        """Whether it answers."""
        return _answers(self.port)

    def wait_until_ready(self) -> None:
        """Wait until it answers; EngineError if it does not."""
        _wait(self)


PagesProcess = WorkspaceProcess | LoginProcess


def client_secret(data: Path, county: str) -> Path:
    """The file with the secret by which a county's workspace is known to the development log-in."""
    return _secret(data, county)


def _secret(data: Path, name: str) -> Path:
    password(data, f"{LOGIN}/{name}")
    return data / "secrets" / LOGIN / name


def _launch(server: PagesProcess, command: Sequence[str], env: Mapping[str, str]) -> bool:
    if server.part.process() is not None:
        server.part.require_port(server.port, PORT_SETTING)
        return False
    server.require_ports()
    server.part.start(command, port=server.port, env=env, cwd=PROJECT)
    return True


def _wait(server: PagesProcess) -> None:
    deadline = time.monotonic() + _READY_WITHIN
    while not server.is_ready():
        server.part.require_running()
        if time.monotonic() > deadline:
            name = server.part.name
            raise EngineError(f"{name} was not ready in {_READY_WITHIN:.0f} s. {server.part.last_words()}")
        time.sleep(0.05)


def _answers(port: int) -> bool:
    """Whether /health/ready answers 200 now."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
