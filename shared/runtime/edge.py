"""The outermost layer of HTTP: correlation id, size limit, metrics, and how a failure becomes an answer."""

import re
import time
from collections.abc import Iterable

import structlog
import uuid_utils
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.runtime import metrics, problems
from shared.runtime.conditional import conditional
from shared.runtime.request import CORRELATION_ID, TRACEPARENT

MAX_BODY_BYTES = 1024 * 1024
MAX_FILE_BYTES = 8 * 1024 * 1024
"""The limit of a route that takes a file: some 90,000 actors of the usual size."""
SERVICE = "norrsam.service"
ROUTE = "norrsam.route"
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
"""The headers of every answer, unless its route gives another value."""


class Edge:
    """Wraps the application. Every answer carries the correlation id of what was asked.

    But for the paths in ``untraced``: of a call there nothing is left but that it is counted. At those in ``discreet``
    no id that the caller has made up is taken over, and the log of a failure does not say the error's text. Those in
    ``files`` read a body of MAX_FILE_BYTES, all others one of MAX_BODY_BYTES.
    """

    def __init__(
        self,
        app: ASGIApp,
        county: str,
        untraced: Iterable[str] = (),
        discreet: Iterable[str] = (),
        files: Iterable[str] = (),
    ) -> None:
        self._app = app
        self._county = county
        self._untraced = [compile_path(path)[0] for path in untraced]
        self._discreet = [compile_path(path)[0] for path in discreet]
        self._files = [compile_path(path)[0] for path in files]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, always: an unexpected error is a problem, logged once."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "HEAD":  # RFC 9110, section 9.3.2: as GET, without the content
            scope, send = {**scope, "method": "GET"}, _without_content(send)
        asked = scope["path"].rstrip("/")
        if any(path.match(asked) for path in self._untraced):
            await self._answer(scope, receive, send, None, discreet=True)
            return
        discreet = any(path.match(asked) for path in self._discreet)
        correlation_id = scope[CORRELATION_ID] = str(uuid_utils.uuid7()) if discreet else _correlation_id(scope)
        with structlog.contextvars.bound_contextvars(correlation_id=correlation_id):
            await self._answer(scope, receive, send, correlation_id, discreet)

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, correlation_id: str | None, discreet: bool
    ) -> None:
        started, status, seconds = time.perf_counter(), 0, 0.0

        async def send_on(message: Message) -> None:
            nonlocal status, seconds
            if message["type"] == "http.response.start":
                status, seconds = message["status"], time.perf_counter() - started  # an answer may go on for days
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if correlation_id is not None:
                    headers["X-Correlation-ID"] = correlation_id
            await send(message)

        try:
            await self._app(scope, _limited(receive, self._most(scope)), conditional(scope, send_on))
        except _OnlyHead:
            pass
        except Exception as error:
            answer = problems.of_failure(error, problems.instance_of(Request(scope)), correlation_id, discreet)
            if not status:
                await answer(scope, receive, send_on)
        finally:
            seconds = seconds or time.perf_counter() - started
            self._count(scope, status or 499, None if correlation_id is None else seconds)

    def _most(self, scope: Scope) -> int:
        """How many bytes of a body are read."""
        return MAX_FILE_BYTES if any(path.match(scope["path"]) for path in self._files) else MAX_BODY_BYTES

    def _count(self, scope: Scope, status: int, seconds: float | None) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        route = str(scope.get(ROUTE) or getattr(scope.get("route"), "path", "none"))
        labels = (self._county, str(scope.get(SERVICE, "")), str(method), route)
        if seconds is None:
            metrics.UNTRACED_REQUESTS.inc(*labels, str(status))
        else:
            metrics.REQUESTS.labels(*labels, status).inc()
            metrics.REQUEST_SECONDS.labels(*labels).observe(seconds)


class _OnlyHead(Exception):  # noqa: N818 - nothing is wrong
    """The head was asked for, and is sent: whatever makes the content ends."""


def _without_content(send: Send) -> Send:
    """Sends the head. Content whose length is not known ends there, for it may come without end."""

    async def send_headers(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)
        begins = message["type"] == "http.response.start" and message["status"] == 200
        if begins and "content-length" not in Headers(raw=message["headers"]):
            await send({"type": "http.response.body", "body": b""})
            raise _OnlyHead

    return send_headers


def _limited(receive: Receive, most: int) -> Receive:
    """Whoever reads a body of more than ``most`` bytes gets an error instead of the rest."""
    read = 0

    async def receive_some() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise HTTPException(413, f"{most // MAX_BODY_BYTES} MiB")
        return message

    return receive_some


def _correlation_id(scope: Scope) -> str:
    headers = Headers(scope=scope)
    traceparent = headers.get("traceparent", "")
    if _TRACEPARENT.fullmatch(traceparent):
        scope[TRACEPARENT] = traceparent
    given = headers.get("x-correlation-id", "")
    return given if problems.UUID_TEXT.fullmatch(given) else str(uuid_utils.uuid7())
