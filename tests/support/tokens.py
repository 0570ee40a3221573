"""Tokens signed with a key made for one test run."""

import json
import time
from collections.abc import Iterable
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import ECKey

ISSUER = "https://norrsam.test"


class Tokens:
    """Signs tokens as ISSUER; ``jwks`` is the file with the public key."""

    def __init__(self, folder: Path) -> None:
        self.key = ECKey.generate_key("P-256", parameters={"use": "sig", "alg": "ES256"}, auto_kid=True)
        self.jwks = folder / "jwks.json"
        self.jwks.write_text(json.dumps({"keys": [self.key.as_dict(private=False)]}))

    def claims(self, county: str, roles: Iterable[str], /, **changes: object) -> dict[str, object]:
        """The claims of a valid token, with ``changes``; None leaves a claim out."""
        now = int(time.time())
        standard = {
            "iss": ISSUER,
            "aud": county,
            "sub": "coordinator",
            "iat": now,
            "exp": now + 3600,
            "roles": [*roles],
        }
        return {name: value for name, value in {**standard, **changes}.items() if value is not None}

    def token(self, county: str, *roles: str, **changes: object) -> str:
        """A token with these claims."""
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, self.claims(county, roles, **changes), self.key)

    def headers(self, county: str, *roles: str, **changes: object) -> dict[str, str]:
        """The header that carries the token."""
        return {"Authorization": f"Bearer {self.token(county, *roles, **changes)}"}
