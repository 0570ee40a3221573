"""Connections to the county outlive the pages that nobody waits for any more."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio

from services.workspace.county import CountyInterface
from services.workspace.live import SHOWN, StreamLooks
from tests.support.serving import HOST

LINKS = json.dumps({"service": "actors", "written": [], "read": [], "faults": []}).encode()
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(LINKS), LINKS)


class Slow:
    """A county that answers when it may."""

    def __init__(self) -> None:
        self.asked, self.may_answer = 0, asyncio.Event()
        self.all_asked = asyncio.Condition()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers one request after the other, until the other side has enough."""
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                async with self.all_asked:
                    self.asked += 1
                    self.all_asked.notify_all()
                await self.may_answer.wait()
                writer.write(ANSWER)
        except asyncio.IncompleteReadError:
            writer.close()

    async def has_asked(self, count: int) -> None:
        """Waits for so many requests."""
        async with self.all_asked:
            await self.all_asked.wait_for(lambda: self.asked >= count)


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
        for left in range(1, 31):  # 120 requests: a pool has a hundred connections
            county.may_answer.clear()
            async with anyio.create_task_group() as page:
                page.start_soon(StreamLooks(interface).since, 0, "token")
                await county.has_asked(left * len(SHOWN))
                page.cancel_scope.cancel()
            county.may_answer.set()
            await asyncio.sleep(0)

        assert (await interface.links("token", "actors")).service == "actors"
