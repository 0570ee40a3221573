"""The public keys that tokens are checked with: a JWKS (RFC 7517) in a file, or behind an address.

Invariant: keys are renewed every RENEW_SECONDS, and in between at most once per REFETCH_SECONDS for a key that is
not known: a flood of tokens that name unknown keys costs one request. Keys older than MAX_AGE_SECONDS are not used.
A token that cannot be judged for lack of keys gets 503, never 401.
"""

import asyncio
import json
import ssl
import time
from collections import Counter
from pathlib import Path
from typing import Any

import structlog
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from shared.rejected import Rejected

log = structlog.get_logger()

PublicKey = ECKey | OKPKey | RSAKey

RENEW_SECONDS = 300.0
RETRY_SECONDS = 60.0
REFETCH_SECONDS = 10.0
MAX_AGE_SECONDS = 3600.0
FETCH_SECONDS = 5.0
MAX_BYTES = 1_000_000
MIN_RSA_BITS = 2048  # RFC 7518, section 3.3


class Keys:
    """The keys at ``source``, a path or an address."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._keys: dict[str, PublicKey] = {}
        self._lock = asyncio.Lock()
        self._tried_at = self._fetched_at = -MAX_AGE_SECONDS
        self._failed = True

    async def find(self, kid: str | None) -> PublicKey | None:
        """The key of that id, or the only one if none is named; None if there is no such key.

        Rejected as unavailable if the keys are not to be had, or not within FETCH_SECONDS.
        """
        key = self._known(kid)
        if key is None:
            await self._refresh()
            key = self._known(kid)
        if key is None and self._failed:
            raise Rejected("unavailable", "The keys that tokens are checked with cannot be had. Try again soon.")
        return key

    async def renew(self) -> None:
        """Fetches the keys again and again, so that a key that was removed is forgotten. Runs until cancelled."""
        while True:
            await self._refresh()
            await asyncio.sleep(RETRY_SECONDS if self._failed else RENEW_SECONDS)

    def _known(self, kid: str | None) -> PublicKey | None:
        if _age(self._fetched_at) > MAX_AGE_SECONDS:
            return None
        if kid is not None:
            return self._keys.get(kid)
        return next(iter(self._keys.values())) if len(self._keys) == 1 else None

    async def _refresh(self) -> None:
        async with self._lock:  # who waited here finds what the first has fetched
            if _age(self._tried_at) < REFETCH_SECONDS:
                return
            try:
                async with asyncio.timeout(FETCH_SECONDS):
                    self._keys = parse(await _fetch(self._source))
            except (OSError, ValueError, RecursionError) as error:
                self._failed = True
                log.warning("keys.unavailable", source=self._source, error=f"{type(error).__name__}: {error}")
            else:
                self._failed, self._fetched_at = False, time.monotonic()
            self._tried_at = time.monotonic()


def _age(moment: float) -> float:
    return time.monotonic() - moment


def parse(data: bytes) -> dict[str, PublicKey]:
    """The public signature keys of a JWKS by their id; ValueError if there is none.

    A key that is not understood, too short, or has the id of another is left out, and the log says so.
    """
    document = json.loads(data)
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise ValueError("not a JWKS: it has no list of keys")  # noqa: TRY004 - of what was fetched, not of a type
    usable: list[PublicKey] = []
    for position, entry in enumerate(entries):
        try:
            usable.append(_key(entry))
        except Exception as error:  # whatever one entry holds, the others count (RFC 7517, section 5)
            log.warning("keys.ignored", position=position, error=f"{type(error).__name__}: {error}")
    named = Counter(kid for kid, _ in {(str(key.kid), key.thumbprint()) for key in usable})
    for kid in sorted(kid for kid, times in named.items() if times > 1):
        log.warning("keys.ignored", kid=kid, error=f"{named[kid]} keys have this kid")
    keys = {kid: key for key in usable if named[kid := str(key.kid)] == 1}
    if not keys:
        raise ValueError("no key of the JWKS can be used")
    return keys


def _key(entry: Any) -> PublicKey:
    """The key in one entry of a JWKS; any error if it cannot be used."""
    if not _is_id(entry.get("kid")):
        raise ValueError("kid is no text")
    if entry.get("use", "sig") != "sig":
        raise ValueError("it is not for signatures")
    key = KeySet.registry_cls.import_key(entry)
    if not isinstance(key, PublicKey):
        raise ValueError("it is no public key")  # noqa: TRY004 - of what was fetched, not of a type
    key.ensure_kid()
    key.get_op_key("verify")  # a damaged key shows here, not at the first token
    if isinstance(key, RSAKey) and key.public_key.key_size < MIN_RSA_BITS:
        raise ValueError(f"RSA of {key.public_key.key_size} bits; {MIN_RSA_BITS} is the least")
    return key


def _is_id(value: object) -> bool:
    return value is None or isinstance(value, str)


async def _fetch(source: str) -> bytes:
    if "://" not in source:
        return await asyncio.to_thread(Path(source).read_bytes)
    import httpx  # not in a process whose keys are in a file

    data = bytearray()
    try:
        async with (
            httpx.AsyncClient(verify=ssl.create_default_context()) as client,
            client.stream("GET", source) as answer,
        ):
            answer.raise_for_status()
            async for chunk in answer.aiter_bytes():
                data += chunk
                if len(data) > MAX_BYTES:
                    raise ValueError(f"longer than {MAX_BYTES} bytes")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise OSError(f"{type(error).__name__} {error}") from error
    return bytes(data)
