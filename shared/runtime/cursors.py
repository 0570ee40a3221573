"""Cursors: the position at which the next page of a list begins, as one opaque word."""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence

from shared.rejected import Rejected


def list_id(*parts: object) -> str:
    """A digest that tells one list with its filters from another; ``parts`` are anything JSON can say."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:12]


def encode(values: Sequence[str | int]) -> str:
    """A word that `decode` turns back into ``values``: the sort values of a page's last row."""
    data = json.dumps(list(values), ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str, size: int | None = None) -> list[str | int]:
    """The values in a cursor; Rejected if it was not made by `encode`, or with other than ``size`` values."""
    try:
        padded = text + "=" * (-len(text) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        values = None
    if not isinstance(values, list) or not all(_plain(value) for value in values) or size not in (None, len(values)):
        raise Rejected("invalid-cursor", "The cursor is not one that this service gave out; begin again without it.")
    return values


def _plain(value: object) -> bool:
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
