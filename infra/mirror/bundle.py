"""A bundle: what a county gives another, so that its mirror may read what the first shares.

A JSON Web Token that is signed by its county, and then encrypted to the other one (a nested JWT, RFC 7519, section
11.2): Ed25519 in ECDH-ES on X25519 with A256GCM. The file is its compact form, and nothing else.
"""

import base64
import json
import re
import ssl
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from joserfc import jwe, jws
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import OKPKey
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from infra.access.users import mirror_user
from infra.mirror.keys import CountyKeys
from shared.contracts.counties import County
from shared.runtime.setting_values import addresses
from shared.runtime.settings import SettingsError

FORMAT = 1
MAX_BYTES = 200_000
PASSWORD = re.compile(r"[!#-\[\]-~]{1,200}")
"""A password that Kafka reads from its file as it is: ASCII without blanks, quotes and backslashes."""
_TYPE = "norrsam-peer-"
_ENCRYPTION, _SIGNATURE = ["ECDH-ES", "A256GCM"], ["Ed25519"]


class BundleError(SettingsError):
    """A bundle is not taken; the message says why, and what to do."""


def _authority(text: str) -> str:
    try:
        ssl.create_default_context(cadata=text)
    except ssl.SSLError:
        raise ValueError("it holds no certificate in PEM") from None
    return text


def _password(text: str) -> str:
    if not PASSWORD.fullmatch(text):
        raise ValueError("it cannot be a password of Kafka")
    return text


class Bundle(BaseModel):
    """The content of a bundle. Times are seconds since 1970; ``topics`` has the event types of each shared topic.

    ``code`` is the SCB code of the county that has made it; older ones lack it.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    iss: str
    code: Annotated[str, Field(pattern=r"^([0-9]{2})?$")] = ""
    aud: str
    iat: int
    exp: int
    address: Annotated[str, Field(max_length=1000, pattern=r"^[\x21-\x7e]+$"), AfterValidator(addresses)]
    ca: Annotated[str, AfterValidator(_authority)]
    user: str
    password: Annotated[str, Field(repr=False), AfterValidator(_password)]
    topics: dict[str, tuple[str, ...]]

    @property
    def county(self) -> County:
        """The county that has made it."""
        return County(self.iss, self.code)

    @property
    def ends(self) -> datetime:
        """From when on nobody takes it."""
        return datetime.fromtimestamp(self.exp, UTC)


def seal(content: dict[str, Any], own: CountyKeys, other: CountyKeys, lasts: timedelta) -> str:
    """The bundle of ``own`` for ``other``, to be taken within ``lasts``. ValidationError if the content is in error."""
    now = int(datetime.now(UTC).timestamp())
    times = {"iat": now, "exp": now + int(lasts.total_seconds())}
    bundle = Bundle(iss=own.county, aud=other.county, user=mirror_user(other.county), **times, **content)
    return nest(bundle.model_dump_json(), f"{_TYPE}{FORMAT}", own, other)


def nest(content: str, kind: str, own: CountyKeys, other: CountyKeys) -> str:
    """Claims in JSON as a nested token of this type, signed by ``own`` and encrypted to ``other``."""
    signed = jws.serialize_compact(
        {"alg": "Ed25519", "typ": kind, "kid": _name(own.county, own.signature)},
        content,
        own.signature,
        algorithms=_SIGNATURE,
    )
    return jwe.encrypt_compact(
        {
            "alg": "ECDH-ES",
            "enc": "A256GCM",
            "typ": kind,
            "cty": "JWT",
            "kid": _name(other.county, other.encryption),
        },
        signed,
        other.encryption,
        algorithms=_ENCRYPTION,
    )


def unseal(text: str, own: CountyKeys) -> tuple[str, str]:
    """The county that says to have signed the bundle, and what it has signed, for `verified`. BundleError."""
    header = _header(text)
    kind = str(header.get("typ", ""))
    if not kind.startswith(_TYPE):
        raise BundleError(_no_bundle())
    if kind != f"{_TYPE}{FORMAT}":
        raise BundleError(
            f"The bundle has format {kind.removeprefix(_TYPE)[:10]!r}, and this version of Norrsam reads {FORMAT}: "
            "upgrade here, or ask for one that was made by the same version."
        )
    county, _, _ = name = str(header.get("kid", "")).partition(":")
    if county != own.county:
        raise BundleError(f"The bundle is for {shown(county)}, not for {own.county}: ask for your own.")
    if "".join(name) != _name(own.county, own.encryption):
        raise BundleError(
            f"The bundle is encrypted to another key of {own.county} than the one here: send the other county what "
            "`norrsam peers key` prints now, and ask for a bundle made with it."
        )
    try:
        opened = jwe.decrypt_compact(text, own.encryption, algorithms=_ENCRYPTION).plaintext
        signed = (opened or b"").decode("ascii")
    except (JoseError, ValueError, LookupError, TypeError):
        raise BundleError("The bundle was altered or cut off on its way: ask for it again.") from None
    return str(_header(signed).get("kid", "")).partition(":")[0], signed


def verified(signed: str, own: CountyKeys, other: CountyKeys, now: datetime) -> Bundle:
    """The bundle, if ``other`` has signed it for ``own`` and it has not ended. BundleError otherwise."""
    try:
        payload = jws.deserialize_compact(signed, other.signature, algorithms=_SIGNATURE).payload
    except BadSignatureError:
        raise BundleError(
            f"The bundle is not signed with the key of {other.county} that is here ({other.fingerprint}). Compare the "
            "fingerprint with its operator by telephone. If it differs, name the right file with --key; if it is the "
            "same, somebody else has made the bundle: do not take it."
        ) from None
    except (JoseError, ValueError, LookupError, TypeError):
        raise BundleError(_no_bundle()) from None
    try:
        bundle = Bundle.model_validate_json(payload)
    except ValidationError as error:
        wrong = ".".join(map(str, error.errors()[0]["loc"])) or "content"
        raise BundleError(f"The bundle has no {wrong} that could be used: {other.county} makes a new one.") from None
    if (bundle.iss, bundle.aud, bundle.user) != (other.county, own.county, mirror_user(own.county)):
        raise BundleError(f"The bundle is not from {other.county} for {own.county}: ask for your own.")
    if now >= bundle.ends:
        raise BundleError(f"The bundle counted until {bundle.ends:%Y-%m-%d %H:%M} UTC: ask for a new one.")
    return bundle


def _name(county: str, key: OKPKey) -> str:
    return f"{county}:{key.thumbprint()}"


def _header(token: str) -> dict[str, Any]:
    try:
        part = token.split(".")[0]
        found = json.loads(base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True))
        return dict(found)
    except (ValueError, TypeError):
        raise BundleError(_no_bundle()) from None


def shown(county: str) -> str:
    """The name of a county that somebody else has written, if it can be one."""
    return county if re.fullmatch(r"[a-z-]{1,40}", county) else "another county"


def _no_bundle() -> str:
    return "The file is no bundle, or was altered or cut off on its way: ask for it again."
