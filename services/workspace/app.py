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

from services.workspace import health
from services.workspace.every_answer import HEADERS, EveryAnswer
from services.workspace.guard import (
    ANSWERERS,
    BOARD,
    COORDINATORS,
    EVERYBODY,
    MEMBERS,
    OPEN,
    POLICE,
    REGISTER,
    Endpoint,
    Visit,
    guarded,
)
from services.workspace.pages import (
    about,
    acknowledging,
    actors,
    advice,
    answering,
    approving,
    drafting,
    enrolments,
    items,
    links,
    login,
    meetings,
    releasing,
    retracting,
    routines,
    signal_answers,
    signals,
    site_forms,
    sites,
    start,
    trainings,
)
from services.workspace.settings import WorkspaceSettings
from services.workspace.site import WorkspaceSite
from shared.contracts.counties import County
from shared.runtime.auth import INSIDE, Role
from shared.runtime.settings import Settings, read

log = structlog.get_logger()

PAGES: tuple[tuple[str, str, Endpoint, frozenset[Role] | None], ...] = (
    ("GET", "/", start.show, EVERYBODY),
    ("GET", "/signaler", signals.show_list, EVERYBODY),
    ("GET", "/signaler/{county}/{identity:uuid}", signals.show_one, EVERYBODY),
    ("GET", "/signaler/ny", releasing.ask_new, POLICE),
    ("POST", "/signaler/ny", releasing.release, POLICE),
    ("GET", "/signaler/{county}/{identity:uuid}/ratta", releasing.ask_correct, POLICE),
    ("POST", "/signaler/{county}/{identity:uuid}/ratta", releasing.correct, POLICE),
    ("GET", "/signaler/{county}/{identity:uuid}/aterkalla", retracting.ask, POLICE),
    ("POST", "/signaler/{county}/{identity:uuid}/aterkalla", retracting.withdraw, POLICE),
    ("GET", "/signaler/{county}/{identity:uuid}/aterkoppling", signal_answers.ask, COORDINATORS),
    ("POST", "/signaler/{county}/{identity:uuid}/aterkoppling", signal_answers.answer, COORDINATORS),
    ("GET", "/signaler/{county}/{identity:uuid}/aterkoppling/ta-tillbaka", signal_answers.ask_take_back, COORDINATORS),
    ("POST", "/signaler/{county}/{identity:uuid}/aterkoppling/ta-tillbaka", signal_answers.take_back, COORDINATORS),
    ("GET", "/aktorer", actors.show_list, EVERYBODY),
    ("GET", "/aktorer/{county}/{identity:uuid}", actors.show_one, EVERYBODY),
    ("GET", "/rutiner", routines.show_list, EVERYBODY),
    ("GET", "/rutiner/{kind}/{county}/{identity:uuid}", routines.show_one, INSIDE),
    ("GET", "/rutiner/utkast/ny", drafting.ask, routines.AUTHORS),
    ("POST", "/rutiner/utkast/ny", drafting.write, routines.AUTHORS),
    ("GET", "/rutiner/utkast/{identity:uuid}", approving.show_draft, routines.AUTHORS),
    ("POST", "/rutiner/utkast/{identity:uuid}/godkann", approving.decide, routines.AUTHORS),
    ("POST", "/rutiner/utkast/{identity:uuid}/kasta", approving.decide, routines.AUTHORS),
    ("GET", "/rutiner/rutin/{county}/{identity:uuid}/bekrafta", acknowledging.ask, REGISTER),
    ("POST", "/rutiner/rutin/{county}/{identity:uuid}/bekrafta", acknowledging.acknowledge, REGISTER),
    ("GET", "/rutiner/{kind}/{county}/{identity:uuid}/aterkalla", approving.ask_withdraw, routines.AUTHORS),
    ("POST", "/rutiner/{kind}/{county}/{identity:uuid}/aterkalla", approving.withdraw, routines.AUTHORS),
    ("GET", "/ombud", sites.show_list, REGISTER),
    ("GET", "/ombud/ny", site_forms.ask_new, COORDINATORS),
    ("POST", "/ombud/ny", site_forms.register, COORDINATORS),
    ("GET", "/ombud/{identity:uuid}", site_forms.ask_change, COORDINATORS),
    ("POST", "/ombud/{identity:uuid}", site_forms.change, COORDINATORS),
    ("GET", "/ombud/{identity:uuid}/stang", site_forms.ask_close, COORDINATORS),
    ("POST", "/ombud/{identity:uuid}/stang", site_forms.close, COORDINATORS),
    ("GET", "/anslutning", links.show, EVERYBODY),
    ("GET", "/utbildningar", trainings.show_list, EVERYBODY),
    ("GET", "/utbildningar/{county}/{identity:uuid}", trainings.show_one, EVERYBODY),
    ("POST", "/utbildningar/{county}/{identity:uuid}", trainings.enrol, COORDINATORS),
    ("GET", "/anmalningar", enrolments.show, BOARD),
    ("GET", "/anmalningar/{identity:uuid}/avanmal", enrolments.ask, COORDINATORS),
    ("POST", "/anmalningar/{identity:uuid}/avanmal", enrolments.act, COORDINATORS),
    ("POST", "/anmalningar/{identity:uuid}/tacka-ja", enrolments.act, COORDINATORS),
    ("GET", "/moten", meetings.show_list, MEMBERS),
    ("GET", "/moten/{county}/{identity:uuid}", answering.show_meeting, MEMBERS),
    ("POST", "/moten/{county}/{identity:uuid}/svar/{invitee:uuid}", answering.answer, ANSWERERS),
    ("GET", "/atgarder", items.show_list, MEMBERS),
    ("GET", "/atgarder/{county}/{identity:uuid}", items.show_one, MEMBERS),
    ("GET", "/om", about.show_about, OPEN),
    ("GET", "/tillganglighet", about.show_accessibility, OPEN),
    ("GET", "/fortsatt", login.go_on, OPEN),
    ("GET", "/logga-in", login.begin, OPEN),
    ("GET", "/logga-in/svar", login.finish, OPEN),
    ("POST", "/logga-ut", login.end, OPEN),
)
"""Method, path, page, and who may see it. The advice is apart: it looks at no cookie."""


def build(settings: Settings, county: County) -> ASGIApp:
    """The application of a county's workspace; SettingsError if one of its settings is missing or bad."""
    return application(WorkspaceSite(settings, read(WorkspaceSettings), county))


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
            Route("/static/{version}/{name:path}", site.files.show),
            *health.routes(site),
        ],
        exception_handlers={HTTPException: refused, 500: failed(500, "problem.defect")},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # a redirect would name a host that the caller has made up
    secure = site.own.workspace_url.startswith("https:")
    return EveryAnswer(app, HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if secure else {}))
