"""`./county`: docker compose for one county, whatever the shell exports."""

import os
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what `./county` needs, with an env file, and a Docker that prints what it is asked."""
    (tmp_path / "counties").mkdir()
    (tmp_path / "counties" / "gotland.env").write_text("NORRSAM_COUNTY=gotland\nNORRSAM_FOLDER=files\n")
    (tmp_path / "county").write_bytes((PROJECT / "county").read_bytes())
    (tmp_path / "docker").write_text('#!/bin/sh\n[ "$2" = version ] || { echo "$@"; env; }\n')
    for name in ("county", "docker"):
        (tmp_path / name).chmod(0o755)
    return tmp_path


def county(copy: Path, *words: str, **exported: str) -> "subprocess.CompletedProcess[str]":
    env = {"PATH": f"{copy}:{os.environ['PATH']}", **exported}
    return subprocess.run([copy / "county", *words], env=env, capture_output=True, text=True, check=False)


def test_an_exported_variable_does_not_choose_the_county(copy: Path) -> None:
    done = county(copy, "gotland", "up", NORRSAM_COUNTY="norrbotten", COMPOSE_PROJECT_NAME="norrsam_norrbotten")

    assert done.stdout.splitlines()[0] == "compose --env-file counties/gotland.env --progress quiet up"
    assert not {"NORRSAM_COUNTY", "COMPOSE_PROJECT_NAME"} & {
        line.partition("=")[0] for line in done.stdout.splitlines()
    }
    assert f"NORRSAM_OPERATOR={os.getuid()}:{os.getgid()}" in done.stdout.splitlines()


def test_down_leaves_no_profile_running(copy: Path) -> None:
    done = county(copy, "gotland", "down")

    assert done.stdout.splitlines()[0] == "compose --env-file counties/gotland.env --progress quiet --profile * down"


def test_a_county_without_an_env_file_of_its_own_is_refused(copy: Path) -> None:
    (copy / "counties" / "norrbotten.env").write_text("NORRSAM_COUNTY=gotland\n")

    for name in ("norrbotten", "jamtland"):
        done = county(copy, name, "down")
        assert (done.returncode, done.stdout) == (1, "")
        assert f"counties/{name}.env" in done.stderr
