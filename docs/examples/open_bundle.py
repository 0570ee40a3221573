"""Opens a bundle, as an agency does: `python open_bundle.py key police`, then `… open norrbotten.key police.bundle`.

It needs joserfc alone (`pip install joserfc`). The private key stays in private.json; police.key is to be sent.
"""

import hashlib
import json
import os
import sys
import time
from pathlib import Path

from joserfc import jwe, jws
from joserfc.jwk import OKPKey

PRIVATE = Path("private.json")


def write(path: Path, text: str) -> None:
    """Only you can read it."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def keys(path: Path) -> list[OKPKey]:
    return [OKPKey.import_key(key) for key in json.loads(path.read_text())["keys"]]


def make(agency: str) -> None:
    if not PRIVATE.exists():
        new = [OKPKey.generate_key("X25519"), OKPKey.generate_key("Ed25519")]
        write(PRIVATE, json.dumps({"county": agency, "keys": [key.as_dict(private=True) for key in new]}))
    public = [key.as_dict(private=False) for key in keys(PRIVATE)]
    Path(f"{agency}.key").write_text(json.dumps({"county": agency, "keys": public}))
    print(f"send {agency}.key, and keep {PRIVATE}")
    fingerprint(keys(PRIVATE))


def fingerprint(both: list[OKPKey]) -> None:
    digits = hashlib.sha256(".".join(key.thumbprint() for key in both).encode()).hexdigest()[:32]
    print("fingerprint, to be compared by telephone:", " ".join(digits[at : at + 4] for at in range(0, 32, 4)))


def unpack(county: Path, bundle: Path) -> None:
    signed = jwe.decrypt_compact(bundle.read_text(), keys(PRIVATE)[0], algorithms=["ECDH-ES", "A256GCM"]).plaintext
    claims = json.loads(jws.deserialize_compact(signed, keys(county)[1], algorithms=["Ed25519"]).payload)
    if claims["exp"] < time.time():
        sys.exit("the bundle is too old: ask for a new one")
    for name, text in claims["files"].items():
        write(Path(Path(name).name), text)
        print("written:", name)
    fingerprint(keys(county))


if __name__ == "__main__":
    if sys.argv[1:2] == ["key"]:
        make(sys.argv[2])
    else:
        unpack(Path(sys.argv[2]), Path(sys.argv[3]))
