"""How long a caller may take, and how much a request may hold: what uvicorn with httptools leaves open.

Source: uvicorn's documentation on settings; its own size limit binds h11 alone, and no server of its has a time limit
for a request.
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
        """A request is awaited from here on."""
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """No timer goes on."""
        for timer in (self._late, self._stalled):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes between requests begin the time of the next one, whatever they are."""
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
        """The first byte of a request."""
        super().on_message_begin()
        self._size, self._in_head, self._began = 0, True, True
        self._expect()

    def on_headers_complete(self) -> None:
        """Address and headers are complete."""
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The whole request is here."""
        super().on_message_complete()
        self._size = 0
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def pause_writing(self) -> None:
        """The caller takes the answer too slowly, or not at all."""
        super().pause_writing()
        self._stalled = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """The caller takes the answer again."""
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
