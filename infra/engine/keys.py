"""The key that signs the tokens of local runs."""

import json
from pathlib import Path

from joserfc.jwk import ECKey

from infra.engine.private import write_private


def ensure_keys(data: Path) -> Path:
    """Make data/keys/private.json, readable by its owner alone, and the public jwks.json; the path of the latter."""
    private, public = data / "keys" / "private.json", data / "keys" / "jwks.json"
    if not private.exists():
        key = ECKey.generate_key("P-256", parameters={"use": "sig", "alg": "ES256"}, auto_kid=True)
        write_private(private, json.dumps(key.as_dict(private=True)))
        public.unlink(missing_ok=True)
    if not public.exists():
        key = ECKey.import_key(json.loads(private.read_text(encoding="utf-8")))
        write_private(public, json.dumps({"keys": [key.as_dict(private=False)]}))
        public.chmod(0o644)  # services in containers read it as another user
    return public
