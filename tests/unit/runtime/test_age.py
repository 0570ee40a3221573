"""Backups are encrypted to public keys, and opened by a private one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra import age
from infra.engine.errors import EngineError

CLEAR = b"a dump with names in it" * 10_000


@pytest.fixture
def key(tmp_path: Path) -> Path:
    public = age.make_key(tmp_path / "backup.key")
    (tmp_path / "backup.pub").write_text(f"# the county's\n\n{public}\n")
    return tmp_path / "backup.key"


def encrypted(key: Path, clear: bytes = CLEAR) -> Path:
    file, dump = key.with_name("norrbotten_actors.dump.age"), key.with_suffix(".dump")
    dump.write_bytes(clear)
    with dump.open("rb") as reader, file.open("wb") as sealed:
        age.encrypt(reader, sealed, age.read_recipients(key.with_suffix(".pub")))
    return file


def test_a_backup_is_opened_by_its_private_key(key: Path) -> None:
    file = encrypted(key)
    assert CLEAR[:20] not in file.read_bytes()

    with age.decrypted(file, key) as readable:
        assert readable.read_bytes() == CLEAR
        assert readable.stat().st_mode & 0o777 == 0o600

    assert not readable.exists()


def test_a_file_that_is_not_encrypted_needs_no_key(tmp_path: Path) -> None:
    file = tmp_path / "norrbotten_actors.dump"
    with age.decrypted(file, None) as readable:
        assert readable == file


def test_an_encrypted_file_asks_for_its_key(key: Path) -> None:
    with (
        pytest.raises(EngineError, match=r"is encrypted\. Name .* --identity FILE"),
        age.decrypted(encrypted(key), None),
    ):
        pass


def test_another_key_opens_nothing_and_leaves_nothing(key: Path) -> None:
    file, other = encrypted(key), key.with_name("other.key")
    age.make_key(other)
    before = set(key.parent.iterdir())

    with pytest.raises(EngineError, match="encrypted to another key than that in"), age.decrypted(file, other):
        pass

    assert set(key.parent.iterdir()) == before


@given(shortened=st.booleans(), place=st.integers(0, 1 << 20), bit=st.integers(0, 7))
def test_a_damaged_or_shortened_backup_is_refused(
    shortened: bool, place: int, bit: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    key = tmp_path_factory.mktemp("keys") / "backup.key"
    key.with_suffix(".pub").write_text(age.make_key(key))
    file = encrypted(key, b"names" * 30_000)
    whole = bytearray(file.read_bytes())
    if shortened:
        del whole[place % len(whole) :]
    else:
        whole[place % len(whole)] ^= 1 << bit
    file.write_bytes(whole)

    with pytest.raises(EngineError), age.decrypted(file, key):
        pass


def test_a_key_is_its_owner_s_alone_and_never_overwritten(key: Path) -> None:
    assert key.stat().st_mode & 0o777 == 0o600
    with pytest.raises(EngineError, match="is there already"):
        age.make_key(key)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("age1nonsense", "Line 1 of .* is no public key; a line is like age1"),
        ("\nssh-dss AAAA", "Line 2 of .* is no public key"),
        ("# only words\n", "There is no public key in"),
        ("{private}", "is no public key, but a private one: it does not belong on this machine"),
    ],
)
def test_a_line_that_is_no_public_key_is_named(key: Path, text: str, words: str) -> None:
    file, private = key.with_suffix(".txt"), key.read_text().splitlines()[1]
    file.write_text(text.format(private=private))
    with pytest.raises(EngineError, match=words) as refused:
        age.read_recipients(file)
    assert private not in str(refused.value)


def test_a_file_without_a_private_key_is_named(key: Path) -> None:
    file, public = encrypted(key), key.with_suffix(".pub")
    with pytest.raises(EngineError, match=r"backup\.pub holds no private key"), age.decrypted(file, public):
        pass


def test_a_full_disk_is_said(key: Path) -> None:
    recipients = age.read_recipients(key.with_suffix(".pub"))
    no_space = pytest.raises(OSError, match="No space left")
    with no_space, Path("/dev/zero").open("rb") as zeros, Path("/dev/full").open("wb") as full:
        age.encrypt(zeros, full, recipients)
