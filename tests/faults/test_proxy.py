"""The proxy of the federated ledger test: what it holds back, it says; what it passes on is whole."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest

from infra.engine.ports import HOST, free_ports
from tests.faults.proxy import Loop, Mode, Proxy

SOON = 0.2


@pytest.fixture(scope="module")
def proxy() -> Iterator[Proxy]:
    """A proxy before a server that sends back what it is sent."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError):
                while data := await reader.read(100):
                    writer.write(data)
        finally:  # the loop may end first
            writer.transport.abort()

    loop, (port, behind) = Loop(), free_ports(2)
    loop.serve(echo, behind)
    yield Proxy(loop, port, behind)
    loop.close()


@pytest.fixture
def client(proxy: Proxy) -> Iterator[socket.socket]:
    """A connection through the open proxy, which has passed something on."""
    proxy.set(Mode.OPEN)
    with socket.create_connection((HOST, proxy.port), timeout=10) as connected:
        connected.sendall(b"first")
        assert connected.recv(100) == b"first"
        yield connected


def received(client: socket.socket, count: int) -> bytes:
    """So many bytes; fewer if the connection is ended before."""
    found = b""
    with suppress(ConnectionError):
        while len(found) < count and (data := client.recv(count - len(found))):
            found += data
    return found


def test_an_open_link_passes_all_on_and_feels_nothing(proxy: Proxy, client: socket.socket) -> None:
    before = proxy.felt
    client.sendall(b"x" * 50_000)
    assert received(client, 50_000) == b"x" * 50_000
    assert proxy.felt == before


def test_a_cut_link_ends_what_is_open_and_takes_nobody(proxy: Proxy, client: socket.socket) -> None:
    before = proxy.felt
    proxy.set(Mode.CUT)

    assert received(client, 1) == b""
    with socket.create_connection((HOST, proxy.port), timeout=10) as late:
        assert received(late, 1) == b""
    assert proxy.felt > before + 1


@pytest.mark.parametrize("mode", [Mode.HOLE, Mode.ONE_WAY])
def test_what_a_black_hole_has_held_comes_afterwards(proxy: Proxy, client: socket.socket, mode: Mode) -> None:
    before = proxy.felt
    proxy.set(mode)
    client.sendall(b"second")
    client.settimeout(SOON)
    with pytest.raises(TimeoutError):
        client.recv(100)
    client.settimeout(10)

    proxy.set(Mode.OPEN)

    assert client.recv(100) == b"second"
    assert proxy.felt > before


def test_a_slow_link_passes_all_on_in_small_pieces(proxy: Proxy, client: socket.socket) -> None:
    before = proxy.felt
    proxy.set(Mode.SLOW, 0.01, 2)
    client.sendall(b"0123456789")

    assert received(client, 10) == b"0123456789"
    assert proxy.felt > before + 1
