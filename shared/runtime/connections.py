"""Limits of time and size for a request, which uvicorn does not set with httptools.

Source: uvicorn's documentation on settings. Its own size limit binds h11 alone, and it has no time limit for a
request.
"""

import asyncio
import json
from asyncio import TimerHandle

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

REQUEST_SECONDS = 30.0
"""A request has come, and an answer is taken, within this time."""
MAX_HEAD_BYTES = 64 * 1024
MAX_REQUEST_BYTES = 16 * 1024 * 1024  # beyond every limit for a body, so that a chunked one ends too

_TIMEOUT = (408, "Request Timeout", "The request did not come within 30 seconds.")
_HEAD_TOO_LARGE = (431, "Request Header Fields Too Large", "At most 64 KiB of address and headers are read.")


class LimitedProtocol(HttpToolsProtocol):
    """One connection. A request that comes too slowly, or without end, is refused, and the connection ends."""

    _late: TimerHandle | None = None
    _stalled: TimerHandle | None = None
    _size = 0
    _in_head = _began = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Starts the time limit of the first request."""
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends the timers."""
        for timer in (self._late, self._stalled):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Starts the time limit of the next request with the first byte, whatever it is."""
        if self.transport.is_closing():
            return
        self._expect()
        self._began = False
        super().data_received(data)
        if not self._began:  # how much of the chunk is the new request's is not known; one chunk is little
            self._size += len(data)
        if self._in_head and self._size > MAX_HEAD_BYTES:
            self._refuse(*_HEAD_TOO_LARGE)
        elif self._size > MAX_REQUEST_BYTES:
            self.transport.close()

    def on_message_begin(self) -> None:
        """Starts to measure a request."""
        super().on_message_begin()
        self._size, self._in_head, self._began = 0, True, True
        self._expect()

    def on_headers_complete(self) -> None:
        """Ends the limit for address and headers."""
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Ends the time limit: the whole request is here."""
        super().on_message_complete()
        self._size = 0
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def pause_writing(self) -> None:
        """Starts the time limit of an answer that the caller does not take."""
        super().pause_writing()
        self._stalled = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Ends that time limit: the caller takes the answer again."""
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def _expect(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(REQUEST_SECONDS, self._refuse, *_TIMEOUT)

    def _refuse(self, status: int, title: str, detail: str) -> None:
        """Says why, unless an answer is on its way, and ends the connection."""
        if self.cycle is None or not self.cycle.response_started or self.cycle.response_complete:
            slug = title.lower().replace(" ", "-")
            body = json.dumps({"type": f"/problems/{slug}", "title": title, "status": status, "detail": detail})
            head = f"HTTP/1.1 {status} {title}\r\nContent-Type: application/problem+json\r\n"
            self.transport.write(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode())
        self.transport.close()
