"""Downloads Kafka's jars once, as the committed lock file lists them, and checks them at each start.

Nothing reaches the class path whose sha256 is not the lock's: a file is put in its place only after the check, and
checked again at each start (a tenth of a second for all).
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from jgo.maven import MavenContext, PythonResolver

from infra.engine.errors import EngineError

LOCK = Path(__file__).parent.parent / "kafka" / "jars.lock"
_AT_ONCE = 8
_TRIES = 3

OnBytes = Callable[[int, int], None]
"""Called with (jars that are there, jars in all)."""


@dataclass(frozen=True, slots=True)
class Jar:
    """One line of the lock."""

    sha256: str
    group: str
    artifact: str
    version: str

    @property
    def file_name(self) -> str:
        """The name of the jar in the cache."""
        return f"{self.artifact}-{self.version}.jar"

    def __str__(self) -> str:
        return f"{self.group}:{self.artifact}:{self.version}"


def read_lock(lock: Path = LOCK) -> list[Jar]:
    """Read a lock file; its jars in order."""
    lines = [line.split() for line in lock.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [Jar(sha256, *coordinates.split(":")) for sha256, coordinates in lines]


def fetch_jars(cache: Path, progress: OnBytes, lock: Path = LOCK) -> list[Path]:
    """Download missing or damaged jars into ``cache``; the paths of all jars, in the lock's order."""
    jars, folder = read_lock(lock), cache / "jars"
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        good = list(pool.map(lambda jar: _sha256(folder / jar.file_name) == jar.sha256, jars))
        missing = [jar for jar, there in zip(jars, good, strict=True) if not there]
        if missing:
            _download_all(pool, missing, folder, lambda done: progress(len(jars) - len(missing) + done, len(jars)))
    return [folder / jar.file_name for jar in jars]


def _download_all(pool: ThreadPoolExecutor, jars: Iterable[Jar], folder: Path, done: Callable[[int], None]) -> None:
    done(0)
    work = [pool.submit(_download, jar, folder) for jar in jars]
    try:
        for number, finished in enumerate(as_completed(work), start=1):
            finished.result()
            done(number)
    except BaseException:
        pool.shutdown(wait=True, cancel_futures=True)
        raise


def _download(jar: Jar, folder: Path) -> None:
    """Download the jar into ``folder``. It appears there complete and checked, or not at all."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=".download-") as staging:
        path = _resolve(jar, Path(staging))
        found = _sha256(path)
        if found != jar.sha256:
            (folder / jar.file_name).unlink(missing_ok=True)
            raise EngineError(
                f"The download of {jar} has sha256 {found}, but {LOCK.name} says {jar.sha256}; it was thrown away. "
                "Try again; if it stays so, the source of the download, or the lock file, is not to be trusted."
            )
        os.replace(path, folder / jar.file_name)


def _resolve(jar: Jar, staging: Path) -> Path:
    problem: Exception | None = None
    for attempt in range(_TRIES):
        # A folder for each try: what an interrupted download leaves is never taken for the jar.
        context = MavenContext(resolver=PythonResolver(), repo_cache=staging / str(attempt), timeout=30)
        try:
            return Path(context.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve())
        except (OSError, RuntimeError) as error:  # requests' errors are OSErrors; jgo raises RuntimeError
            problem = error
    hint = "REQUESTS_CA_BUNDLE names the certificates to trust. " if "CERTIFICATE" in str(problem) else ""
    raise EngineError(
        f"{jar}, a part of Kafka, could not be downloaded ({problem}). {hint}The first start needs the network, "
        "later ones do not; or point NORRSAM_KAFKA at a Kafka that runs already."
    )


def _sha256(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None
