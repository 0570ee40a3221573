"""The public keys that tokens are checked with: a JWKS in a file, or behind an address.

Invariant: keys are fetched by need, and at most once per REFETCH_SECONDS: a flood of tokens that name unknown
keys costs one request. Whoever cannot be told apart for lack of keys gets 503, never 401.
"""

import asyncio
import json
import time
import urllib.request
from pathlib import Path

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from shared.rejected import Rejected

log = structlog.get_logger()

Key = ECKey | OKPKey | RSAKey

REFETCH_SECONDS = 10.0
STALE_SECONDS = 600.0
FETCH_SECONDS = 5.0
LARGEST = 1_000_000


class Keys:
    """The keys at ``place``, a path or an address."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._keys: dict[str, Key] = {}
        self._lock = asyncio.Lock()
        self._tried_at = -STALE_SECONDS
        self._fetched_at = -STALE_SECONDS
        self._failed = True
        self._renewal: asyncio.Task[None] | None = None

    async def find(self, kid: str | None) -> Key | None:
        """The key of that id, or the only one if none is named; None if there is no such key.

        Rejected as unavailable if the keys cannot be had, so that nobody can say whether there is.
        """
        key = self._known(kid)
        if key is not None:
            if self._age(self._fetched_at) > STALE_SECONDS and (self._renewal is None or self._renewal.done()):
                self._renewal = asyncio.create_task(self._refresh())  # nobody waits for an issuer that hangs
            return key
        await self._refresh()
        key = self._known(kid)
        if key is None and self._failed:
            raise Rejected("unavailable", "The keys that tokens are checked with cannot be had. Try again soon.")
        return key

    def _known(self, kid: str | None) -> Key | None:
        if kid is not None:
            return self._keys.get(kid)
        return next(iter(self._keys.values())) if len(self._keys) == 1 else None

    async def _refresh(self) -> None:
        async with self._lock:  # who waited here finds what the first has fetched
            if self._age(self._tried_at) < REFETCH_SECONDS:
                return
            try:
                self._keys = parse(await asyncio.to_thread(_fetch, self._place))
            except (OSError, ValueError) as error:
                self._failed = True
                log.warning("keys.unavailable", place=self._place, error=f"{type(error).__name__}: {error}")
            else:
                self._failed, self._fetched_at = False, time.monotonic()
            self._tried_at = time.monotonic()

    @staticmethod
    def _age(moment: float) -> float:
        return time.monotonic() - moment


def parse(data: bytes) -> dict[str, Key]:
    """The public keys of a JWKS by their id; ValueError if it is none. Symmetric keys are left out."""
    try:
        keys = KeySet.import_key_set(json.loads(data)).keys
    except (JoseError, KeyError, TypeError) as error:
        raise ValueError(f"not a JWKS with public keys: {error!r}") from None
    return {key.kid: key for key in keys if isinstance(key, Key) and key.kid}


def _fetch(place: str) -> bytes:
    if "://" not in place:
        return Path(place).read_bytes()
    with urllib.request.urlopen(place, timeout=FETCH_SECONDS) as answer:  # noqa: S310 - checked by the settings
        data: bytes = answer.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ValueError(f"longer than {LARGEST} bytes")
    return data
