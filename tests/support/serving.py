"""Applications behind real ports, in the event loop of the tests."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

from shared.runtime.serve import KEPT_SECONDS

HOST = "127.0.0.1"


class InThisLoop(uvicorn.Server):
    """A server that leaves the signals of the process to the tests."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def served(app: ASGIApp, port: int) -> AsyncIterator[str]:
    """Serve ``app`` on this port; its origin."""
    config = uvicorn.Config(
        app,
        host=HOST,
        port=port,
        ws="none",
        log_config=None,
        timeout_graceful_shutdown=2,
        timeout_keep_alive=KEPT_SECONDS,
    )
    server = InThisLoop(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        if task.done():
            task.result()
        await asyncio.sleep(0.01)
    try:
        yield f"http://{HOST}:{port}"
    finally:
        server.should_exit = True
        await task
