"""`norrsam import` against a county's process, with the local key."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner, Result

from infra.cli.import_ import import_, shipped
from infra.engine import Engine, temporary_engine
from tests.support import databases


@pytest.fixture(scope="module")
def county() -> Iterator[tuple[Engine, str]]:
    """A running Jämtland, and its address."""
    with temporary_engine(kafka=False) as engine:
        engine.migrate(["jamtland"], ["actors"])
        databases.begin(engine, "jamtland_actors")
        yield engine, engine.start_county("jamtland", ["actors"])


def run(county: tuple[Engine, str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    engine, url = county
    monkeypatch.setenv("NORRSAM_DATA", str(engine.config.data))
    app = Typer()
    app.command()(import_)
    return CliRunner().invoke(app, ["--county", "jamtland", "--url", url, *arguments])


def test_the_shipped_directory_is_tried_and_then_imported_once(
    county: tuple[Engine, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = run(county, monkeypatch, "--dry-run")

    assert (tried.exit_code, tried.stdout) == (
        0,
        "jamtland: 12 would be registered, 0 would be changed, 0 would be unchanged\n",
    )
    assert run(county, monkeypatch).stdout == "jamtland: 12 registered, 0 changed, 0 unchanged\n"
    assert run(county, monkeypatch).stdout == "jamtland: 0 registered, 0 changed, 12 unchanged\n"


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_a_bad_row_is_told_by_line_and_fails_the_command(
    county: tuple[Engine, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, more: tuple[str, ...]
) -> None:
    file = tmp_path / "actors.csv"
    file.write_text(shipped("jamtland").read_text("utf-8").replace("kommun-2380", "kommun-2303"), "utf-8")

    result = run(county, monkeypatch, str(file), *more)

    assert result.exit_code == 1
    assert "jamtland: line 10: its actor is on line 3 already" in result.stderr


def test_a_wrong_address_or_token_is_told(county: tuple[Engine, str], monkeypatch: pytest.MonkeyPatch) -> None:
    away = run(county, monkeypatch, "--url", "http://127.0.0.1:9")

    assert (away.exit_code, "nothing answers at" in away.stderr) == (1, True)

    refused = run(county, monkeypatch, "--token", "x")
    assert (refused.exit_code, "token" in refused.stderr) == (1, True)
