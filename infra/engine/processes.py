"""Detached processes that outlive the command that started them, known by a file each.

A process is recorded by its id together with its birth: after a crash or a restart of the machine the same id may
belong to somebody else. Only recorded processes are ever signalled, and a record stays while its process may live.
"""

import atexit
import json
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from infra.engine.birth import birth_of
from infra.engine.errors import EngineError
from infra.engine.osuser import as_user

# Children of this very program. They are kept so that a child which has ended is reaped, and not a zombie.
_children: dict[int, subprocess.Popen[bytes]] = {}


@atexit.register
def _reap() -> None:
    """Reap children that another program has stopped: Python warns about those that it takes for running."""
    for child in _children.values():
        child.poll()


@dataclass(frozen=True, slots=True)
class EngineProcess:
    """One process of an engine: its name, and the folder of its log and record."""

    name: str
    data: Path

    @property
    def log(self) -> Path:
        """The file that its output goes to."""
        return self.data / "logs" / f"{self.name}.log"

    @property
    def record(self) -> Path:
        """The file that names its process."""
        return self.data / "run" / f"{self.name}.json"

    def process(self) -> psutil.Process | None:
        """The running process, or None if it has ended or was never recorded."""
        try:
            pid, birth, _ = self._read()
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None
        with suppress(psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
            process = psutil.Process(pid)
            if birth_of(pid) == birth and _alive(process):
                return process
        return None

    def port(self) -> int:
        """The port in its record."""
        return self._read()[2]

    def require_port(self, port: int, setting: str) -> None:
        """Raise EngineError if the running process was started on another port than ``port``."""
        if (found := self.port()) != port:
            raise EngineError(
                f"{self.name} runs on port {found}, but {setting} says {port} now. "
                f"Stop it first (`norrsam down`), or set {setting} back to {found}."
            )

    def start(
        self,
        command: Sequence[str | Path],
        *,
        port: int,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        user: int | None = None,
    ) -> psutil.Process:
        """Start the command in a session of its own, with its output in the log, and record it."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.record.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            child = subprocess.Popen(  # noqa: S603
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=None if env is None else dict(env),
                cwd=cwd or self.data,
                start_new_session=True,
                **as_user(user),
            )
        _children[child.pid] = child
        try:
            return self._write(child.pid, port)
        except BaseException:
            child.kill()  # an interrupted start leaves nothing that nobody knows of
            raise

    def stop(self, patience: float, how: signal.Signals = signal.SIGTERM) -> bool:
        """Stop the process and its children, by force after ``patience`` seconds; False if none has been ended."""
        return bool(stop_all([self], patience, how))

    def kill(self) -> bool:
        """End the process and its children as a crash does (SIGKILL); False if none has been ended."""
        return self.stop(patience=0, how=signal.SIGKILL)

    def require_running(self) -> None:
        """Raise EngineError, with the last lines of its log, unless the process runs."""
        if self.process() is None:
            raise EngineError(f"{self.name} ended before it was ready. {self.last_words()}")

    def last_words(self, lines: int = 8) -> str:
        """The path of its log, and its last lines."""
        try:
            text = self.log.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return "It wrote no log."
        return f"The end of its log, {self.log}:\n" + "\n".join(text.rstrip().splitlines()[-lines:])

    def _write(self, pid: int, port: int) -> psutil.Process:
        process = psutil.Process(pid)
        written = self.record.with_suffix(".new")
        written.write_text(json.dumps({"pid": pid, "birth": birth_of(pid), "port": port}))
        written.replace(self.record)  # a record is whole, or not there
        return process

    def _read(self) -> tuple[int, str, int]:
        found = json.loads(self.record.read_text())
        return int(found["pid"]), str(found["birth"]), int(found["port"])


def recorded_parts(data: Path) -> list[EngineProcess]:
    """Every part that has a record in the data folder, running or not."""
    return [EngineProcess(record.stem, data) for record in sorted((data / "run").glob("*.json"))]


def stop_all(parts: Iterable[EngineProcess], patience: float, how: signal.Signals = signal.SIGTERM) -> list[str]:
    """Stop these parts and their children, by force after ``patience`` seconds; the names of those that have ended.

    A part that cannot be ended keeps its record.
    """
    running = [(part, process) for part in parts if (process := part.process()) is not None]
    family = with_children(process for _, process in running)
    for _, process in running:
        _signal(process, how)
    _wait(family, patience)
    for process in family:
        if _alive(process):
            _signal(process, signal.SIGKILL)
    _wait(family, patience=10)
    ended = [part for part, process in running if not _alive(process)]
    for part in ended:
        part.record.unlink(missing_ok=True)
    return [part.name for part in ended]


def _signal(process: psutil.Process, how: signal.Signals) -> None:
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):  # another user's process is named by the caller
        process.send_signal(how)


def _wait(family: Iterable[psutil.Process], patience: float) -> None:
    deadline = time.monotonic() + patience
    while any(_alive(process) for process in family) and time.monotonic() < deadline:
        time.sleep(0.02)


def with_children(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """These processes and their descendants."""
    family: list[psutil.Process] = []
    for process in processes:
        family.append(process)
        with suppress(psutil.NoSuchProcess):
            family += process.children(recursive=True)
    return family


def _alive(process: psutil.Process) -> bool:
    """Whether the process has not ended. A killed one may look like a zombie while its threads still hold a port."""
    if (child := _children.get(process.pid)) is not None:
        if child.poll() is None:  # our own children are asked directly: that reaps them too
            return True
        del _children[process.pid]
        return False
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and (process.status() != psutil.STATUS_ZOMBIE or process.num_threads() > 1)
    return False
