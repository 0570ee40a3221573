"""Tokens that must not count. Each is right in all but one thing."""

import base64
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from infra.engine import Engine
from shared.contracts.counties import County
from shared.runtime.app import build
from shared.runtime.auth import LEEWAY_SECONDS, Authenticator, Principal, Role
from shared.runtime.jwks import Keys
from shared.runtime.settings import Settings
from tests.support import toy
from tests.support.client import client_of
from tests.support.databases import fresh
from tests.support.tokens import ISSUER, Tokens

ROLE = Role.COUNTY_COORDINATOR
COUNTY = "norrbotten"
PAST = int(time.time()) - 2 * LEEWAY_SECONDS
FUTURE = int(time.time()) + 86_400  # a run of all tests takes long on a busy machine


@pytest.fixture(scope="module")
async def client(postgres: Engine, settings: Settings, county: County) -> AsyncIterator[httpx.AsyncClient]:
    await fresh(postgres, settings, county, toy.service)
    async with client_of(build([toy.service], settings, county)) as client:
        yield client


async def asked(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.get("/toys", headers={"Authorization": f"Bearer {token}"})


def part(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def unsigned(tokens: Tokens, algorithm: str) -> str:
    return f"{part({'alg': algorithm, 'kid': tokens.key.kid})}.{part(tokens.claims(COUNTY, [ROLE]))}."


def with_public_key_as_secret(tokens: Tokens) -> str:
    secret = OctKey.import_key(base64.urlsafe_b64encode(tokens.key.as_pem(private=False)).decode())
    return jwt.encode({"alg": "HS256", "kid": tokens.key.kid}, tokens.claims(COUNTY, [ROLE]), secret)


def other_key(tokens: Tokens, kid: str | None) -> str:
    header = {"alg": "ES256"} | ({"kid": kid} if kid else {})
    return jwt.encode(header, tokens.claims(COUNTY, [ROLE]), ECKey.generate_key("P-256"))


def of_another_kind(tokens: Tokens, key: RSAKey | OKPKey, algorithm: str) -> str:
    return jwt.encode({"alg": algorithm, "kid": tokens.key.kid}, tokens.claims(COUNTY, [ROLE]), key, [algorithm])


def with_own_key_in_header(tokens: Tokens) -> str:
    key = ECKey.generate_key("P-256", auto_kid=True)
    header = {"alg": "ES256", "kid": key.kid, "jwk": key.as_dict(private=False)}
    return jwt.encode(header, tokens.claims(COUNTY, [ROLE]), key)


def changed_after_signing(tokens: Tokens) -> str:
    header, _, signature = tokens.token(COUNTY, Role.READER).split(".")
    return f"{header}.{part(tokens.claims(COUNTY, [ROLE]))}.{signature}"


def with_half_a_character(tokens: Tokens) -> str:
    claims = json.dumps(tokens.claims(COUNTY, [ROLE], sub="\ud800"))
    return jws.serialize_compact({"alg": "ES256", "kid": tokens.key.kid}, claims.encode(), tokens.key)


def with_critical_header(tokens: Tokens) -> str:
    header = {"alg": "ES256", "kid": tokens.key.kid, "crit": ["unheard-of"], "unheard-of": True}
    token = jwt.encode({"alg": "ES256", "kid": tokens.key.kid}, tokens.claims(COUNTY, [ROLE]), tokens.key)
    return f"{part(header)}.{token.split('.', 1)[1]}"


REFUSED: dict[str, Callable[[Tokens], str]] = {
    "expired": lambda tokens: tokens.token(COUNTY, ROLE, exp=PAST),
    "without exp": lambda tokens: tokens.token(COUNTY, ROLE, exp=None),
    "exp is a text": lambda tokens: tokens.token(COUNTY, ROLE, exp="9999999999"),
    "exp has 400 digits": lambda tokens: tokens.token(COUNTY, ROLE, exp=10**400),
    "exp is infinite": lambda tokens: tokens.token(COUNTY, ROLE, exp=float("inf")),
    "exp is no number": lambda tokens: tokens.token(COUNTY, ROLE, exp=float("nan")),
    "sub has a NUL": lambda tokens: tokens.token(COUNTY, ROLE, sub="coordinator\0"),
    "sub has half a character": with_half_a_character,
    "sub is very long": lambda tokens: tokens.token(COUNTY, ROLE, sub="a" * 256),
    "organisation has a NUL": lambda tokens: tokens.token(COUNTY, ROLE, organisation="a\0"),
    "not yet valid": lambda tokens: tokens.token(COUNTY, ROLE, nbf=FUTURE),
    "issued in the future": lambda tokens: tokens.token(COUNTY, ROLE, iat=FUTURE),
    "for another county": lambda tokens: tokens.token("jamtland", ROLE),
    "for other counties": lambda tokens: tokens.token(COUNTY, ROLE, aud=["jamtland", "vasterbotten"]),
    "without audience": lambda tokens: tokens.token(COUNTY, ROLE, aud=None),
    "of another issuer": lambda tokens: tokens.token(COUNTY, ROLE, iss="https://elsewhere.test"),
    "without issuer": lambda tokens: tokens.token(COUNTY, ROLE, iss=None),
    "of several issuers": lambda tokens: tokens.token(COUNTY, ROLE, iss=["https://norrsam.test"]),
    "without sub": lambda tokens: tokens.token(COUNTY, ROLE, sub=None),
    "sub is empty": lambda tokens: tokens.token(COUNTY, ROLE, sub=""),
    "sub is a number": lambda tokens: tokens.token(COUNTY, ROLE, sub=7),
    "another key, our key's id": lambda tokens: other_key(tokens, tokens.key.kid),
    "another key, unknown id": lambda tokens: other_key(tokens, "other"),
    "another key, no id": lambda tokens: other_key(tokens, None),
    "RS256 with our key's id": lambda tokens: of_another_kind(tokens, RSAKey.generate_key(2048), "RS256"),
    "Ed25519 with our key's id": lambda tokens: of_another_kind(tokens, OKPKey.generate_key("Ed25519"), "Ed25519"),
    "own key in the header": with_own_key_in_header,
    "alg none": lambda tokens: unsigned(tokens, "none"),
    "alg None": lambda tokens: unsigned(tokens, "None"),
    "ES256 without signature": lambda tokens: unsigned(tokens, "ES256"),
    "HS256 signed with the public key": with_public_key_as_secret,
    "claims changed after signing": changed_after_signing,
    "critical header that nobody knows": with_critical_header,
    "claims are a list": lambda tokens: f"{part({'alg': 'ES256'})}.{part([1])}.x",
    "header is a list": lambda tokens: f"{part([1])}.{part({})}.x",
    "header without alg": lambda tokens: f"{part({})}.{part({})}.x",
    "kid is an object": lambda tokens: f"{part({'alg': 'ES256', 'kid': {}})}.{part({})}.x",
    "two parts": lambda _: "a.b",
    "five parts": lambda _: "a.b.c.d.e",
    "not base64": lambda _: "%.%.%",
    "nothing": lambda _: "",
    "a space": lambda _: " ",
    "very deep": lambda _: part(json.loads("[" * 300 + "]" * 300)) + ".e30.x",
    "very long": lambda _: "a" * 20_000,
}


async def test_given_a_token_that_counts_when_sent_then_it_is_let_in(client: httpx.AsyncClient, tokens: Tokens) -> None:
    for token in (tokens.token(COUNTY, ROLE), tokens.token(COUNTY, ROLE, aud=["jamtland", COUNTY], nbf=PAST)):
        assert (await asked(client, token)).status_code == 200


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
@pytest.mark.parametrize(
    ("algorithm", "key"),
    [
        ("RS256", RSAKey.generate_key(2048, auto_kid=True)),
        ("Ed25519", OKPKey.generate_key("Ed25519", auto_kid=True)),
        ("EdDSA", OKPKey.generate_key("Ed25519", auto_kid=True)),
    ],
)
async def test_a_token_by_an_issuer_with_another_kind_of_key_counts(
    tokens: Tokens, tmp_path: Path, algorithm: str, key: RSAKey | OKPKey
) -> None:
    published = tmp_path / "jwks.json"
    published.write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    claims = tokens.claims(COUNTY, [ROLE], function="coordination", organisation="Länsstyrelsen", municipality="2482")
    token = jwt.encode({"alg": algorithm, "kid": key.kid}, claims, key, [algorithm])

    principal = await Authenticator(Keys(str(published)), ISSUER, COUNTY).authenticate(f"Bearer {token}")

    assert principal == Principal(str(claims["sub"]), frozenset({ROLE}), "coordination", "Länsstyrelsen", "2482")


@pytest.mark.parametrize("kind", REFUSED)
async def test_a_token_that_is_wrong_in_one_thing_gets_401(
    client: httpx.AsyncClient, tokens: Tokens, kind: str
) -> None:
    answer = await asked(client, REFUSED[kind](tokens))

    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unauthorised")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "bearer", "Token x", "", "Bearer å"])
async def test_given_no_bearer_token_when_asked_then_401(client: httpx.AsyncClient, header: str) -> None:
    answer = await client.get("/toys", headers=[(b"Authorization", header.encode())])
    assert answer.status_code == 401


async def test_given_a_token_was_let_in_when_it_has_expired_then_401(
    client: httpx.AsyncClient, tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = tokens.token(COUNTY, ROLE)
    assert (await asked(client, token)).status_code == 200
    later = time.time() + 3600 + 2 * LEEWAY_SECONDS

    monkeypatch.setattr(time, "time", lambda: later)

    assert (await asked(client, token)).status_code == 401


async def test_roles_that_are_one_text_are_one_role(client: httpx.AsyncClient, tokens: Tokens) -> None:
    assert (await asked(client, tokens.token(COUNTY, roles="READER"))).status_code == 200


@pytest.mark.parametrize(
    "roles", [["KING"], [], None, "KING", {"COUNTY_COORDINATOR": True}, [7], ["county_coordinator"]]
)
async def test_given_roles_that_are_none_when_asked_then_403(
    client: httpx.AsyncClient, tokens: Tokens, roles: object
) -> None:
    answer = await asked(client, tokens.token(COUNTY, roles=roles))
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden")
