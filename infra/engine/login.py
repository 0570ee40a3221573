"""The development log-in: an OpenID Connect provider at which everybody may be one of a few example people.

It is for one machine alone. It listens on loopback, it needs the private key of the local engine, which nobody but its
owner may read, and only `norrsam up` starts it. In operation a county's identity broker has its place.
"""

import base64
import hashlib
import json
import secrets
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlencode

import uvicorn
from joserfc import jwk, jwt
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from infra.engine.example_people import ExamplePerson, people, show
from infra.engine.keys import ensure_keys
from infra.engine.pages import client_secret
from infra.engine.ports import HOST
from shared.runtime.settings import load

ACCESS_SECONDS, ID_SECONDS, CODE_SECONDS = 600, 300, 60


@dataclass(frozen=True, slots=True)
class LoginGrant:
    """The log-in behind a code or a refresh token. Each is good for one use."""

    client: str
    person: ExamplePerson
    nonce: str
    challenge: str
    until: float


class ExampleProvider:
    """The provider of one data folder; ``workspaces`` are the addresses of its clients by county, ``codes`` SCB's."""

    def __init__(self, data: Path, port: int, workspaces: Mapping[str, str], codes: Mapping[str, str]) -> None:
        self.issuer = f"http://{HOST}:{port}"
        self._county_codes = codes
        self._workspaces = workspaces
        self._secrets = {county: client_secret(data, county).read_text("ascii") for county in workspaces}
        self._key = jwk.import_key(json.loads(private_key(data).read_text("ascii")))
        self._token_issuer = load().issuer
        self._codes: dict[str, LoginGrant] = {}
        self._refreshing: dict[str, LoginGrant] = {}

    def application(self) -> Starlette:
        """Its routes."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/keys", self._keys),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/end", self._end),
                Route("/health/ready", lambda _: JSONResponse({"ready": True})),
            ]
        )

    async def _discovery(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "end_session_endpoint": f"{self.issuer}/end",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                "authorization_response_iss_parameter_supported": True,
            }
        )

    async def _keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})

    async def _authorize(self, request: Request) -> Response:
        """The page with the example people; with ``person``, the way back as that one."""
        asked = request.query_params
        client, challenge = asked.get("client_id", ""), asked.get("code_challenge", "")
        back = self._workspaces.get(client, "") + "/logga-in/svar"
        right = asked.get("response_type") == "code" and asked.get("code_challenge_method") == "S256" and challenge
        if client not in self._workspaces or asked.get("redirect_uri") != back or not right:
            return HTMLResponse("This is no request of a workspace that is known here.", 400)
        known = {person.key: person for person in people(self._county_codes.get(client, ""))}
        if chosen := known.get(asked.get("person", "")):
            code = secrets.token_urlsafe(32)
            self._codes[code] = LoginGrant(
                client, chosen, asked.get("nonce", ""), challenge, time.time() + CODE_SECONDS
            )
            answer = {"code": code, "state": asked.get("state", ""), "iss": self.issuer}
            return RedirectResponse(f"{back}?{urlencode(answer)}", 302)
        return HTMLResponse(show(client, known.values(), dict(asked)), headers={"Cache-Control": "no-store"})

    async def _token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        client = self._client(request.headers.get("authorization", ""))
        if client is None:
            return JSONResponse({"error": "invalid_client"}, 401)
        if form.get("grant_type") == "refresh_token":
            grant = self._refreshing.pop(form.get("refresh_token", ""), None)
            proved = True
        else:
            grant = self._codes.pop(form.get("code", ""), None)
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            proved = grant is not None and base64.urlsafe_b64encode(digest).decode().rstrip("=") == grant.challenge
        if grant is None or grant.client != client or grant.until < time.time() or not proved:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse(self._tokens(grant), headers={"Cache-Control": "no-store"})

    def _client(self, authorization: str) -> str | None:
        """The client that this header names, with its secret."""
        try:
            name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        except ValueError:
            return None
        known = self._secrets.get(unquote(name))
        return unquote(name) if known and secrets.compare_digest(known, unquote(secret)) else None

    def _tokens(self, grant: LoginGrant) -> dict[str, object]:
        now, refresh = int(time.time()), secrets.token_urlsafe(32)
        person = grant.person
        self._refreshing[refresh] = LoginGrant(grant.client, person, grant.nonce, "", now + 12 * 3600)
        about: dict[str, object] = {"sub": f"{grant.client}-{person.key}", "iat": now}
        access = {
            **about,
            **person.claims,
            "iss": self._token_issuer,
            "aud": grant.client,
            "exp": now + ACCESS_SECONDS,
            "jti": secrets.token_urlsafe(9),
        }
        identity = {**about, "iss": self.issuer, "aud": grant.client, "exp": now + ID_SECONDS, "nonce": grant.nonce}
        return {
            "access_token": self._signed(access),
            "id_token": self._signed(identity),
            "refresh_token": refresh,
            "token_type": "Bearer",
            "expires_in": ACCESS_SECONDS,
        }

    def _signed(self, claims: dict[str, object]) -> str:
        return jwt.encode({"alg": "ES256", "kid": self._key.kid}, claims, self._key)

    async def _end(self, _: Request) -> Response:
        return HTMLResponse("<!doctype html><html lang=sv><title>Utloggad</title><h1>Du är utloggad</h1>")


def private_key(data: Path) -> Path:
    """The private key of the local engine; PermissionError if others than its owner may read it."""
    file = ensure_keys(data).with_name("private.json")
    if file.stat().st_mode & 0o077:
        raise PermissionError(f"{file} can be read by others than its owner: run chmod 600 on it.")
    return file


def main(arguments: list[str]) -> None:
    """Serve until the process is stopped: data folder, port, and county:code=address for each workspace."""
    data, port, *clients = arguments
    counties = {county: address for county, _, address in (client.partition("=") for client in clients)}
    workspaces = {county.partition(":")[0]: address for county, address in counties.items()}
    codes = dict(county.split(":") for county in counties)
    application = ExampleProvider(Path(data), int(port), workspaces, codes).application()
    uvicorn.run(application, host=HOST, port=int(port), access_log=False, log_level="warning", server_header=False)


if __name__ == "__main__":
    main(sys.argv[1:])
