"""A TCP proxy between one county's mirror and another county's Kafka, which can be cut, made silent, or made slow.

All proxies run in one thread of the test, in an event loop. What passes is encrypted: nothing is read.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from enum import StrEnum
from typing import Any, TypeVar

from infra.engine.ports import HOST

CHUNK = 16_384
T = TypeVar("T")
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


class Mode(StrEnum):
    """How a proxy treats connections and all that comes on them."""

    OPEN = "open"
    CUT = "cut"  # connections are closed, and new ones too
    HOLE = "a black hole"  # connections stay, and nothing passes until it is open again
    ONE_WAY = "a black hole for answers"
    SLOW = "slow"


class Loop:
    """An event loop in a thread of its own, until the program ends."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxies", daemon=True)
        self._thread.start()
        self._servers: list[asyncio.Server] = []

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of ``work``, done there."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def close(self) -> None:
        """Stop it, and whatever runs in it."""
        self.run(self._cancel())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def serve(self, handler: Handler, port: int) -> None:
        """Listen on the port, and handle each connection."""
        self._servers.append(self.run(asyncio.start_server(handler, HOST, port)))

    async def _cancel(self) -> None:
        for server in self._servers:
            server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Proxy:
    """Listens on ``port``, and connects each client to ``behind``. ``felt`` counts what a mode has done to anything."""

    def __init__(self, loop: Loop, port: int, behind: int) -> None:
        self.port, self.behind, self.felt = port, behind, 0
        self._loop, self._mode, self._seconds, self._bytes = loop, Mode.OPEN, 0.0, CHUNK
        self._requests, self._answers = asyncio.Event(), asyncio.Event()  # set while they pass
        self._open: set[asyncio.StreamWriter] = set()
        self.set(Mode.OPEN)
        loop.serve(self._serve, port)

    def set(self, mode: Mode, seconds: float = 0.0, size: int = CHUNK) -> None:
        """Take this mode. A slow proxy waits ``seconds`` before each ``size`` bytes."""
        self._loop.run(self._set(mode, seconds, size))

    async def _set(self, mode: Mode, seconds: float, size: int) -> None:
        self._mode, self._seconds, self._bytes = mode, seconds, size
        for gate, shut in ((self._requests, (Mode.HOLE,)), (self._answers, (Mode.HOLE, Mode.ONE_WAY))):
            (gate.clear if mode in shut else gate.set)()
        if mode is Mode.CUT:
            self.felt += len(self._open)
            for writer in self._open:
                writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._mode is Mode.CUT:
            self.felt += 1
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection(HOST, self.behind)
        except OSError:
            writer.transport.abort()
            return
        mine = {writer, back}
        self._open |= mine
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass(reader, back, self._requests))
                both.create_task(self._pass(there, writer, self._answers))
        except* OSError:
            pass  # one side is gone: so is the other
        finally:
            self._open -= mine
            for each in mine:
                each.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, gate: asyncio.Event) -> None:
        """Pass on what comes, until either side ends; it raises OSError then, which ends the other way too."""
        while data := await reader.read(self._bytes):
            if self._mode is Mode.SLOW or not gate.is_set():
                self.felt += 1
            if self._mode is Mode.SLOW:
                await asyncio.sleep(self._seconds)
            await gate.wait()
            writer.write(data)
            with suppress(ConnectionResetError):
                await writer.drain()
        raise ConnectionResetError
