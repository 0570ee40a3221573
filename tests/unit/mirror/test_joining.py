"""`norrsam peers`: two counties exchange keys and bundles; what is refused changes nothing."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
import time_machine
from typer.testing import CliRunner

from infra.access import table
from infra.cli.main import _program
from infra.kafka.folder import KafkaSecrets
from infra.mirror.bundle import BundleError
from shared.contracts.counties import County
from shared.runtime.settings import Settings, SettingsError

NAMES = ["norrbotten", "vasterbotten", "jamtland", "vasternorrland"]


class Desk:
    """Where the operator of a county sits: its folders, and its shell."""

    def __init__(self, county: str, folder: Path) -> None:
        self.county, self.folder = county, folder
        self.secrets, self.peers = folder / "secrets", folder / "peers"
        self.kafka = KafkaSecrets(self.secrets / "kafka")
        self.kafka.make([f"kafka.{county}.test"], table.users([county], NAMES))
        self.joined = folder / "joined"
        self.env = {"NORRSAM_JOINED": str(self.joined)}

    def run(self, command: str, *words: str | Path) -> str:
        """The output of `norrsam peers`, run here."""
        arguments = ["peers", command, *map(str, words), "--county", self.county, "--folder", str(self.secrets)]
        env = {"NORRSAM_PEERS": str(self.peers), "NORRSAM_KAFKA": f"kafka.{self.county}.test:19092", **self.env}
        said = CliRunner().invoke(_program(["peers"]), arguments, env=env)
        if said.exception:
            raise said.exception
        return said.stdout

    def key(self) -> Path:
        """The file with its public key, as it is sent."""
        file = self.folder / f"{self.county}.key"
        file.write_text(self.run("key"))
        return file

    def export(self, other: "Desk", *words: str) -> Path:
        """The bundle for another county."""
        file = self.folder / f"for-{other.county}.bundle"
        self.run("export", "--for", other.county, "--key", other.key(), "--to", file, *words)
        return file

    def files(self) -> dict[Path, bytes]:
        """All that lies here."""
        return {path: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}


@pytest.fixture
def norrbotten(tmp_path: Path) -> Desk:
    return Desk("norrbotten", tmp_path / "n")


@pytest.fixture
def jamtland(tmp_path: Path) -> Desk:
    return Desk("jamtland", tmp_path / "j")


def test_two_counties_are_joined_by_two_files_each(norrbotten: Desk, jamtland: Desk) -> None:
    said = norrbotten.run("add", jamtland.export(norrbotten), "--key", jamtland.key())
    jamtland.run("add", norrbotten.export(jamtland))  # its key has been kept

    peer = norrbotten.peers / "jamtland"
    assert "jamtland is joined, at kafka.jamtland.test:19092" in said
    assert (peer / "address").read_text() == "kafka.jamtland.test:19092"
    assert (peer / "ca.pem").read_text() == jamtland.kafka.ca.read_text()
    assert (peer / "password").read_text() == (jamtland.kafka.passwords / "norrbotten-mirror").read_text()
    assert "jamtland " in norrbotten.run("list")
    assert max(map(len, norrbotten.run("list").splitlines())) <= 80


def test_secrets_are_readable_by_their_owner_alone(norrbotten: Desk, jamtland: Desk) -> None:
    bundle = jamtland.export(norrbotten)
    norrbotten.run("add", bundle, "--key", jamtland.key())

    peer, joining = norrbotten.peers / "jamtland", norrbotten.secrets / "joining"
    for file in (bundle, peer / "password", joining / "private.json", joining / "jamtland.json"):
        assert file.stat().st_mode & 0o777 == 0o600, file
    for folder in (peer, joining):
        assert folder.stat().st_mode & 0o777 == 0o700, folder


def test_no_secret_is_printed(norrbotten: Desk, jamtland: Desk) -> None:
    password = (jamtland.kafka.passwords / "norrbotten-mirror").read_text()
    said = [jamtland.run("key"), norrbotten.run("key")]
    said.append(jamtland.run("export", "--for", "norrbotten", "--key", norrbotten.key(), "--to", jamtland.folder / "b"))
    said.append(norrbotten.run("add", jamtland.folder / "b", "--key", jamtland.key()))
    said.append(norrbotten.run("remove", "jamtland"))

    private = (norrbotten.secrets / "joining" / "private.json").read_text()
    secrets = [password, *(line.split('"d": "')[1][:40] for line in private.splitlines() if '"d"' in line)]
    assert len(secrets) == 3
    assert [each for each in secrets for text in said if each in text] == []


def test_a_key_is_the_same_each_time(norrbotten: Desk) -> None:
    assert norrbotten.run("key") == norrbotten.run("key")


def test_a_new_bundle_takes_the_place_of_the_old_one(norrbotten: Desk, jamtland: Desk) -> None:
    norrbotten.run("add", jamtland.export(norrbotten), "--key", jamtland.key())
    jamtland.kafka.keep("norrbotten-mirror", "another-one")

    norrbotten.run("add", jamtland.export(norrbotten))

    assert (norrbotten.peers / "jamtland" / "password").read_text() == "another-one"
    assert os.listdir(norrbotten.peers) == ["jamtland"]


def refused(desk: Desk, error: type[SettingsError], said: str, words: Sequence[str | Path]) -> None:
    """It is refused in these words, and leaves everything as it was."""
    before = desk.files()
    with pytest.raises(error, match=said):
        desk.run(*map(str, words))
    assert desk.files() == before


def test_a_bundle_that_is_refused_changes_nothing(norrbotten: Desk, jamtland: Desk) -> None:
    key, bundle = jamtland.key(), jamtland.export(norrbotten)
    norrbotten.run("add", bundle, "--key", key)
    cut, altered, none = (norrbotten.folder / name for name in ("cut", "altered", "none"))
    cut.write_bytes(bundle.read_bytes()[:-100])
    altered.write_bytes(bundle.read_bytes().replace(b".", b"..", 1))
    none.write_bytes(b"\xff\xfe")

    for file in (cut, altered, none):
        refused(norrbotten, BundleError, "ask for it again", ["add", file])
    refused(norrbotten, SettingsError, "No such file", ["add", norrbotten.folder / "missing"])
    with time_machine.travel(bundle.stat().st_mtime + 15 * 86_400):
        refused(norrbotten, BundleError, "ask for a new one", ["add", bundle])


def test_a_bundle_of_somebody_else_is_refused(norrbotten: Desk, jamtland: Desk, tmp_path: Path) -> None:
    norrbotten.run("add", jamtland.export(norrbotten), "--key", jamtland.key())
    forger = Desk("jamtland", tmp_path / "forger")

    refused(norrbotten, BundleError, "is not signed with the key of jamtland", ["add", forger.export(norrbotten)])


def test_a_county_whose_key_is_not_here_is_not_believed(norrbotten: Desk, jamtland: Desk) -> None:
    refused(norrbotten, SettingsError, "key of jamtland is not here", ["add", jamtland.export(norrbotten)])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no key of a county"),
        ("[]", "holds no key of a county"),
        ('{"county": "jamtland", "keys": []}', "holds no key of a county"),
        ('{"county": "jamtland", "keys": [1, 2]}', "holds no key of a county"),
    ],
)
def test_a_file_that_is_no_key_is_refused(norrbotten: Desk, text: str, said: str) -> None:
    file = norrbotten.folder / "key"
    file.write_text(text)

    refused(norrbotten, SettingsError, said, ["export", "--for", "jamtland", "--key", file])


def test_a_private_key_that_was_sent_is_refused(norrbotten: Desk, jamtland: Desk) -> None:
    jamtland.run("key")
    sent = shutil.copy(jamtland.secrets / "joining" / "private.json", norrbotten.folder)

    refused(norrbotten, SettingsError, "must never leave its county", ["export", "--for", "jamtland", "--key", sent])


def test_the_keys_of_another_county_are_not_its_own(norrbotten: Desk, jamtland: Desk) -> None:
    jamtland.run("key")
    shutil.copytree(jamtland.secrets / "joining", norrbotten.secrets / "joining")

    refused(norrbotten, SettingsError, "has the keys of jamtland", ["key"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--for", "vasterbotten"], "has the key of jamtland"),
        (["--for", "../gavleborg"], "is no name of a county"),
        (["--for", "norrbotten"], "is this county itself"),
        (["--for", "jamtland", "--address", "kafka.norrbotten.test"], "--address is .*write host:port"),
        (["--for", "jamtland", "--address", "other.test:19092"], "is for kafka.norrbotten.test, not for other.test"),
        (["--for", "jamtland", "--to", "/dev/null/bundle"], "/dev/null/bundle: "),
    ],
)
def test_an_export_in_error_says_what_to_write(norrbotten: Desk, jamtland: Desk, words: list[str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        norrbotten.run("export", "--key", jamtland.key(), *words)


def test_a_secret_that_is_not_there_yet_is_named(norrbotten: Desk, jamtland: Desk) -> None:
    norrbotten.kafka.ca.unlink()

    with pytest.raises(SettingsError, match=r"ca.pem: No such file.*norrsam secrets init"):
        norrbotten.export(jamtland)


def test_a_county_that_is_removed_leaves_no_secret(norrbotten: Desk, jamtland: Desk) -> None:
    norrbotten.run("add", jamtland.export(norrbotten), "--key", jamtland.key())

    said = norrbotten.run("remove", "jamtland")

    assert not (norrbotten.kafka.passwords / "jamtland-mirror").exists()
    assert os.listdir(norrbotten.peers) == []
    assert os.listdir(norrbotten.secrets / "joining") == ["private.json"]
    assert "What jamtland has shared stays in the read models" in said
    assert "norrsam access apply" in said


def test_a_county_may_be_joined_again(norrbotten: Desk, jamtland: Desk) -> None:
    norrbotten.run("add", jamtland.export(norrbotten), "--key", jamtland.key())
    norrbotten.run("remove", "jamtland")

    norrbotten.run("add", jamtland.export(norrbotten), "--key", jamtland.key())

    assert "jamtland " in norrbotten.run("list")


@pytest.fixture
def gavleborg(tmp_path: Path) -> Desk:
    """A fifth county, which knows itself alone; nothing in the project knows it."""
    found = Desk("gavleborg", tmp_path / "x")
    found.env["NORRSAM_COUNTIES"] = "gavleborg:21"
    return found


def test_a_fifth_county_is_known_once_it_is_added(norrbotten: Desk, gavleborg: Desk) -> None:
    before = Settings(joined=norrbotten.joined)  # of a service that runs

    said = norrbotten.run("add", gavleborg.export(norrbotten), "--key", gavleborg.key())
    gavleborg.run("add", norrbotten.export(gavleborg))

    fifth = County("gavleborg", "21")
    assert "gavleborg:21 is new here: `norrsam topics apply` first" in said
    assert (fifth in before.counties, fifth in before.counties_now()) == (False, True)
    assert Settings(joined=norrbotten.joined).counties == (*before.counties, fifth)
    assert Settings(joined=gavleborg.joined, counties=(fifth,)).counties == (fifth, County("norrbotten", "25"))
    assert norrbotten.joined.stat().st_mode & 0o777 == 0o644  # services are other users
    assert "gavleborg" in norrbotten.run("list")


def test_a_county_that_is_added_again_is_kept_once(norrbotten: Desk, gavleborg: Desk, jamtland: Desk) -> None:
    for _ in range(2):
        norrbotten.run("add", gavleborg.export(norrbotten), "--key", gavleborg.key())
    norrbotten.run("add", jamtland.export(norrbotten), "--key", jamtland.key())

    assert norrbotten.joined.read_text() == "gavleborg:21\n"


@pytest.mark.parametrize(
    ("setting", "value", "error", "said"),
    [
        ("NORRSAM_JOINED", "", SettingsError, "gavleborg:21 is new here, and NORRSAM_JOINED is not set"),
        ("NORRSAM_COUNTIES", "norrbotten:25,jamtland:21", BundleError, "code '21' is given to more than one county"),
        ("NORRSAM_COUNTIES", "norrbotten:25,gavleborg:20", BundleError, "'gavleborg' is given to more than one"),
    ],
)
def test_a_county_that_cannot_be_known_is_refused(
    norrbotten: Desk, gavleborg: Desk, setting: str, value: str, error: type[SettingsError], said: str
) -> None:
    bundle = gavleborg.export(norrbotten)
    norrbotten.env[setting] = value

    refused(norrbotten, error, said, ["add", bundle, "--key", gavleborg.key()])
