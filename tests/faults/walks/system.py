"""Four counties as `norrsam up` runs them, in a folder and on ports of their own; their users, and their operator."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from infra.cli.county import local_token
from infra.demo.county import DemoCounty, Place
from infra.engine import Engine
from infra.engine.ports import free_ports, is_free
from infra.engine.settings import EngineConfig
from shared.contracts.counties import DEFAULT, parse
from tests.faults.walks import manual

COUNTIES = {county.name: county.code for county in parse(DEFAULT)}
HEALED_WITHIN = 420.0
"""Seconds. A topic that was made anew is found within five minutes."""
COMMAND_SECONDS = 180.0
_SCHOOL = {"type": "SCHOOL", "level": "LOCAL"}


class System:
    """``names`` has what each actor should be called, in every county."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="norrsam-walk-")).resolve()
        self.folder.chmod(0o711)  # PostgreSQL's user must pass through
        data, base = self.folder / ".norrsam", _free_base()
        kafka, controller, postgres = free_ports(3)
        ports = {name: base + int(code) for name, code in COUNTIES.items()}
        self.engine = Engine(EngineConfig(data, kafka, postgres, controller_port=controller, http_ports=ports))
        self.names: dict[Place, str] = {}
        self.env = {
            "NORRSAM_DATA": str(data),
            "NORRSAM_KAFKA_PORT": str(kafka),
            "NORRSAM_KAFKA_CONTROLLER_PORT": str(controller),
            "NORRSAM_POSTGRES_PORT": str(postgres),
            "NORRSAM_HTTP_BASE": str(base),
        }
        self.type("norrsam up")
        self.users = {name: self.user(name, self.engine.county(name).url) for name in COUNTIES}

    def remove(self) -> None:
        """Stop all of it, and delete its files."""
        self.engine.remove()
        shutil.rmtree(self.folder, ignore_errors=True)

    def keep_logs(self, folder: Path) -> None:
        """Copy the logs of all parts to ``folder``."""
        shutil.copytree(self.engine.config.data / "logs", folder, dirs_exist_ok=True)

    # --- its operator

    def attempt(self, command: str, env: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
        """Type this command in a shell."""
        print(f"      $ {command}", flush=True)
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=self.folder,
            env=self.environment | dict(env or {}),
            capture_output=True,
            text=True,
            check=False,
            timeout=COMMAND_SECONDS,
        )

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which its operator types."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NORRSAM_")}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return kept | self.env | {"PATH": path, "COLUMNS": "200"}

    def type(self, command: str) -> str:
        """Type this command; its output. RuntimeError if it fails."""
        done = self.attempt(command)
        if done.returncode:
            raise RuntimeError(f"{command}: {done.stdout}{done.stderr}")
        return done.stdout

    def follow(self, title: str, *lines: str, **instead: str) -> str:
        """Type these commands of the section, with other names and values ``instead`` of those in it; their output."""
        return "".join(self.type(manual.command(title, line, instead)) for line in lines)

    def pid(self, county: str) -> str:
        """The county's process, as `norrsam status` shows it."""
        found = re.search(rf"^{county} +\S+ +\S+ +(\d+)", self.type("norrsam status"), re.MULTILINE)
        if found is None:
            raise RuntimeError(f"{county} does not run")
        return found[1]

    def look(self) -> str:
        """All that its operator sees: `norrsam links` and the counties' health."""
        done = self.attempt("norrsam links")
        health = []
        for name in COUNTIES:
            try:
                health.append(httpx.get(f"{self.engine.county(name).url}/health/ready", timeout=5).text)
            except httpx.TransportError as error:
                health.append(f"{name}: {error!r}")
        return "\n".join([done.stdout, done.stderr, *health])

    def require_sign(self, sign: str, seconds: float = 150) -> None:
        """Wait until its operator sees ``sign``, with which the runbook leads to a section."""
        ends, seen = time.monotonic() + seconds, ""
        while sign not in (seen := self.look()):
            if time.monotonic() > ends:
                raise RuntimeError(f"nobody sees {sign!r}: {seen}")
            time.sleep(2)

    # --- its users

    def user(self, county: str, url: str) -> DemoCounty:
        """A coordinator of the county, at this address."""
        return DemoCounty(county, url, local_token(self.engine.config.data, county, ["COUNTY_COORDINATOR"]))

    def register(self, county: str, name: str, user: DemoCounty | None = None) -> Place:
        """The county has an actor of this name."""
        actor = (user or self.users[county]).register({**_SCHOOL, "name": name})
        place = actor["county"], actor["id"]
        self.names[place] = name
        return place

    def rename(self, place: Place, name: str) -> None:
        """Its county gives an actor this name."""
        self.users[place[0]].rename(place, name)
        self.names[place] = name

    # --- whether it is sound

    def require_seen(self, *places: Place) -> None:
        """Wait until all counties show these actors as they should."""
        _wait(lambda: self._misnamed(places), 60)

    def require_sound(self) -> None:
        """Wait until nothing is wrong, and what each county writes from now on arrives."""
        began = datetime.now(UTC)
        _wait(lambda: self._misnamed(list(self.names)) + self._wrong(began), HEALED_WITHIN)
        self.require_seen(*(self.register(county, f"Skolan i {county} efteråt") for county in COUNTIES))

    def _misnamed(self, places: Sequence[Place]) -> list[str]:
        try:
            known = {name: user.directory() for name, user in self.users.items()}
        except (httpx.TransportError, RuntimeError) as error:
            return [repr(error)]
        return [
            f"{name} shows {'/'.join(place)} as {shown!r}, not {self.names[place]!r}"
            for name in COUNTIES
            for place in places
            if (shown := known[name].get(place, {}).get("name")) != self.names[place]
        ]

    def _wrong(self, began: datetime) -> list[str]:
        """The faults that `norrsam links` names, and what is not complete until ``began``."""
        done = self.attempt("norrsam links --json")
        if done.returncode:
            return [done.stderr]
        answers: list[dict[str, Any]] = json.loads(done.stdout)
        wrong = [f"{each['county']}: {fault}" for each in answers for fault in each["faults"]]
        for each in answers:
            for link in each["read"]:
                name = f"{each['county']} {link['topic']}"
                wrong += [
                    f"{name}: {what} {link[what]}" for what in ("missing", "behind", "dead_letters") if link[what]
                ]
                until = link["complete_until"]
                if link["stopped"] or until is None or datetime.fromisoformat(until) < began:
                    wrong.append(f"{name} is complete until {until}")
        return wrong


def _wait(problems: Callable[[], Sequence[str]], seconds: float) -> None:
    """Wait until there are no problems; RuntimeError that names some if that takes longer."""
    ends = time.monotonic() + seconds
    while found := problems():
        if time.monotonic() > ends:
            raise RuntimeError(f"not within {seconds:.0f} s: {'; '.join(found[:8])}")
        time.sleep(1)


def _free_base() -> int:
    """A base of which the ports of all counties are free."""
    bases = range(20_000, 32_000, 100)
    return next(base for base in bases if all(is_free(base + int(code)) for code in COUNTIES.values()))
