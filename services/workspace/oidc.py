"""Log-in by OpenID Connect at the county's identity broker: code flow with PKCE, state and nonce.

Sources: OpenID Connect Core 1.0; RFC 7636 (PKCE); RFC 9207 (`iss` in the answer); RFC 7523 (private_key_jwt).
"""

import asyncio
import base64
import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from joserfc import jwk, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from services.workspace.answers import answer_to
from services.workspace.settings import WorkspaceSettings
from shared.runtime.auth import ALGORITHMS, LEEWAY_SECONDS

SCOPE = "openid"
PROVIDER_SECONDS = 5.0
DISCOVERY_SECONDS = 600.0


class LoginFailed(Exception):  # noqa: N818 - what happened to the log-in
    """The log-in does not count. ``reason`` is for the log, and quotes nothing of the answer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ProviderAway(Exception):  # noqa: N818 - an outage
    """The provider does not answer, or not as one does."""


@dataclass(frozen=True, slots=True)
class LoginAttempt:
    """A log-in that has begun: the browser keeps it, sealed. ``back`` is where its user wanted to go."""

    state: str
    nonce: str
    verifier: str
    back: str

    @classmethod
    def begin(cls, back: str) -> "LoginAttempt":
        """A new one: 256 random bits each."""
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(32), back)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The provider's tokens. ``access`` goes to the county's services as it is."""

    access: str
    refresh: str | None
    identity: str | None


class Provider:
    """The provider of the settings, with this workspace as its client."""

    def __init__(self, settings: WorkspaceSettings) -> None:
        self._settings = settings
        self._issuer = settings.oidc_issuer
        self._secret = settings.secret("oidc_secret_file") if settings.oidc_secret_file else None
        self._key = jwk.import_key(json.loads(settings.secret("oidc_key_file"))) if settings.oidc_key_file else None
        self._client = httpx.AsyncClient(timeout=PROVIDER_SECONDS, follow_redirects=False)
        self._found: tuple[float, dict[str, Any], KeySet] | None = None
        self._lock = asyncio.Lock()

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends the browser back to."""
        return f"{self._settings.workspace_url}/logga-in/svar"

    async def close(self) -> None:
        """Closes its connections."""
        await self._client.aclose()

    async def address(self, attempt: LoginAttempt, hint: str = "") -> str:
        """Where the browser goes to log in. ``hint`` says who is expected."""
        digest = hashlib.sha256(attempt.verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self._settings.oidc_client,
            "redirect_uri": self.redirect_uri,
            "scope": SCOPE,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
            **({"acr_values": self._settings.oidc_acr} if self._settings.oidc_acr else {}),
            **({"login_hint": hint} if hint else {}),
        }
        return f"{(await self._discover())[0]['authorization_endpoint']}?{urlencode(query)}"

    async def answer(self, attempt: LoginAttempt, query: Mapping[str, str]) -> Tokens:
        """The tokens for the provider's answer; LoginFailed if it is not the answer to this attempt."""
        if not secrets.compare_digest(query.get("state", "").encode(), attempt.state.encode()):
            raise LoginFailed("state")
        if query.get("iss", self._issuer) != self._issuer:
            raise LoginFailed("iss")
        if "code" not in query:
            raise LoginFailed("no code")
        form = {"grant_type": "authorization_code", "code": query["code"], "redirect_uri": self.redirect_uri}
        tokens = await self._ask({**form, "code_verifier": attempt.verifier})
        await self._check_identity(tokens.identity, attempt.nonce)
        return tokens

    async def refresh(self, token: str) -> Tokens:
        """New tokens for a refresh token; LoginFailed if it is not good any more."""
        return await self._ask({"grant_type": "refresh_token", "refresh_token": token})

    async def end_address(self, tokens: Tokens | None) -> str | None:
        """Where the log-in at the provider ends; None if it has no such place, or does not answer."""
        try:
            end = (await self._discover())[0].get("end_session_endpoint")
        except ProviderAway:
            return None
        query = {"client_id": self._settings.oidc_client}
        if tokens and tokens.identity:
            query["id_token_hint"] = tokens.identity
        return f"{end}?{urlencode(query)}" if end else None

    async def _ask(self, form: dict[str, str]) -> Tokens:
        endpoint = (await self._discover())[0]["token_endpoint"]
        client = self._settings.oidc_client
        headers = {}
        if self._secret is not None:
            pair = f"{quote(client, safe='')}:{quote(self._secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            form = {**form, "client_id": client, "client_assertion_type": kind}
            form["client_assertion"] = self._assertion(endpoint)
        try:
            answer = await answer_to(self._client.post(endpoint, data=form, headers=headers))
            found = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise ProviderAway(type(error).__name__) from error
        if answer.status_code >= 500:
            raise ProviderAway(str(answer.status_code))
        if answer.status_code != 200 or not isinstance(found, dict) or not isinstance(found.get("access_token"), str):
            raise LoginFailed("refused by the provider")
        return Tokens(found["access_token"], found.get("refresh_token"), found.get("id_token"))

    def _assertion(self, endpoint: str) -> str:
        assert self._key
        now, client = int(time.time()), self._settings.oidc_client
        claims = {"iss": client, "sub": client, "aud": endpoint, "iat": now, "exp": now + 60}
        algorithm = {"EC": "ES256", "OKP": "Ed25519", "RSA": "RS256"}[self._key.key_type]
        header = {"alg": algorithm, **({"kid": self._key.kid} if self._key.kid else {})}
        return jwt.encode(header, {**claims, "jti": secrets.token_urlsafe(16)}, self._key, [algorithm])

    async def _check_identity(self, token: str | None, nonce: str) -> None:
        """LoginFailed unless this ID token is the provider's, for this client and this attempt, and has not ended."""
        wanted = {"iss": self._issuer, "aud": self._settings.oidc_client, "nonce": nonce}
        wanted |= {"acr": self._settings.oidc_acr} if self._settings.oidc_acr else {}
        options: dict[str, Any] = {name: {"essential": True, "value": value} for name, value in wanted.items()}
        registry = jwt.JWTClaimsRegistry(leeway=LEEWAY_SECONDS, exp={"essential": True}, **options)
        try:
            registry.validate(jwt.decode(token or "", (await self._discover())[1], algorithms=ALGORITHMS).claims)
        except (JoseError, ValueError, TypeError) as error:
            raise LoginFailed(f"identity: {type(error).__name__}") from None

    async def _discover(self) -> tuple[dict[str, Any], KeySet]:
        """The provider's description of itself, and its keys; at most DISCOVERY_SECONDS old."""
        async with self._lock:
            if self._found and self._found[0] > time.monotonic() - DISCOVERY_SECONDS:
                return self._found[1:]
            try:
                known = await self._fetch(f"{self._issuer}/.well-known/openid-configuration")
                keys = KeySet.import_key_set(await self._fetch(known["jwks_uri"]))
                if not {"authorization_endpoint", "token_endpoint"} <= known.keys():
                    raise ValueError("endpoints")  # noqa: TRY301 - the same as what is not to be read
            except (httpx.HTTPError, ValueError, KeyError, TypeError, JoseError) as error:
                raise ProviderAway(type(error).__name__) from error
            if known.get("issuer") != self._issuer:
                raise ProviderAway("it is another issuer")
            self._found = time.monotonic(), known, keys
            return known, keys

    async def _fetch(self, address: str) -> Any:
        answer = await answer_to(self._client.get(address))
        answer.raise_for_status()
        return answer.json()
