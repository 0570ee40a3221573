"""A partner's bundle is opened by the example that an agency is given, and has all that it reads with."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra.cli import partners
from infra.kafka.folder import KafkaSecrets
from infra.mirror.keys import own_keys
from infra.partners.bundle import in_words, types
from infra.partners.folder import agreement
from shared.runtime.settings import Settings
from tests.unit.partners.test_agreements import GOOD, settings

__all__ = ["settings"]
OPENER = Path(__file__).parents[3] / "docs" / "examples" / "open_bundle.py"
USER = "norrbotten-partner-police"


@pytest.fixture
def agency(tmp_path: Path) -> Path:
    """The agency's own folder, where it has made its key."""
    folder = tmp_path / "agency"
    folder.mkdir()
    opened(folder, "key", "police")
    return folder


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """Those of the county, where the partner has a password already."""
    KafkaSecrets(tmp_path / "secrets" / "kafka").make(["kafka.norrbotten.test"], [USER])
    return tmp_path / "secrets"


def opened(folder: Path, *words: str) -> str:
    done = subprocess.run([sys.executable, OPENER, *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def bundled(tmp_path: Path, *more: str) -> tuple[int, str]:
    """The exit status of `norrsam partners bundle`, and what it says."""
    (tmp_path / "police.toml").write_text(GOOD)
    words = ["bundle", "police", "--county", "norrbotten", "--to", str(tmp_path / "police.bundle")]
    said = CliRunner().invoke(
        partners.app,
        [*words, "--folder", str(tmp_path / "secrets"), "--key", str(tmp_path / "agency" / "police.key"), *more],
        env={
            "NORRSAM_PARTNERS": str(tmp_path),
            "NORRSAM_KAFKA": "kafka.norrbotten.test:19092",
            "NORRSAM_COUNTIES": "norrbotten:25,jamtland:23",
            "NORRSAM_PUBLIC_URL": "https://norrbotten.test",
        },
    )
    return said.exit_code, said.output or str(said.exception)


def test_an_agency_opens_its_bundle_with_the_example(tmp_path: Path, agency: Path, secrets: Path) -> None:
    status, said = bundled(tmp_path)
    (agency / "norrbotten.key").write_text(own_keys(secrets, "norrbotten").text())

    told = opened(agency, "open", "norrbotten.key", str(tmp_path / "police.bundle"))

    password = (secrets / "kafka" / "passwords" / USER).read_text()
    assert status == 0, said
    assert own_keys(secrets, "norrbotten").fingerprint in told
    assert (agency / "ca.pem").read_text() == (secrets / "kafka" / "ca.pem").read_text()
    assert f'username="{USER}" password="{password}";' in (agency / "client.properties").read_text()
    assert f"sasl.password={password}\n" in (agency / "kcat.conf").read_text()
    assert "jamtland.shared.trainings.v1\n" in (agency / "topics").read_text()
    assert "https://norrbotten.test/schemas/se.norrsam.actors.ActorRegistered.v1\n" in (agency / "schemas").read_text()
    assert "Diarienummer: BD 2026-1234\n" in (agency / "avtal.txt").read_text()
    assert password not in told + said + (tmp_path / "police.bundle").read_text()


def test_a_bundle_tells_of_agreed_streams_alone(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "police.toml").write_text(GOOD)
    agreed = agreement(settings, "police")

    words = in_words("norrbotten", agreed, ["norrbotten"], 24)

    assert {each.split(".")[2] for each in types(agreed)} == {"actors", "trainings"}
    assert "- trainings: " in words
    assert "meetings" not in words


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--address", "127.0.0.1:19092"), "certificate is for kafka.norrbotten.test, not for 127.0.0.1"),
        (("--address", "nowhere"), "--address is 'nowhere': write host:port"),
    ],
)
@pytest.mark.usefixtures("agency", "secrets")
def test_an_address_that_nobody_could_use_is_refused(tmp_path: Path, more: tuple[str, ...], said: str) -> None:
    status, output = bundled(tmp_path, *more)

    assert status == 1
    assert said in output


@pytest.mark.usefixtures("agency")
def test_a_partner_without_password_is_to_be_applied_first(tmp_path: Path, secrets: Path) -> None:
    (secrets / "kafka" / "passwords" / USER).unlink()

    assert "`norrsam partners apply --county norrbotten` makes the password" in bundled(tmp_path)[1]


@pytest.mark.usefixtures("secrets")
def test_the_key_of_another_agency_is_refused(tmp_path: Path, agency: Path) -> None:
    key = json.loads((agency / "police.key").read_text())
    (agency / "police.key").write_text(json.dumps(key | {"county": "customs"}))

    assert "has the key of another agency than police" in bundled(tmp_path)[1]


@pytest.mark.usefixtures("agency")
def test_only_the_agency_can_read_its_private_key(agency: Path) -> None:
    assert (agency / "private.json").stat().st_mode & 0o777 == 0o600
    assert '"d"' not in (agency / "police.key").read_text()
