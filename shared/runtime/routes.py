"""A service's routes: who asks is judged, and the form of the body, before the body is parsed."""

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

JSON = "application/json"


class GuardedRoute(APIRoute):
    """A route whose guard (`app.state.guards`, by its name) has let the caller in before anything is read.

    FastAPI parses the body before it runs dependencies, so a stranger could make it parse.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler, behind the guard."""
        handle = super().get_route_handler()
        media_type = getattr(self.body_field.field_info, "media_type", JSON) if self.body_field else None

        params = [each.alias for each in get_flat_params(self.dependant)]
        known = [name for name in params if name not in self.param_convertors]

        async def guarded(request: Request) -> Response:
            context = await request.app.state.guards[self.name](request)
            if request.method == "GET":
                _check_query(context, known)
            if media_type:
                await _check_body(context, media_type)
            return await handle(context)

        return guarded


Router = partial(APIRouter, route_class=GuardedRoute)
"""A router for a service's routes."""


def _check_query(request: Request, known: Sequence[str]) -> None:
    """Refused with 422 if a query has a name that is not known: passing it over would show too much."""
    errors = [
        {"type": "extra_forbidden", "loc": ("query", name), "ctx": {"known": known}}
        for name in request.query_params
        if name not in known
    ]
    if errors:
        raise RequestValidationError(errors)


async def _check_body(request: Request, media_type: str) -> None:
    """Refused with 415 if the body is of another type, with 400 if it is JSON with NUL bytes, as UTF-16 has."""
    body = await request.body()
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if body and given != media_type and not (media_type == JSON and given.endswith("+json")):
        raise HTTPException(415, media_type)
    if media_type == JSON and b"\0" in body:
        raise HTTPException(400)
