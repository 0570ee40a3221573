"""PostgreSQL's user: an existing one without privileges, who can reach what it needs."""

import os
import pwd
import tempfile
from pathlib import Path

import pytest

from infra.engine.errors import EngineError
from infra.engine.osuser import reachable, unprivileged_user

NOBODY = 65534


@pytest.fixture
def as_root(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.delenv("NORRSAM_OS_USER", raising=False)
    return monkeypatch


def nobody_exists(_: str) -> pwd.struct_passwd:
    raise KeyError


def test_postgres_runs_as_an_ordinary_user_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert unprivileged_user() is None


def test_root_without_a_usual_user_is_told_the_setting(as_root: pytest.MonkeyPatch) -> None:
    as_root.setattr(pwd, "getpwnam", nobody_exists)
    with pytest.raises(EngineError, match=r"postgres and nobody, exists.*NORRSAM_OS_USER"):
        unprivileged_user()


@pytest.mark.parametrize("name", ["root", "no-such-user"])
def test_root_with_a_bad_setting_is_told_its_value(as_root: pytest.MonkeyPatch, name: str) -> None:
    as_root.setenv("NORRSAM_OS_USER", name)
    with pytest.raises(EngineError, match=f"NORRSAM_OS_USER names '{name}'"):
        unprivileged_user()


def test_a_private_folder_shuts_out_another_user() -> None:
    with tempfile.TemporaryDirectory() as name:
        private = Path(name)  # made for us alone
        assert not reachable(private / "not there yet", NOBODY)
        private.chmod(0o711)
        assert not reachable(private, NOBODY)  # may be passed through, not read
        assert reachable(private / "not there yet", NOBODY)
