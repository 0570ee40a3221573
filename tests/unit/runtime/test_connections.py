"""The limits on a bare connection: size and time."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from shared.runtime import connections
from shared.runtime.connections import MAX_HEAD_BYTES, LimitedProtocol
from tests.support.waiting import DEADLINE

LARGE = b"x" * 20_000_000


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the body's length; /early without reading it, /large with more than a socket buffers."""
    if scope["path"] == "/large":
        return await Response(LARGE)(scope, receive, send)
    body = b"" if scope["path"] == "/early" else await Request(scope, receive).body()
    return await Response(str(len(body)))(scope, receive, send)


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 0.5)
    config = uvicorn.Config(app, port=0, http=LimitedProtocol, lifespan="off", log_config=None, timeout_keep_alive=60)
    config.load()
    server = await asyncio.get_running_loop().create_server(
        lambda: LimitedProtocol(config, uvicorn.server.ServerState(), {}), "127.0.0.1", 0
    )
    yield server.sockets[0].getsockname()[1]
    server.close()


async def answers(port: int, *sent: bytes) -> bytes:
    """All bytes received until the server closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in sent:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)
        return await asyncio.wait_for(reader.read(), DEADLINE)
    except ConnectionError:
        return b""
    finally:
        writer.close()


SLOW = {
    "nothing": b"",
    "an empty line": b"\r\n",
    "half an address": b"GET /very",
    "half a head": b"GET / HTTP/1.1\r\nHost: a\r\n",
    "half a body": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc",
    "half a chunk": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc",
}


@pytest.mark.parametrize("kind", SLOW)
async def test_half_a_request_is_ended_with_408(port: int, kind: str) -> None:
    assert (await answers(port, SLOW[kind])).startswith(b"HTTP/1.1 408 ")


async def test_a_trickle_does_not_prolong_the_time(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def trickle() -> None:
        writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b"x")
            await asyncio.sleep(0.01)

    trickling = asyncio.create_task(trickle())

    assert (await asyncio.wait_for(reader.read(12), DEADLINE)) == b"HTTP/1.1 408"

    trickling.cancel()
    writer.close()


async def test_a_refused_body_that_goes_on_ends_too(port: int) -> None:
    half = b"POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"

    assert (await answers(port, half)).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("begin", [b"GET /", b"GET / HTTP/1.1\r\nX: ", b"GET / HTTP/1.1\r\n"])
async def test_a_head_without_end_is_refused_with_431(port: int, monkeypatch: pytest.MonkeyPatch, begin: bytes) -> None:
    monkeypatch.setattr(connections, "REQUEST_SECONDS", DEADLINE)

    more = b"X-Y: z\r\n" * 1000 if begin.endswith(b"\n") else b"x" * 8000

    assert (await answers(port, begin, *[more] * (MAX_HEAD_BYTES // 8000 + 2))).startswith(b"HTTP/1.1 431 ")


async def test_a_body_without_end_is_ended(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 3600)
    monkeypatch.setattr(connections, "MAX_REQUEST_BYTES", 100_000)
    head = b"POST /early HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    await answers(port, head, *[b"2710\r\n" + b"x" * 10_000 + b"\r\n"] * 20)  # returns once the server has closed it


async def test_an_answer_that_nobody_takes_ends(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
    writer.write(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
    await asyncio.sleep(2)  # nothing is read meanwhile

    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await asyncio.wait_for(reader.readexactly(len(LARGE)), DEADLINE)

    writer.close()


async def test_whole_requests_on_one_connection_are_answered(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "REQUEST_SECONDS", DEADLINE)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    for _ in range(3):
        writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n" + b"x" * 200_000)
        assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")
        assert await reader.readexactly(6) == b"200000"

    writer.close()
