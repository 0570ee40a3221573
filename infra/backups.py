"""Dumps a service's database with PostgreSQL's pg_dump, and puts a dump back with its pg_restore.

Invariant: a file with the name of a dump is complete.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BufferedReader, BufferedWriter
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from infra.age import SUFFIX, BackupKey, encrypt
from infra.engine.errors import EngineError
from infra.engine.programs import programs

_NOT_IN_A_COMMAND = {"user", "password", "dbname", "database"}
_PARTIAL = ".part"


class BackupError(EngineError):
    """A backup failed, or a dump was not put back; the message names what was wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Login:
    """How a service's login role reaches a database; ``server`` is a URL, ``version`` its major version."""

    role: str
    database: str
    server: str
    password: str
    version: int

    @property
    def address(self) -> str:
        """The database's URL for a command line: without a password."""
        parts = urlsplit(self.server)
        asked = urlencode([pair for pair in parse_qsl(parts.query) if pair[0] not in _NOT_IN_A_COMMAND])
        where = f"{self.role}@{parts.netloc.rpartition('@')[2]}"
        return urlunsplit(("postgresql", where, self.database, asked, ""))

    @property
    def environment(self) -> dict[str, str]:
        """The environment of pg_dump and pg_restore. Without a password here, they use the user's pgpass file."""
        told = {**os.environ, "LC_ALL": "C", "TZ": "UTC", "PGCONNECT_TIMEOUT": "5"}
        return told | {"PGPASSWORD": self.password} if self.password else told


@dataclass(frozen=True, slots=True)
class Contents:
    """The header of a dump: whose it is, and when it was made (UTC)."""

    database: str
    made_at: datetime


def dump(login: Login, folder: Path, recipients: Sequence[BackupKey] = ()) -> Path:
    """Dump the database, as of one moment, to a new file in ``folder``; BackupError, and no file, if that fails.

    With ``recipients`` it is encrypted to them on its way: nothing is on the disk in the clear, and nobody here can
    look into the file.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = folder / f"{login.database}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.dump{SUFFIX if recipients else ''}"
    handle, name = tempfile.mkstemp(_PARTIAL, f".{place.name}-", folder)  # its owner's alone: there are names in it
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            if recipients:
                _dump_encrypted(login, file, recipients)
        if not recipients:
            _run("pg_dump", login, "--format=custom", f"--file={partial}", f"--dbname={login.address}")
            inspect(partial, login.version)
        if place.exists():
            raise BackupError(f"{place} exists: of the same second, or the clock was set back. Try again in a second.")
        partial.rename(place)
        _make_lasting(folder)
    finally:
        partial.unlink(missing_ok=True)
    return place


def inspect(file: Path, version: int) -> Contents:
    """Read the header of a dump; BackupError if a pg_restore of ``version`` or later cannot read the file."""
    command: list[str | Path] = [programs(version) / "pg_restore", "--list", file]
    told = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
    done = subprocess.run(command, env=told, capture_output=True, text=True, check=False)  # noqa: S603
    name = re.search(r"^; +dbname: (.+)$", done.stdout, re.MULTILINE)
    made = re.search(r"^; Archive created at (.+) UTC$", done.stdout, re.MULTILINE)
    if done.returncode or not name or not made:
        raise BackupError(f"{file} is no dump that can be put back: {done.stderr.strip() or 'it has no list'}")
    return Contents(name[1], datetime.fromisoformat(made[1]).replace(tzinfo=UTC))


def fill(login: Login, file: Path) -> None:
    """Load the dump into the empty database in one transaction; BackupError if that fails."""
    _run(
        "pg_restore",
        login,
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        f"--dbname={login.address}",
        str(file),
    )


def _dump_encrypted(login: Login, file: BufferedWriter, recipients: Sequence[BackupKey]) -> None:
    command: list[str | Path] = [
        programs(login.version) / "pg_dump",
        "--no-password",
        "--format=custom",
        f"--dbname={login.address}",
    ]
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(command, env=login.environment, stdout=subprocess.PIPE, stderr=said) as dumping:  # noqa: S603
            assert isinstance(dumping.stdout, BufferedReader)
            encrypt(dumping.stdout, file, recipients)
        if dumping.returncode:
            said.seek(0)
            raise BackupError(f"pg_dump failed on {login.database}: {said.read().decode(errors='replace').strip()}")
    file.flush()
    os.fsync(file.fileno())


def _run(program: str, login: Login, *words: str) -> None:
    command: list[str | Path] = [programs(login.version) / program, "--no-password", *words]
    done = subprocess.run(command, env=login.environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise BackupError(f"{program} failed on {login.database}: {done.stderr.strip()}")


def _make_lasting(folder: Path) -> None:
    """Flush the folder, so that the new name outlives a power cut. pg_dump has flushed the file."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
