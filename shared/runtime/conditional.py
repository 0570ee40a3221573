"""A GET by someone who has the newest already: 304, and no content (RFC 9110, section 13.1.2)."""

import hashlib
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Scope, Send

_OPAQUE = re.compile(r'(?:W/)?("[^"]*")')
_KEPT = frozenset({b"etag", b"vary", b"cache-control", b"content-location", b"expires"})  # RFC 9110, section 15.4.5


def conditional(scope: Scope, send: Send) -> Send:
    """Gives every answer 200 to the GET in ``scope`` a weak ETag if it has none, or answers 304 if the caller has it.

    An answer that comes in pieces is sent as it is. So is one whose route says itself that nobody may store it.
    """
    if scope["method"] != "GET":
        return send
    start: Message | None = None

    async def send_or_spare(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            headers = Headers(raw=message["headers"])
            whole = message["status"] == 200 and "content-length" in headers
            if whole and "no-store" not in headers.get("cache-control", ""):
                start = message
                return
        elif start is not None:
            first, start = start, None
            if not message.get("more_body"):
                tagged = MutableHeaders(scope=first)
                tagged.setdefault("ETag", f'W/"{digest(message["body"])}"')
                if _has(scope, tagged["ETag"]):
                    first = {**first, "status": 304, "headers": [each for each in first["headers"] if each[0] in _KEPT]}
                    message = {**message, "body": b""}
            await send(first)
        await send(message)

    return send_or_spare


def digest(content: bytes) -> str:
    """The part of a weak ETag that changes with the content."""
    return hashlib.sha256(content).hexdigest()[:32]


def _has(scope: Scope, tag: str) -> bool:
    """Whether If-None-Match names the ETag, compared weakly, or `*`."""
    given = ", ".join(Headers(scope=scope).getlist("if-none-match"))
    return given.strip() == "*" or tag.removeprefix("W/") in _OPAQUE.findall(given)
