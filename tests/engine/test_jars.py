"""Jars: only what the lock says reaches the class path."""

import gc
import hashlib
import threading
import warnings
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jgo.maven._core
import pytest

from infra.engine.errors import EngineError
from infra.engine.jars import fetch_jars, read_lock

GOOD = b"what the jar holds"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A repository of this machine, in place of the public one; gives the folder of its one jar."""
    folder = tmp_path / "repository" / "se" / "example" / "thing" / "1.0"
    folder.mkdir(parents=True)
    (folder / "thing-1.0.jar").write_bytes(GOOD)
    (folder / "thing-1.0.jar.sha1").write_text(hashlib.sha1(GOOD).hexdigest())
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path / "repository"))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setattr(jgo.maven._core, "DEFAULT_REMOTE_REPOS", {"here": address})
        yield folder
        server.shutdown()
        thread.join()
    with warnings.catch_warnings():  # jgo leaves the connection of a refused download to the garbage collector
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def lock(folder: Path, content: bytes, coordinates: str = "se.example:thing:1.0") -> Path:
    path = folder / "jars.lock"
    path.write_text(f"# made by hand\n{hashlib.sha256(content).hexdigest()} {coordinates}\n")
    return path


def silent(done: int, total: int) -> None:
    pass


def test_missing_jars_are_downloaded_and_progress_is_told(tmp_path: Path, repository: Path) -> None:
    told: list[tuple[int, int]] = []
    [jar] = fetch_jars(tmp_path / "cache", lambda done, total: told.append((done, total)), lock(tmp_path, GOOD))
    assert (jar.read_bytes(), told) == (GOOD, [(0, 1), (1, 1)])


def test_a_download_with_another_sha256_is_thrown_away(tmp_path: Path, repository: Path) -> None:
    with pytest.raises(EngineError, match=r"se.example:thing:1.0 has sha256 [0-9a-f]{64}, but jars.lock says"):
        fetch_jars(tmp_path / "cache", silent, lock(tmp_path, b"something else"))
    assert list((tmp_path / "cache" / "jars").iterdir()) == []


def test_a_damaged_jar_in_the_cache_is_replaced(tmp_path: Path, repository: Path) -> None:
    damaged = tmp_path / "cache" / "jars" / "thing-1.0.jar"
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(GOOD[:-3])
    fetch_jars(tmp_path / "cache", silent, lock(tmp_path, GOOD))
    assert damaged.read_bytes() == GOOD


def test_a_jar_that_no_repository_has_is_named(tmp_path: Path, repository: Path) -> None:
    with pytest.raises(EngineError, match=r"se.example:other:2.0.*could not be downloaded.*NORRSAM_KAFKA"):
        fetch_jars(tmp_path / "cache", silent, lock(tmp_path, GOOD, "se.example:other:2.0"))


def test_jars_in_the_cache_need_no_network(tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = lock(tmp_path, GOOD)
    fetch_jars(tmp_path / "cache", silent, path)
    monkeypatch.setattr(jgo.maven._core, "DEFAULT_REMOTE_REPOS", {"nowhere": "http://127.0.0.1:1"})
    assert len(fetch_jars(tmp_path / "cache", silent, path)) == 1
    with pytest.raises(EngineError, match="The first start needs the network"):
        fetch_jars(tmp_path / "another cache", silent, path)


def test_the_committed_lock_pins_one_version_of_kafka() -> None:
    jars = read_lock()
    assert {jar.version for jar in jars if jar.group == "org.apache.kafka"} == {"4.3.1"}
    assert len({jar.file_name for jar in jars}) == len(jars) == 94
    assert all(len(jar.sha256) == 64 for jar in jars)
