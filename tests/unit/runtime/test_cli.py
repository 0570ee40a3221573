import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra.cli import main
from infra.cli.main import COMMANDS, GROUPS
from infra.engine.ports import free_ports
from shared.runtime.auth import Authenticator, Principal, Role
from shared.runtime.jwks import Keys
from shared.runtime.settings import Settings

PROJECT = Path(__file__).parents[3]


def norrsam(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept: Mapping[str, str] = {name: value for name, value in os.environ.items() if not name.startswith("NORRSAM_")}
    return subprocess.run(
        [sys.executable, "-m", "infra.cli.main", *words],
        env={**kept, **environment},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_help_lists_every_command() -> None:
    done = norrsam("--help")

    assert done.returncode == 0
    assert {*COMMANDS, *GROUPS} <= set(done.stdout.split())


@pytest.mark.parametrize("command", [*COMMANDS, *GROUPS])
def test_help_on_a_command_describes_it(command: str) -> None:
    done = CliRunner().invoke(main._program([command]), [command, "--help"])

    assert (done.exit_code, done.stderr) == (0, "")
    assert f" {command} " in done.stdout


def test_a_defect_is_not_taken_for_a_wrong_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> None:
        raise KeyError("defect")

    monkeypatch.setattr(main, "_program", fail)

    with pytest.raises(KeyError):
        main.app()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("serve", "--county", "dalarna", "actors"), "There is no county 'dalarna'. NORRSAM_COUNTIES lists norrbotten"),
        (("serve", "--county", "norrbotten", "fishing"), "There is no service 'fishing'."),
        (("migrate", "actors"), "Name one county with --county, or all with --all-counties."),
        (("token", "--county", "norrbotten", "--role", "KING"), "There is no role 'KING'. Roles are READER"),
    ],
)
def test_a_wrong_word_gives_one_sentence_and_exit_status_1(
    words: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["norrsam", *words])

    with pytest.raises(SystemExit) as ended:
        main.app()

    written = capsys.readouterr().err
    assert ended.value.code == 1
    assert written.startswith(f"norrsam: {said}")
    assert len(written.splitlines()) == 1


def test_without_postgres_the_error_names_address_and_setting() -> None:
    (nobody,) = free_ports(1)

    done = norrsam("migrate", "--county", "jamtland", "actors", NORRSAM_POSTGRES=f"postgresql://127.0.0.1:{nobody}")

    assert done.returncode == 1
    assert f"No PostgreSQL answers at 127.0.0.1:{nobody} (NORRSAM_POSTGRES)" in done.stderr


def test_an_unknown_login_is_named_with_its_setting(settings: Settings) -> None:
    done = norrsam(
        "migrate",
        *("--county", "nowhere", "actors"),
        NORRSAM_COUNTIES="nowhere:99",
        NORRSAM_POSTGRES=settings.postgres,
        NORRSAM_DATABASE_PASSWORD="wrong",
    )

    assert done.returncode == 1
    assert done.stderr.startswith("norrsam: nowhere_actors cannot log in")
    assert "NORRSAM_DATABASE_PASSWORD" in done.stderr


async def test_a_printed_token_counts_in_the_local_county(tmp_path: Path) -> None:
    done = norrsam(
        "token",
        *("--county", "norrbotten", "--role", "READER", "--role", "POLICE", "--sub", "eva", "--function", "desk"),
        NORRSAM_DATA=str(tmp_path),
    )
    settings = Settings(data=tmp_path)
    authenticator = Authenticator(Keys(settings.key_set), settings.issuer, "norrbotten")

    principal = await authenticator.authenticate(f"Bearer {done.stdout.strip()}")

    assert principal == Principal("eva", frozenset({Role.READER, Role.POLICE}), "desk", None)


def test_serving_a_county_loads_no_operator_tools() -> None:
    code = "import sys, infra.cli.county, shared.runtime.serve; print(*sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PROJECT)

    assert not {"confluent_kafka", "httpx", "psutil", "jgo", "infra.engine"} & set(loaded.stdout.split())


@pytest.mark.parametrize(
    "words",
    [
        *(("republish", "1", "2"), ("restate",), ("rebuild",), ("recover",)),
        *(("dead-letters", name, "1") for name in ("show", "retry", "discard")),
    ],
)
def test_a_command_on_one_database_asks_for_the_service(words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(main._program([words[0]]), [*words, "--county", "norrbotten"])

    assert done.exit_code == 2
    assert "Missing option '--service'" in done.stderr
