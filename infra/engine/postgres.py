"""Creates, starts and stops one PostgreSQL server on this machine.

The programs come from a package; the start is our own, because the package's server class adds users and changes the
modes of folders that are not its own.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from infra.engine.binaries import program_folder
from infra.engine.databases import answers
from infra.engine.errors import EngineError
from infra.engine.osuser import as_user, reachable, unprivileged_user
from infra.engine.ports import HOST, require_free
from infra.engine.private import password
from infra.engine.processes import EngineProcess

PORT_SETTING = "NORRSAM_POSTGRES_PORT"
SYSTEM_DATA = Path("/var/lib/norrsam")
_READY_WITHIN = 60.0
_CHEAP = ("--no-sync", "--set=scram_iterations=1")  # many iterations protect weak passwords: these are long and random


@dataclass(frozen=True, slots=True)
class Postgres:
    """A PostgreSQL that belongs to the data folder ``data``."""

    data: Path
    port: int
    fsync: bool = True

    @property
    def part(self) -> EngineProcess:
        """Its process."""
        return EngineProcess("postgres", self.data)

    @property
    def admin_dsn(self) -> str:
        """The superuser's URL of the maintenance database, with the password."""
        return f"postgresql://postgres:{password(self.data, 'postgres-admin')}@{HOST}:{self.port}/postgres"

    @property
    def folder(self) -> Path:
        """The folder of its files: in the data folder, or under /var/lib if its user cannot reach that."""
        own = self.data / "postgres"
        name = hashlib.sha256(str(self.data.resolve()).encode()).hexdigest()[:12]
        apart = SYSTEM_DATA / name / "postgres"
        if own.exists() or (not apart.exists() and reachable(own, unprivileged_user())):
            return own
        return apart

    def start(self) -> bool:
        """Start it and wait until it accepts logins; False if it runs already. After a failure it is stopped again."""
        started = self.launch()
        try:
            self.wait_until_ready()
        except BaseException:
            if started:
                self.part.kill()
            raise
        return started

    def launch(self) -> bool:
        """Start its process, without waiting until it is ready; False if it runs already."""
        if self.part.process() is not None:
            self.part.require_port(self.port, PORT_SETTING)
            return False
        self.require_ports()
        folder = self.folder
        user = _owner(folder) if folder.exists() else unprivileged_user()
        programs = program_folder(user)
        if not folder.exists():
            self._make(programs, folder, user)
        _forget_dead_server(folder)
        command: list[str | Path] = [programs / "postgres", "-D", folder, *self._settings()]
        self.part.start(command, port=self.port, cwd=folder, env=_environment(), user=user)
        return True

    @property
    def ports(self) -> tuple[int, ...]:
        """The port that it listens on."""
        return (self.port,)

    def require_ports(self) -> None:
        """Raise PortTakenError unless its port is free."""
        require_free(self.port, "PostgreSQL", PORT_SETTING)

    def wait_until_ready(self) -> None:
        """Wait until it accepts a login; EngineError with its last log lines if it ends or takes 60 s."""
        deadline = time.monotonic() + _READY_WITHIN
        while not answers(self.admin_dsn):
            self.part.require_running()
            if time.monotonic() > deadline:
                raise EngineError(f"PostgreSQL did not answer in {_READY_WITHIN:.0f} s. {self.part.last_words()}")
            time.sleep(0.05)

    def stop(self) -> bool:
        """Stop it after a checkpoint; False if it did not run."""
        return self.part.stop(patience=20, how=signal.SIGINT)  # SIGINT: end sessions, then stop in good order

    def kill(self) -> bool:
        """End it as a crash does (SIGKILL); False if it did not run."""
        return self.part.kill()

    def remove(self) -> None:
        """Delete its files, including those outside of the data folder."""
        folder = self.folder
        shutil.rmtree(folder, ignore_errors=True)
        if folder.parent != self.data:
            shutil.rmtree(folder.parent, ignore_errors=True)
            with suppress(OSError):  # other data folders may keep theirs there
                SYSTEM_DATA.rmdir()

    def _make(self, programs: Path, folder: Path, user: int | None) -> None:
        """Make a new cluster in ``folder``. It appears there complete, or not at all."""
        staging = folder.with_name("postgres.new")
        _own_folder(staging, user)
        with tempfile.NamedTemporaryFile("w", dir=folder.parent, prefix=".pw-") as file:
            file.write(password(self.data, "postgres-admin"))
            file.flush()
            if user is not None:
                os.chown(file.name, user, -1)
            command: list[str | Path] = [programs / "initdb", "-D", staging, f"--pwfile={file.name}"]
            command += ["--username=postgres", "--auth=scram-sha-256", "--data-checksums"]
            command += ["--encoding=UTF8", "--locale=C.UTF-8", *([] if self.fsync else _CHEAP)]
            run = subprocess.run(  # noqa: S603
                command, cwd=staging, env=_environment(), capture_output=True, text=True, check=False, **as_user(user)
            )
        if run.returncode != 0:
            shutil.rmtree(staging, ignore_errors=True)
            raise EngineError(f"PostgreSQL's initdb failed in {staging}: {(run.stderr or run.stdout).strip()}")
        staging.rename(folder)

    def _settings(self) -> list[str]:
        """Options for a small local server. TCP only, since the path of a socket is limited to 107 bytes."""
        settings = {
            "listen_addresses": HOST,
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 300,
            "shared_buffers": "64MB",
            "work_mem": "4MB",
            "maintenance_work_mem": "32MB",
            "max_wal_size": "256MB",
            "io_method": "sync",
            "max_logical_replication_workers": 0,
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if not self.fsync:
            settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]


def _environment() -> dict[str, str]:
    """An environment without the caller's PG… variables, which would move the port or the folder."""
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _own_folder(folder: Path, user: int | None) -> None:
    """Make ``folder``, empty and owned by ``user``, and the missing folders above it."""
    missing = [path for path in (folder.parent, *folder.parent.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir()
        path.chmod(0o755)
    shutil.rmtree(folder, ignore_errors=True)  # what an interrupted start has left
    folder.mkdir(mode=0o700)
    if user is not None:
        os.chown(folder, user, -1)


def _owner(folder: Path) -> int | None:
    """The owner of the files, if root starts the server: they keep their owner. None for an ordinary user."""
    return (folder.stat().st_uid or None) if os.geteuid() == 0 else None


def _forget_dead_server(folder: Path) -> None:
    """Remove the lock file of a server that has ended, even if another program has its process id now."""
    lock = folder / "postmaster.pid"
    try:
        pid = int(lock.read_text().split("\n", 1)[0])
        if psutil.Process(pid).name() == "postgres":
            return
    except (FileNotFoundError, ValueError):
        return
    except psutil.NoSuchProcess:
        pass
    lock.unlink(missing_ok=True)
