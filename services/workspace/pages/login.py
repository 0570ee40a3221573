"""Log-in and log-out."""

import json
from dataclasses import asdict
from urllib.parse import urlsplit

import structlog
from starlette.responses import RedirectResponse, Response

from services.workspace.guard import Visit
from services.workspace.oidc import LoginAttempt, LoginFailed
from shared.rejected import Rejected
from shared.runtime.auth import Role

log = structlog.get_logger()

ATTEMPT_SECONDS = 600


async def begin(visit: Visit) -> Response:
    """To the provider. `till` is where to go afterwards, `roll` who is expected (for `norrsam open`)."""
    asked = visit.request.query_params
    attempt = LoginAttempt.begin(safe(asked.get("till", "/")))
    hint = asked.get("roll", "")
    answer = RedirectResponse(await visit.site.provider.address(attempt, hint if hint in Role.__members__ else ""), 303)
    sealed = visit.site.seal.close(json.dumps(asdict(attempt)))
    _set(answer, _attempt_cookie(visit, attempt.state), sealed, ATTEMPT_SECONDS)
    return answer


async def finish(visit: Visit) -> Response:
    """Back from the provider: the log-in begins, with an id of its own."""
    query, site = dict(visit.request.query_params), visit.site
    cookie = _attempt_cookie(visit, query.get("state", ""))
    try:
        attempt = _attempt(visit, cookie)
        tokens = await site.provider.answer(attempt, query)
        await site.authenticator.authenticate(f"Bearer {tokens.access}")
    except LoginFailed as failed:
        log.info("login.failed", reason=failed.reason)
        return _without(visit.problem(400, "problem.login"), cookie)
    except Rejected as rejected:
        log.warning("login.refused", reason=rejected.slug)
        return _without(visit.problem(403, "problem.login-refused"), cookie)
    if before := visit.request.cookies.get(site.cookie):
        await site.logins.end(before)
    answer = _without(RedirectResponse(safe(attempt.back), 303), cookie)
    _set(answer, site.cookie, await site.logins.begin(tokens), None)
    return answer


async def end(visit: Visit) -> Response:
    """Log-out here. The provider's is behind a link, for a form may not lead to another origin."""
    tokens = await visit.site.logins.end(visit.request.cookies.get(visit.site.cookie, ""))
    address = await visit.site.provider.end_address(tokens)
    answer = Visit(visit.site, visit.request, None).page("logged_out.html", end_address=address)
    return _without(answer, visit.site.cookie)


async def go_on(visit: Visit) -> Response:
    """Says that its user is still there: 204, or 401 if the log-in has ended."""
    return Response(status_code=204 if visit.visitor else 401)


def safe(back: str) -> str:
    """The address to return to, if it is a path of ours; else the start page."""
    parts = urlsplit(back)
    plain = back.startswith("/") and not back.startswith("//") and "\\" not in back and back.isprintable()
    return back if plain and not parts.scheme and not parts.netloc else "/"


def _attempt(visit: Visit, cookie: str) -> LoginAttempt:
    """The attempt in this cookie; LoginFailed if this browser has not begun one."""
    opened = visit.site.seal.open(visit.request.cookies.get(cookie, ""))
    if opened is None:
        raise LoginFailed("no attempt of this browser")
    return LoginAttempt(**json.loads(opened))


def _attempt_cookie(visit: Visit, state: str) -> str:
    """A cookie for each attempt, so that two tabs may log in at once."""
    short = "".join(letter for letter in state[:12] if letter.isalnum())
    return f"{visit.site.cookie}-{short}"


def _set(answer: Response, name: str, value: str, seconds: int | None) -> None:
    answer.set_cookie(name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")


def _without(answer: Response, name: str) -> Response:
    answer.set_cookie(name, "", max_age=0, path="/", secure=True, httponly=True, samesite="lax")
    return answer
