"""Who may see which page, and which requests are believed.

A page offers what the roles in the token allow; whether it may be done, the county's services say.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode
from uuid import UUID

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Match

from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.menu import menu_of
from services.workspace.oidc import ProviderAway, Tokens
from services.workspace.render import render
from services.workspace.site import WorkspaceSite
from services.workspace.words import said_of
from shared.outages import DATABASE_ERRORS
from shared.rejected import Rejected
from shared.runtime.auth import Principal, Role

log = structlog.get_logger()

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
STREAMS = {
    "anmalningar": "enrolments tick",
    "atgarder": "meetings tick",
    "kommuner": "guidance tick",
    "moten": "meetings tick",
    "ombud": "tick",
    "rapporter": "tick",
    "rutiner": "guidance tick",
    "signaler": "shipment-signals tick",
}
"""The streams that tell of changes to what a form is about, by the first part of its address; else `initiatives`."""
RENEWED = "norrsam-renewed"
"""The header of a request that a page has made by itself, so that nobody stays logged in by it."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is logged in, and the tokens of the log-in."""

    principal: Principal
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for a page; ``visitor`` is None where nobody is logged in."""

    site: WorkspaceSite
    request: Request
    visitor: Visitor | None

    @property
    def token(self) -> str:
        """The token for the county's services."""
        return self.visitor.tokens.access if self.visitor else ""

    @property
    def roles(self) -> frozenset[Role]:
        """The roles of who asks."""
        return self.visitor.principal.roles if self.visitor else frozenset()

    def named(self) -> tuple[str, UUID]:
        """The county and the id in the address; CallRefused, as not found, if there is no such county."""
        county, identity = self.request.path_params["county"], self.request.path_params["identity"]
        if county not in {each.name for each in self.site.counties}:
            raise CallRefused(404, "not-found")
        return county, identity

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """The page of that template, with what every page has."""
        principal = self.visitor.principal if self.visitor else None
        path = self.request.url.path
        live = principal is not None and self.request.method == "GET" and status == 200
        known = {
            "menu": menu_of(self.roles, path),
            "principal": principal,
            "path": path,
            "changed_by": STREAMS.get(path.split("/")[1], "initiatives tick"),
            "who": said_of(principal),
            "live": live,
        }
        return render(self.site, template, status, **known, **values)

    def problem(self, status: int, key: str) -> Response:
        """A page that says what went wrong, and how to go on."""
        return self.page("problem.html", status, key=key)


Endpoint = Callable[[Visit], Awaitable[Response]]
PageAddress = tuple[str, str, Endpoint, frozenset[Role] | None]
"""Method, path, page, and who may see it."""


def guarded(
    site: WorkspaceSite, endpoint: Endpoint, roles: frozenset[Role] | None
) -> Callable[..., Awaitable[Response]]:
    """The endpoint for those who have one of these roles. Whoever is not logged in is asked to, and comes back."""

    async def guard(request: Request) -> Response:
        visit = Visit(site, request, None)
        if not believed(request, site.own.workspace_url):
            return visit.problem(403, "problem.csrf")
        try:
            visit = Visit(site, request, await visitor_of(site, request, used=RENEWED not in request.headers))
            if roles is not None and visit.visitor is None:
                return await ask_to_log_in(visit)
            if roles is not None and not visit.roles & roles:
                return visit.problem(403, "problem.forbidden")
            answer = await endpoint(visit)
        except CallRefused as refused:
            return await _refused(visit, refused)
        except (CountyAway, ProviderAway, *DATABASE_ERRORS) as error:
            log.warning("page.away", error=type(error).__name__)
            return visit.problem(503, "problem.away")
        # A form whose step somebody else has taken leads elsewhere; who has to log in was asked to before.
        gone = RENEWED in request.headers and answer.status_code == HTTPStatus.SEE_OTHER
        return Response(status_code=HTTPStatus.GONE) if gone else answer

    return guard


async def ask_to_log_in(visit: Visit) -> Response:
    """To the log-in, and back here; after a form a page that keeps what was filled in, to be sent again."""
    request = visit.request
    if request.method in SAFE:
        return RedirectResponse(f"/logga-in?{urlencode({'till': _here(request)})}", 303)
    log_in = f"/logga-in?{urlencode({'till': _form_page(request)})}"
    return visit.page("problem.html", 401, key="problem.ended", log_in=log_in, form=await form_of(request))


def believed(request: Request, own: str) -> bool:
    """Whether the request may change something: it comes from a page of ours, or is typed in by the user.

    Browsers say so in Sec-Fetch-Site, older ones in Origin. `same-site` is not enough: another county under the same
    domain is that, and so is another port of this machine.
    """
    if request.method in SAFE:
        return True
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    return request.headers.get("origin") == own


async def visitor_of(site: WorkspaceSite, request: Request, used: bool) -> Visitor | None:
    """Who is logged in; None if nobody is. Without ``used`` the log-in lasts no longer by this request."""
    cookie = request.cookies.get(site.cookie)
    if not cookie or (tokens := await site.logins.tokens(cookie, used)) is None:
        return None
    try:
        return Visitor(await site.authenticator.authenticate(f"Bearer {tokens.access}"), tokens)
    except Rejected as rejected:
        if rejected.slug == "unavailable":
            raise CountyAway("keys") from rejected
        return None


async def _refused(visit: Visit, refused: CallRefused) -> Response:
    if refused.status == 401:
        return await ask_to_log_in(visit)
    if refused.status in (403, 404):
        return visit.problem(refused.status, "problem.forbidden" if refused.status == 403 else "problem.missing")
    if refused.status == 422 and visit.request.method in SAFE:  # an address with a cursor, say, that is none
        return visit.problem(404, "problem.missing")
    log.warning("page.refused", status=refused.status, slug=refused.slug)
    return visit.problem(500, "problem.defect")


def _form_page(request: Request) -> str:
    """The page that has the form: at the address that it is sent to, or at the nearest one above."""
    path: str = request.url.path
    routes: Sequence[BaseRoute] = request.app.router.routes
    while path and not any(
        each.matches({**request.scope, "method": "GET", "path": path})[0] is Match.FULL for each in routes
    ):
        path = path.rpartition("/")[0]
    return path or "/"


def _here(request: Request) -> str:
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")
