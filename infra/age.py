"""Encrypts backups to public keys, in the format age-encryption.org/v1: the program `age` reads them too.

Who runs the backup needs no secret for it: the private key is kept where nothing else is.
"""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BufferedReader, BufferedWriter
from pathlib import Path

from pyrage import DecryptError, EncryptError, IdentityError, RecipientError, decrypt_io, encrypt_io, ssh, x25519

from infra.engine.errors import EngineError
from infra.engine.private import write_private

SUFFIX = ".age"
BackupKey = x25519.Recipient | ssh.Recipient


def make_key(path: Path) -> str:
    """Make a private key in ``path``, which is not there yet; its public key. EngineError if it is there."""
    if path.exists():
        raise EngineError(f"{path} is there already: backups made for it could be read no more. Name another file.")
    key = x25519.Identity.generate()
    write_private(path, f"# public key: {key.to_public()}\n{key}\n")
    return str(key.to_public())


def read_recipients(path: Path) -> list[BackupKey]:
    """The public keys in a file, one a line: of age, or of SSH. EngineError names a line that is none."""
    found: list[BackupKey] = []
    for number, line in _lines(path):
        try:
            found.append(ssh.Recipient.from_str(line) if line.startswith("ssh-") else x25519.Recipient.from_str(line))
        except RecipientError:
            secret = ", but a private one: it does not belong on this machine" if "SECRET" in line else ""
            wanted = "a line is like age1…, ssh-ed25519 … or ssh-rsa …"
            raise EngineError(f"Line {number} of {path} is no public key{secret}; {wanted}.") from None
    if not found:
        raise EngineError(f"There is no public key in {path}: `norrsam backup-key FILE` makes one.")
    return found


def encrypt(reader: BufferedReader, writer: BufferedWriter, recipients: Sequence[BackupKey]) -> None:
    """Encrypt all that ``reader`` gives to the holders of these keys. OSError if the disk is full."""
    try:
        encrypt_io(reader, writer, recipients)
    except EncryptError as error:
        raise OSError(str(error)) from None


@contextmanager
def decrypted(file: Path, identity: Path | None) -> Iterator[Path]:
    """The file in the clear, beside it, its owner's alone, and gone afterwards; itself if it is not encrypted.

    EngineError if no key is named, or none in the file ``identity`` opens it, or the file is damaged or not complete.
    """
    if file.suffix != SUFFIX:
        yield file
        return
    if identity is None:
        raise EngineError(f"{file} is encrypted. Name the file with its private key: --identity FILE.")
    handle, name = tempfile.mkstemp(".clear", f".{file.name}-", file.parent)
    try:
        with os.fdopen(handle, "wb") as clear, file.open("rb") as sealed:
            _decrypt(sealed, clear, identity)
        yield Path(name)
    finally:
        Path(name).unlink()


def _decrypt(sealed: BufferedReader, clear: BufferedWriter, identity: Path) -> None:
    keys = _identities(identity)
    try:
        decrypt_io(sealed, clear, keys)
    except DecryptError:
        raise EngineError(f"{sealed.name} is encrypted to another key than that in {identity}, or no backup.") from None
    except OSError as error:
        if error.errno is not None:  # a full disk, for one
            raise
        raise EngineError(f"{sealed.name} is damaged, or not complete; nothing was changed.") from None


def _identities(path: Path) -> list[x25519.Identity | ssh.Identity]:
    text = path.read_text(encoding="ascii", errors="replace")
    try:
        if "PRIVATE KEY" in text:
            return [ssh.Identity.from_buffer(text.encode())]
        return [x25519.Identity.from_str(line) for _, line in _lines(path)]
    except IdentityError:
        raise EngineError(f"{path} holds no private key of age or SSH that can be read without a passphrase.") from None


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(path.read_text(encoding="ascii", errors="replace").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            yield number, line.strip()
