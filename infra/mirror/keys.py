"""The keys of a county: bundles for it are encrypted to one, and its own are known by the other.

Two keys as JSON Web Keys (RFC 7517, RFC 8037): X25519 for encryption, Ed25519 for signatures. The public ones are sent
to other counties; the private ones never leave the folder of secrets.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from infra.engine.private import write_private
from shared.runtime.settings import SettingsError

FOLDER, PRIVATE = "joining", "private.json"
"""The folder, within that of all secrets, and the file of the own keys in it; those of others are <county>.json."""


@dataclass(frozen=True, slots=True)
class CountyKeys:
    """The keys of one county, private or public."""

    county: str
    encryption: OKPKey
    signature: OKPKey

    @property
    def fingerprint(self) -> str:
        """128 bits of SHA-256 over both keys' thumbprints (RFC 7638), in groups of four: to be read out aloud."""
        thumbprints = f"{self.encryption.thumbprint()}.{self.signature.thumbprint()}"
        digits = hashlib.sha256(thumbprints.encode()).hexdigest()[:32]
        return " ".join(digits[at : at + 4] for at in range(0, 32, 4))

    def text(self, *, private: bool = False) -> str:
        """The keys as they are kept in a file."""
        keys = [key.as_dict(private=private) for key in (self.encryption, self.signature)]
        return json.dumps({"county": self.county, "keys": keys}, indent=1) + "\n"


def own_keys(secrets: Path, county: str) -> CountyKeys:
    """The county's own keys, made if there are none. SettingsError if the folder has those of another county."""
    path = secrets / FOLDER / PRIVATE
    if not path.exists():
        made = CountyKeys(county, OKPKey.generate_key("X25519"), OKPKey.generate_key("Ed25519"))
        write_private(path, made.text(private=True))
    found = _read(path, private=True)
    if found.county != county:
        raise SettingsError(f"{path} has the keys of {found.county}: name the folder of secrets of {county}.")
    return found


def read_keys(path: Path) -> CountyKeys:
    """The public keys in a file that another county has sent. SettingsError if it holds anything else."""
    return _read(path, private=False)


def keep_keys(secrets: Path, keys: CountyKeys) -> None:
    """Keep the public keys of another county."""
    write_private(_kept(secrets, keys.county), keys.text())


def kept_keys(secrets: Path, county: str) -> CountyKeys:
    """The public keys of another county that are kept. SettingsError if there are none."""
    path = _kept(secrets, county)
    if not path.exists():
        raise SettingsError(f"The key of {county} is not here: name the file that its operator has sent with --key.")
    return _read(path, private=False)


def forget_keys(secrets: Path, county: str) -> None:
    """Keep the public keys of another county no longer."""
    _kept(secrets, county).unlink(missing_ok=True)


def _kept(secrets: Path, county: str) -> Path:
    return secrets / FOLDER / f"{county}.json"


def _read(path: Path, *, private: bool) -> CountyKeys:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        encryption, signature = (OKPKey.import_key(key) for key in content["keys"])
        found = CountyKeys(str(content["county"]), encryption, signature)
        curves = [key.as_dict()["crv"] for key in (encryption, signature)]
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}.") from None
    except (ValueError, LookupError, TypeError, AttributeError, JoseError):
        raise SettingsError(f"{path} holds no key of a county: it is the text of `norrsam peers key`.") from None
    if curves != ["X25519", "Ed25519"]:
        raise SettingsError(f"{path} has keys of other kinds than `norrsam peers key` makes.")
    if (encryption.is_private, signature.is_private) != (private, private):
        raise SettingsError(
            f"{path} holds no private key."
            if private
            else f"{path} holds a private key, which must never leave its county. Its operator deletes the folder "
            f"{FOLDER} of the secrets there, and sends what `norrsam peers key` prints."
        )
    return found
