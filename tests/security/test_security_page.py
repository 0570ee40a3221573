"""SECURITY.md tells the truth about tokens: its example counts, and it names every role and algorithm."""

import json
import re
import time
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from shared.runtime.auth import ALGORITHMS, Authenticator, Principal, Role
from shared.runtime.jwks import Keys

PAGE = (Path(__file__).parents[2] / "SECURITY.md").read_text("utf-8")


def published(key: RSAKey, use: str, algorithm: str) -> dict[str, Any]:
    """A key as Keycloak publishes it, which names a second key for encryption beside the one that signs."""
    return {**key.as_dict(private=False), "use": use, "alg": algorithm, "x5t": "Zm9v", "x5t#S256": "YmFy"}


async def test_the_token_of_the_page_counts(tmp_path: Path) -> None:
    # given the page's claims, moved to now, and the key set of such a provider
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    claims = json.loads(example)
    age = int(time.time()) - claims["iat"]
    now = claims | {"iat": claims["iat"] + age, "exp": claims["exp"] + age}
    signs, encrypts = (RSAKey.generate_key(2048, auto_kid=True) for _ in range(2))
    keys = [published(encrypts, "enc", "RSA-OAEP"), published(signs, "sig", "RS256")]
    (tmp_path / "jwks.json").write_text(json.dumps({"keys": keys}))
    # when it is sent
    token = jwt.encode({"alg": "RS256", "typ": "JWT", "kid": signs.kid}, now, signs, ["RS256"])
    authenticator = Authenticator(Keys(str(tmp_path / "jwks.json")), claims["iss"], "norrbotten")

    principal = await authenticator.authenticate(f"Bearer {token}")

    # then it is this person's, in this role
    assert principal == Principal(claims["sub"], frozenset({Role.COUNTY_COORDINATOR}), claims["function"])


def test_the_page_names_every_role_and_algorithm() -> None:
    assert re.findall(r"^\| `([A-Z_]+)` \|", PAGE, re.MULTILINE) == list(Role)
    (named,) = re.findall(r"signed with (.*), by a key", PAGE)
    assert re.findall(r"`(\w+)`", named) == ALGORITHMS


def test_the_page_names_the_tests_and_tables_that_there_are() -> None:
    project = Path(__file__).parents[2]

    for test in re.findall(r"`(tests/[^`]+)`", PAGE):
        assert (project / test).is_file(), test
    sql = "".join(path.read_text("utf-8") for path in project.glob("s*/*/migrations/*.sql"))
    rows = PAGE.partition("| data | where | until |")[2].partition("\n\n")[0].splitlines()[2:]
    tables = [name for row in rows for name in re.findall(r"^\|[^|]+\| `(\w+)`", row)]
    assert {"contact_persons", "participants", "told_invitees"} <= set(tables)
    assert [table for table in tables if f"CREATE TABLE {table} " not in sql] == []
