"""Serves pages with an answer that has no end of its own: `python -m tests.support.serve_pages`."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from shared.contracts.counties import County
from shared.runtime.serve import serve
from shared.runtime.service import PageService
from shared.runtime.settings import Settings, load


def build(_: Settings, __: County, stopping: Callable[[], bool]) -> ASGIApp:
    """An application whose answer goes on until the process is told to stop."""

    async def endless() -> AsyncIterator[str]:
        yield "begun\n"
        while not stopping():  # noqa: ASYNC110 - the process gives no event
            await asyncio.sleep(0.1)
        yield "ended by itself\n"

    return Starlette(
        routes=[
            Route("/health/live", lambda _: PlainTextResponse("live")),
            Route("/endless", lambda _: StreamingResponse(endless())),
        ]
    )


if __name__ == "__main__":
    settings = load()
    serve([PageService("pages", Path(), build)], settings, settings.county("norrbotten"))
