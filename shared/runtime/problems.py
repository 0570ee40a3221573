"""Every refusal and failure as problem+json (RFC 9457). What a caller sees never holds internals or a body."""

import re
from collections.abc import Collection, Mapping
from http import HTTPStatus
from urllib.parse import quote

import asyncpg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from shared.links.identity import NEW, RestoredDatabase
from shared.outages import is_outage
from shared.rejected import Rejected
from shared.runtime import logs, wording
from shared.runtime.idempotency import Answered

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_STATUS = {
    "unauthorised": 401,
    "forbidden": 403,
    "not-owner": 403,
    "not-found": 404,
    "too-large": 413,
    "precondition-failed": 412,
    "precondition-required": 428,
    "unavailable": 503,
    "restored-database": 503,
}
UUID_TEXT = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_RESTORED = (
    "This database may not be the one that published: it looks like a restored backup. Nothing was changed. "
    "The operator settles that with `norrsam recover`; until then commands are refused."
)

_NEW = "This county is new here, and asks the others whether it was there before. Try again in some seconds."


def status_of(slug: str) -> int:
    """The HTTP status of a refusal: by its slug, 422 for `invalid-…`, else 409."""
    return _STATUS.get(slug, 422 if slug.startswith("invalid-") else 409)


def instance_of(request: Request) -> str:
    """The requested path as a URI reference: percent-encoded where a URI needs it.

    Of a route's path, a part that is neither a UUID nor a county is a dash: it may be anything, and the address is
    logged, and kept with a refusal.
    """
    route = request.scope.get("route")
    if route is None:
        return quote(request.scope["path"])
    counties = request.app.state.counties
    given = {
        name: value if value in counties or UUID_TEXT.fullmatch(value) else "-"
        for name, value in request.scope["path_params"].items()
    }
    return quote(route.path_format.format(**given))


def problem(
    slug: str, detail: str, instance: str, values: Mapping[str, object] | None = None, status: int | None = None
) -> Response:
    """The answer that says what was wrong."""
    status = status or status_of(slug)
    body = {
        **(values or {}),
        "type": f"/problems/{slug}",
        "title": slug.replace("-", " ").capitalize(),
        "status": status,
        "detail": detail,
        "instance": instance,
    }
    headers = {"Content-Type": MEDIA_TYPE}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if status == 503 or slug == "in-progress":
        headers["Retry-After"] = str(RETRY_SECONDS)
    return Response(to_json(body, serialize_unknown=True), status, headers)


def of_rejection(rejected: Rejected, instance: str) -> Response:
    """The answer to a command that the domain refused."""
    return problem(rejected.slug, rejected.message, instance, rejected.values)


def of_failure(error: Exception, instance: str, correlation_id: str | None, discreet: bool = False) -> Response:
    """The answer when it is not the caller's fault: 503 if it passes, else 500. Logged here, once.

    Where nothing may be traced, the log says what went wrong in the code, and nothing of the call. Nor does it say
    an error's text where it is to be ``discreet``: that may quote what was given.
    """
    if isinstance(error, RestoredDatabase) and str(error) == NEW:
        return problem("unavailable", _NEW, instance)
    if isinstance(error, RestoredDatabase):
        log.error("request.refused", path=instance, doubt=str(error))
        return problem("restored-database", _RESTORED, instance)
    if isinstance(error, asyncpg.QueryCanceledError) or is_outage(error):
        log.warning("request.outage", path=instance, error=type(error).__name__)
        return problem("unavailable", "The database cannot be used right now. Try again in some seconds.", instance)
    place = {"error": type(error).__name__, "raised_at": logs.frames(error)}
    if correlation_id is None:
        log.error("request.failed", **place)
        return problem("internal-error", "Something is wrong here. It has been logged.", instance, status=500)
    log.error("request.failed", path=instance, **(place if discreet else {"exc_info": error}))
    detail = f"Something is wrong here. It has been logged; name {correlation_id} when you report it."
    return problem("internal-error", detail, instance, status=500)


def install(app: FastAPI, counties: Collection[str], discreet: Collection[str] = ()) -> None:
    """Every refusal that FastAPI and the services raise becomes a problem.

    Those of the routes in ``discreet`` repeat nothing that the caller has given, but UUIDs and ``counties``.
    """
    app.state.counties, app.state.discreet = frozenset(counties), frozenset(discreet)
    app.add_exception_handler(Rejected, _rejected)
    app.add_exception_handler(Answered, _answered)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


async def _rejected(request: Request, error: Exception) -> Response:
    assert isinstance(error, Rejected)
    return of_rejection(error, instance_of(request))


async def _answered(_: Request, answered: Exception) -> Response:
    assert isinstance(answered, Answered)
    return answered.response


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    body = getattr(request.scope["route"].body_field, "field_info", None)
    known = body.annotation if body is not None else None
    details = error.errors()
    errors = [wording.of(detail, known, discreet=_discreet(request)) for detail in details]
    named = "; ".join(
        f"{one['field'] or of['loc'][0]}: {one['message']}" for one, of in zip(errors, details[:3], strict=False)
    )
    return problem("invalid-request", f"The request is not valid: {named}", instance_of(request), {"errors": errors})


def _discreet(request: Request) -> bool:
    return getattr(request.scope.get("route"), "name", None) in request.app.state.discreet


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    instance = instance_of(request)
    slug, detail = {
        400: ("bad-request", "The request's body cannot be read. Send JSON in UTF-8, not nested deeply."),
        404: ("not-found", f"There is nothing at {instance}."),
        405: ("method-not-allowed", f"{request.method} is not possible at {instance}."),
        413: ("too-large", f"The request's body is too large; at most {error.detail} is read."),
        415: ("unsupported-media-type", f"The request's body has another form; send Content-Type: {error.detail}."),
    }.get(error.status_code, (HTTPStatus(error.status_code).phrase.lower().replace(" ", "-"), str(error.detail)))
    answer = problem(slug, detail, instance, status=error.status_code)
    answer.headers.update(error.headers or {})
    if error.status_code == 405:
        answer.headers["Allow"] = ", ".join(_allowed(request))
    return answer


def _allowed(request: Request) -> list[str]:
    """The methods that are possible at the address. The router names those of one of its routes only.

    A route with the address itself comes before one with a pattern: PUT at ``/sums`` would be one at ``/{id}``.
    """
    routes = request.app.router.routes

    def matches(method: str) -> bool:
        scope = {**request.scope, "method": method}
        return any(route.matches(scope)[0] is Match.FULL for route in routes)

    own = request.app.state.methods.get(request.scope["path"])
    found = [method for method in _METHODS if (method in own if own else matches(method))]
    return ["GET", "HEAD", *found[1:]] if "GET" in found else found
