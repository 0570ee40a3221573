"""Who asks, and what they may: a JWT signed with an asymmetric key, and the roles in it.

Invariant: a token counts only if its key is one of ours, it was issued for this county, and it ends.
"""

import time
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf, isfinite

from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, JoseError

from shared.rejected import Rejected
from shared.runtime.jwks import Keys

ALGORITHMS = ["ES256", "Ed25519", "EdDSA", "RS256"]
LEEWAY_SECONDS = 30
REMEMBERED = 1_000
MAX_TEXT = 255  # characters: OpenID Connect Core 1.0, section 2, of `sub`


class Role(StrEnum):
    """The role of a person or a system in a county."""

    READER = "READER"
    COUNTY_COORDINATOR = "COUNTY_COORDINATOR"
    MUNICIPAL_COORDINATOR = "MUNICIPAL_COORDINATOR"
    POLICE = "POLICE"
    OPERATOR = "OPERATOR"


INSIDE = frozenset({Role.COUNTY_COORDINATOR, Role.POLICE, Role.READER})
"""Those who speak for a county board or the police. The others see what its label lets be spread further."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. Roles that this version does not know are left out. ``municipality`` is its SCB code.

    The token counts ``until`` then, in Unix seconds.
    """

    sub: str
    roles: frozenset[Role]
    function: str | None = None
    organisation: str | None = None
    municipality: str | None = None
    until: float = field(default=inf, compare=False)


NOBODY = Principal("", frozenset())
"""Who asks without a token, where that is allowed."""


class Authenticator:
    """Knows who holds a token of ``issuer`` for ``county``."""

    def __init__(self, keys: Keys, issuer: str, county: str) -> None:
        self._keys = keys
        self._registry = jws.JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        self._claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": county},
            exp={"essential": True},
            sub={"essential": True},
        )
        self._known: dict[str, tuple[Principal, float]] = {}  # checking a signature costs more than a query

    async def authenticate(self, authorization: str | None) -> Principal:
        """Who sends this Authorization header; Rejected as unauthorised, or as unavailable without keys."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Rejected("unauthorised", "Send a token: Authorization: Bearer ….")
        principal, until = self._known.get(token, (None, 0.0))
        if principal is not None and time.time() < until:
            return principal
        principal = await self._check(token.strip())
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[token] = principal, min(principal.until, time.time() + LEEWAY_SECONDS)
        return principal

    async def _check(self, token: str) -> Principal:
        try:
            header = jws.extract_compact(token.encode()).headers()
            kid = header.get("kid")
            if header.get("alg") not in ALGORITHMS or not isinstance(kid, str | None):
                raise Rejected("unauthorised", f"The token is not signed with {', '.join(ALGORITHMS)}.")
            key = await self._keys.find(kid)
            if key is None:
                raise Rejected("unauthorised", "The token is signed with a key that is not known here.")
            claims = jwt.decode(token, key, algorithms=ALGORITHMS, registry=self._registry).claims
            self._claims.validate(claims)
            return _principal(claims)
        except ExpiredTokenError:
            raise Rejected("unauthorised", "The token has expired. Get a new one.") from None
        except JoseError as error:
            raise Rejected("unauthorised", f"The token is not valid: {error.description or error.error}.") from None
        except (ValueError, TypeError, RecursionError, OverflowError):
            raise Rejected("unauthorised", "The token cannot be read.") from None


def _principal(claims: dict[str, object]) -> Principal:
    """Who the claims are about; ValueError if a text is longer than 255 characters, or cannot be printed.

    ``roles`` is a list, or the name of the only role, as some issuers write it.
    """
    roles = claims.get("roles")
    named = roles if isinstance(roles, list) else [roles]
    known = frozenset(Role(role) for role in named if isinstance(role, str) and role in Role.__members__)
    more = {name: _text(claims, name) for name in ("function", "organisation", "municipality")}
    return Principal(_text(claims, "sub") or "", known, until=_end(claims) + LEEWAY_SECONDS, **more)


def _text(claims: dict[str, object], name: str) -> str | None:
    value = claims.get(name)
    if not isinstance(value, str):
        return None
    if len(value) > MAX_TEXT or not value.isprintable():
        raise ValueError(name)
    return value


def _end(claims: dict[str, object]) -> float:
    """The time at which the token ends; ValueError if it never does."""
    end = float(str(claims["exp"]))
    if not isfinite(end):
        raise ValueError("exp")
    return end
