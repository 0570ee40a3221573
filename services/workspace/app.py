"""The application: which page is where."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from services.workspace import health, live
from services.workspace.addresses import PAGES
from services.workspace.every_answer import HEADERS, EveryAnswer
from services.workspace.guard import Visit, guarded
from services.workspace.pages import advice
from services.workspace.settings import WorkspaceSettings
from services.workspace.site import WorkspaceSite
from shared.contracts.counties import County
from shared.runtime.settings import Settings, read

log = structlog.get_logger()


def build(settings: Settings, county: County, stopping: Callable[[], bool]) -> ASGIApp:
    """The application of a county's workspace; SettingsError if one of its settings is missing or bad."""
    return application(WorkspaceSite(settings, read(WorkspaceSettings), county, stopping))


def application(site: WorkspaceSite) -> ASGIApp:
    """The application of this workspace."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await site.open()
        try:
            yield
        finally:
            await site.close()

    def failed(status: int, key: str) -> Callable[[Request, Exception], Awaitable[Response]]:
        async def answer(request: Request, _: Exception) -> Response:
            return Visit(site, request, None).problem(status, key)

        return answer

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        key = "problem.missing" if error.status_code in (404, 405) else "problem.defect"
        return Visit(site, request, None).problem(error.status_code, key)

    pages = [
        Route(path, guarded(site, endpoint, roles), methods=[method], name=f"{method} {path}")
        for method, path, endpoint, roles in PAGES
    ]
    app = Starlette(
        routes=[
            *pages,
            *advice.routes(site),
            *live.routes(site),
            Route("/static/{version}/{name:path}", site.files.show),
            *health.routes(site),
        ],
        exception_handlers={HTTPException: refused, 500: failed(500, "problem.defect")},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # a redirect would name a host that the caller has made up
    secure = site.own.workspace_url.startswith("https:")
    return EveryAnswer(app, HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if secure else {}))
