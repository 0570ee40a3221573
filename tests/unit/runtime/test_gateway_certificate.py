"""A service tells of the certificate that the gateway presents, whoever has issued it, until it has been replaced."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from infra.compose.certificate import InstanceSecrets
from shared.links.faults import FaultKind
from shared.runtime.gateway_certificate import GatewayWatch


@asynccontextmanager
async def gateway(folder: Path, days: int) -> AsyncIterator[int]:
    """A server with a certificate that ends in so many days; its port."""
    secrets = InstanceSecrets(folder)
    secrets.make(["norrbotten.example"])
    secrets.issue(["norrbotten.example"], days)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(secrets.certificate)
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(("days", "told"), [(31, False), (29, True), (0, True)])
async def test_a_gateway_s_certificate_that_ends_soon_is_a_fault(tmp_path: Path, days: int, told: bool) -> None:
    async with gateway(tmp_path, days) as port:
        watch = GatewayWatch(f"127.0.0.1:{port}", "norrbotten", "actors")

        assert await watch.look()

        assert [fault.kind for fault in watch.faults] == [FaultKind.GATEWAY_CERTIFICATE_ENDS] * told


async def test_what_is_known_stays_while_the_gateway_is_away(tmp_path: Path) -> None:
    async with gateway(tmp_path, 29) as port:
        watch = GatewayWatch(f"127.0.0.1:{port}", "norrbotten", "actors")
        await watch.look()

    assert not await watch.look()

    assert [fault.kind for fault in watch.faults] == [FaultKind.GATEWAY_CERTIFICATE_ENDS]


async def test_a_replaced_certificate_ends_the_fault(tmp_path: Path) -> None:
    watch = GatewayWatch("", "norrbotten", "actors")
    for days, told in ((29, True), (400, False)):
        async with gateway(tmp_path, days) as port:
            watch._address = f"127.0.0.1:{port}"
            await watch.look()
        assert bool(list(watch.faults)) is told
