"""An HTTP client cheap enough to leave the server its core."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

HOST = "127.0.0.1"
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """A response: status and body."""

    status: int
    body: bytes

    def json(self) -> Any:
        """Return the body of a success; raise RuntimeError on a refusal."""
        if self.status >= 300:
            raise RuntimeError(f"answered {self.status}: {self.body[:300]!r}")
        return json.loads(self.body)


class Client(asyncio.Protocol):
    """One keep-alive connection, for one request at a time."""

    def __init__(self) -> None:
        self._received = b""
        self._transport: asyncio.WriteTransport
        self._reply: asyncio.Future[Reply] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, gap, body = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if gap and len(body) >= (int(length[1]) if length else 0):
            self._received = b""
            assert self._reply is not None
            self._reply.set_result(Reply(int(head[9:12]), body))

    def connection_lost(self, error: Exception | None) -> None:
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(error or ConnectionResetError("the server has closed the connection"))

    async def ask(self, question: bytes) -> Reply:
        """Send a whole request, head and body, and return its response."""
        self._reply = asyncio.get_running_loop().create_future()
        self._transport.write(question)
        return await self._reply

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()


@dataclass(frozen=True, slots=True)
class Questions:
    """Builds the requests of a caller with ``token``."""

    token: str

    def __call__(self, method: str, path: str, body: Any, version: int | None = None) -> bytes:
        """The bytes of a request; ``version`` goes into If-Match."""
        content = json.dumps(body).encode()
        seen = "" if version is None else f'If-Match: "{version}"\r\n'
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {self.token}\r\n{seen}"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        return head.encode() + content


@asynccontextmanager
async def clients(port: int, count: int) -> AsyncIterator[list[Client]]:
    """``count`` open connections."""
    loop = asyncio.get_running_loop()
    made = [(await loop.create_connection(Client, HOST, port))[1] for _ in range(count)]
    try:
        yield made
    finally:
        for client in made:
            client.close()


async def throughput(asked: Sequence[Callable[[], AsyncIterator[None]]], seconds: float) -> float:
    """Responses per second, while each of ``asked`` sends its next request on every response."""
    begun = time.perf_counter()

    async def go_on(ask: Callable[[], AsyncIterator[None]]) -> int:
        count = 0
        async for _ in ask():
            count += 1
            if time.perf_counter() - begun > seconds:
                break
        return count

    counts = await asyncio.gather(*(go_on(ask) for ask in asked))
    return sum(counts) / (time.perf_counter() - begun)
