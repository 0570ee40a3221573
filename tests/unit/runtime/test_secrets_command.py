"""`norrsam secrets`: what it makes, who can read it, and when it ends."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from infra import authority
from infra.cli.secrets import app
from infra.engine.private import new_password, rewrite
from infra.kafka.folder import KafkaSecrets


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def init(folder: Path) -> list[str]:
    said = run("init", "actors", "--county", "jamtland", "--kafka", "kafka.test", "--folder", str(folder))
    assert said.exit_code == 0, said.output
    return said.output.splitlines()


def test_a_county_s_secrets_are_made_once(tmp_path: Path) -> None:
    made = init(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    again = init(tmp_path)

    assert made[:4] == ["jamtland_actors: made", "ca.pem: made", "broker: made", "administrator: made"]
    assert "jamtland-meetings: made" in made
    assert "norrbotten-mirror: made" in made  # it takes what jamtland shares
    assert "norrbotten-actors: made" not in made
    assert all(line.endswith("already there") for line in again)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_the_workspace_has_a_password_too(tmp_path: Path) -> None:
    made = run("init", "--county", "jamtland", "--folder", str(tmp_path)).output.splitlines()

    assert "jamtland_workspace: made" in made
    assert "jamtland_actors: made" in made


def test_only_their_owner_comes_at_the_secrets(tmp_path: Path) -> None:
    init(tmp_path)

    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert modes["kafka"] == modes["passwords"] == 0o700
    assert modes["ca.key"] == modes["administrator.pem"] == 0o600
    assert modes["broker.pem"] == 0o444  # the user of Kafka's container
    assert tmp_path.stat().st_mode & 0o777 == 0o700


def test_a_composition_s_secrets_are_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NORRSAM_PEERS", str(tmp_path / "peers"))
    folder = tmp_path / "secrets"
    words = (
        "init",
        "actors",
        "--county",
        "jamtland",
        "--gateway",
        "https://jamtland.test:8123",
        "--gateway",
        "https://samverkan.jamtland.test:8223",
        "--gateway",
        "",
        "--folder",
        str(folder),
    )

    made, again = run(*words).output.splitlines(), run(*words).output.splitlines()

    names = ["postgres", "gateway", "login-key", "oidc-secret"]
    assert made[1:] == [f"{name}: made" for name in names]
    assert again[1:] == [f"{name}: already there" for name in names]
    certificate = folder / "gateway" / "gateway.pem"
    assert authority.hosts_of(certificate) == ["jamtland.test", "samverkan.jamtland.test"]
    assert "PRIVATE KEY" in certificate.read_text()  # in the one file that the container is given
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert (modes["gateway.pem"], modes["postgres"], modes["ca.key"]) == (0o444, 0o444, 0o600)
    assert modes["login-key"] == modes["oidc-secret"] == 0o600  # the workspace refuses what others can read
    assert modes["workspace"] == modes["gateway"] == modes["secrets"] == modes["peers"] == 0o700


def test_a_new_certificate_of_the_gateway_is_for_the_same_name(tmp_path: Path) -> None:
    run("init", "actors", "--county", "jamtland", "--gateway", "https://jamtland.test", "--folder", str(tmp_path))
    certificate = tmp_path / "gateway" / "gateway.pem"
    before = certificate.read_bytes()

    said = run("rotate", "gateway", "--folder", str(tmp_path))

    assert said.output == "gateway: replaced; the gateway takes it at its next start\n"
    assert certificate.read_bytes() != before
    assert (authority.hosts_of(certificate), certificate.stat().st_mode & 0o777) == (["jamtland.test"], 0o444)


def test_an_operator_s_own_certificate_is_not_replaced(tmp_path: Path) -> None:
    run("init", "actors", "--county", "jamtland", "--gateway", "https://jamtland.test", "--folder", str(tmp_path))
    (tmp_path / "gateway" / "ca.key").unlink()

    said = run("rotate", "gateway", "--folder", str(tmp_path))

    assert "there is no authority" in str(said.exception)


def test_a_gateway_without_an_address_is_named(tmp_path: Path) -> None:
    said = run("init", "actors", "--county", "jamtland", "--gateway", "jamtland.test", "--folder", str(tmp_path))

    assert "--gateway is 'jamtland.test'" in str(said.exception)


def test_a_certificate_is_for_the_names_of_its_kafka(tmp_path: Path) -> None:
    init(tmp_path)

    assert authority.hosts_of(tmp_path / "kafka" / "broker.pem") == ["kafka.test"]
    assert authority.hosts_of(tmp_path / "kafka" / "administrator.pem") == []


@pytest.mark.parametrize(("days", "status"), [(31, 0), (29, 1)])
def test_the_list_of_certificates_fails_30_days_before(tmp_path: Path, days: int, status: int) -> None:
    secrets = KafkaSecrets(tmp_path / "kafka")
    secrets.make(["kafka.test"], [])
    authority.issue(secrets.folder, "broker", ["kafka.test"], days=days)

    said = run("list", "--folder", str(tmp_path))

    assert said.exit_code == status
    assert [line.split()[0] for line in said.output.splitlines()] == ["ca.pem", "broker.pem", "administrator.pem"]
    assert f"{days - 1} days" in said.output


def test_the_list_has_the_gateway_s_certificate(tmp_path: Path) -> None:
    KafkaSecrets(tmp_path / "kafka").make(["kafka.test"], [])
    run("init", "actors", "--county", "jamtland", "--gateway", "https://jamtland.test", "--folder", str(tmp_path))

    assert [line.split()[0] for line in run("list", "--folder", str(tmp_path)).output.splitlines()][-1] == "gateway.pem"


def test_without_secrets_the_list_names_the_folder(tmp_path: Path) -> None:
    said = run("list", "--folder", str(tmp_path))

    assert str(tmp_path / "kafka") in str(said.exception)


@pytest.mark.parametrize("mode", [0o400, 0o444])
def test_a_new_password_is_in_the_file_that_is_mounted(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "norrbotten-actors"
    file.write_text(new_password())
    file.chmod(mode)
    with file.open() as mounted:
        rewrite(file, password := new_password())

        assert (mounted.read(), file.stat().st_mode & 0o777) == (password, mode)


def test_a_password_of_another_length_is_replaced_whole(tmp_path: Path) -> None:
    file = tmp_path / "postgres"
    file.write_text("a password that somebody has chosen")

    rewrite(file, "short")

    assert file.read_text() == "short"


def test_a_new_certificate_is_for_the_same_names(tmp_path: Path) -> None:
    init(tmp_path)
    broker = tmp_path / "kafka" / "broker.pem"
    before = broker.read_bytes()

    said = run("rotate", "broker", "--folder", str(tmp_path))

    assert said.output == "broker: replaced; Kafka takes it at its next start\n"
    assert broker.read_bytes() != before
    assert authority.hosts_of(broker) == ["kafka.test"]
    assert broker.stat().st_mode & 0o777 == 0o444


def test_a_secret_that_is_not_there_is_named(tmp_path: Path) -> None:
    init(tmp_path)

    said = run("rotate", "jamtland-fishing", "--folder", str(tmp_path))

    assert "There is no secret of 'jamtland-fishing'" in str(said.exception)
