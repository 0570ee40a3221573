"""`norrsam mirror config`: what it prints, and what is said of a folder or file in error."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra.cli.mirror import app
from infra.kafka.folder import KafkaSecrets
from infra.mirror.peers import peering
from shared.runtime.settings import SettingsError, load

Environment = dict[str, str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The peers of norrbotten: jamtland alone."""
    secrets = KafkaSecrets(tmp_path / "kafka")
    secrets.make(["127.0.0.1"], ["norrbotten-mirror"])
    peer = tmp_path / "peers" / "jamtland"
    peer.mkdir(parents=True)
    shutil.copy(secrets.ca, peer / "ca.pem")
    (peer / "password").write_text("of-jamtland")
    (peer / "address").write_text("kafka.jamtland.test:19092\n")
    return tmp_path


@pytest.fixture
def environment(folder: Path) -> Environment:
    return {
        "NORRSAM_KAFKA": "127.0.0.1:19091",
        "NORRSAM_KAFKA_SECURITY": "SASL_SSL",
        "NORRSAM_KAFKA_CA": str(folder / "kafka" / "ca.pem"),
        "NORRSAM_KAFKA_PASSWORDS": str(folder / "kafka" / "passwords"),
        "NORRSAM_PEERS": str(folder / "peers"),
    }


def printed(environment: Environment) -> str:
    said = CliRunner().invoke(app, ["config", "--county", "norrbotten"], env=environment)
    if said.exception:
        raise said.exception
    return said.output


def test_the_configuration_names_passwords_and_tells_none(environment: Environment, folder: Path) -> None:
    text = printed(environment)

    assert "clusters = norrbotten, jamtland\n" in text
    assert "jamtland.bootstrap.servers = kafka.jamtland.test:19092\n" in text
    assert f"${{dir:{folder}/peers/jamtland:password}}" in text
    assert f"${{dir:{folder}/kafka/passwords:norrbotten-mirror}}" in text
    assert "of-jamtland" not in text
    assert (folder / "kafka" / "passwords" / "norrbotten-mirror").read_text() not in text


@pytest.mark.parametrize("name", ["address", "ca.pem", "password"])
def test_a_file_that_is_missing_is_named(environment: Environment, folder: Path, name: str) -> None:
    missing = folder / "peers" / "jamtland" / name
    missing.unlink()

    with pytest.raises(SettingsError, match=f"NORRSAM_PEERS: .*{missing}"):
        printed(environment)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("address", "kafka.jamtland.test", "write host:port"),
        ("ca.pem", "none", "it holds no certificate in PEM"),
        ("password", "", "it must hold ASCII"),
        ("password", "ends\n", "no end of line"),
        ("password", 'quo"ted', "quotes"),
    ],
)
def test_a_file_that_holds_something_else_is_named(
    environment: Environment, folder: Path, name: str, text: str, said: str
) -> None:
    (folder / "peers" / "jamtland" / name).write_text(text)

    with pytest.raises(SettingsError, match=said) as refused:
        printed(environment)

    assert name in str(refused.value)
    assert not text or text not in str(refused.value)


def test_a_password_of_its_own_with_a_line_s_end_is_refused(environment: Environment, folder: Path) -> None:
    own = folder / "kafka" / "passwords" / "norrbotten-mirror"
    own.chmod(0o600)
    own.write_text("ends\n")

    with pytest.raises(SettingsError, match=r"NORRSAM_KAFKA_PASSWORDS: .*norrbotten-mirror: it must hold"):
        printed(environment)


@pytest.mark.parametrize(
    ("county", "said"),
    [("norrbotten", "it has a folder for norrbotten itself"), ("dalarna", "There is no county 'dalarna'")],
)
def test_only_other_counties_are_peers(environment: Environment, folder: Path, county: str, said: str) -> None:
    shutil.copytree(folder / "peers" / "jamtland", folder / "peers" / county)

    with pytest.raises(SettingsError, match=said):
        printed(environment)


def test_a_county_that_nobody_has_joined_has_no_mirror(environment: Environment, folder: Path) -> None:
    shutil.rmtree(folder / "peers" / "jamtland")

    with pytest.raises(SettingsError, match="no county is joined"):
        printed(environment)


def test_two_counties_at_one_address_are_refused(environment: Environment) -> None:
    with pytest.raises(SettingsError, match="at the same address"):
        printed(environment | {"NORRSAM_KAFKA": "kafka.jamtland.test:19092"})


def test_peers_must_be_named(environment: Environment) -> None:
    with pytest.raises(SettingsError, match="NORRSAM_PEERS is not set"):
        printed(environment | {"NORRSAM_PEERS": ""})


def test_where_there_is_no_engine_it_says_so(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.cli.mirror.find_spec", lambda _: None)

    said = CliRunner().invoke(app, ["run", "--county", "norrbotten"], env=environment)

    assert "install norrsam[engine]" in str(said.exception)


def test_a_password_that_was_replaced_shows(
    environment: Environment, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    before = peering(load(), "norrbotten")

    (folder / "peers" / "jamtland" / "password").write_text("another")

    assert peering(load(), "norrbotten").digest != before.digest
    assert peering(load(), "norrbotten").configuration == before.configuration


def test_a_county_that_is_just_being_joined_is_none_yet(
    environment: Environment, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    (folder / "peers" / "jamtland").rename(folder / "peers" / ".jamtland.new")

    assert peering(load(), "norrbotten").others == {}
    assert peering(load(), "norrbotten").configuration == ""
