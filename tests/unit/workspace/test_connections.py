"""Connections to the county outlive the pages that nobody waits for any more."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio

from services.workspace.county import CountyInterface
from services.workspace.live import SHOWN, StreamLooks
from tests.support.serving import HOST
from tests.support.waiting import eventually

LINKS = json.dumps({"service": "actors", "written": [], "read": [], "faults": []}).encode()
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(LINKS), LINKS)


class Slow:
    """A county that answers when it may."""

    def __init__(self) -> None:
        self.asked, self.may_answer = 0, asyncio.Event()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers one request after the other, until the other side has enough."""
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                self.asked += 1
                await self.may_answer.wait()
                writer.write(ANSWER)
        except asyncio.IncompleteReadError:
            writer.close()


@asynccontextmanager
async def slow_county() -> AsyncIterator[tuple[Slow, CountyInterface]]:
    """A slow county, and its interface."""
    county = Slow()
    async with await asyncio.start_server(county.talk, HOST, 0) as server:
        interface = CountyInterface(f"http://{HOST}:{server.sockets[0].getsockname()[1]}")
        try:
            yield county, interface
        finally:
            await interface.close()


async def test_pages_that_are_left_use_up_no_connection() -> None:
    async with slow_county() as (county, interface):
        for _ in range(30):  # 120 requests: a pool has a hundred connections
            county.may_answer.clear()
            county.asked = 0
            async with anyio.create_task_group() as page:
                page.start_soon(StreamLooks(interface).since, 0, "token")
                await eventually(lambda: county.asked == len(SHOWN))
                page.cancel_scope.cancel()
            county.may_answer.set()
            await asyncio.sleep(0)

        assert (await interface.links("token", "actors")).service == "actors"
