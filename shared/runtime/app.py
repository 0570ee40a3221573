"""Puts services together into one application: routes, rights, and the work behind them."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI, Request

from shared.contracts.counties import County
from shared.rejected import Rejected
from shared.runtime import docs, edge, openapi, problems, system
from shared.runtime.auth import NOBODY, Authenticator, Principal, Role
from shared.runtime.jwks import Keys
from shared.runtime.part import Part
from shared.runtime.request import RequestContext
from shared.runtime.service import OPEN, Right, Service
from shared.runtime.settings import Settings

Guard = Callable[[Request], Awaitable[RequestContext]]


def build(
    services: Sequence[Service], settings: Settings, county: County, stopping: Callable[[], bool] = lambda: False
) -> FastAPI:
    """The application that hosts ``services`` of ``county``; ValueError if a route has no entry in the rights.

    While its lifespan lasts, relays and inboxes work too. It starts without Postgres and without Kafka.
    An answer without end ends once the process is ``stopping``.
    """
    _check(services)
    keys = Keys(settings.key_set)
    authenticator = Authenticator(keys, settings.issuer, county.name)
    parts = [Part(service, settings, county, stopping) for service in services]
    app = FastAPI(
        title=f"Norrsam {county.name}",
        description=f"Services: {', '.join(service.name for service in services)}",
        version="1",
        lifespan=_lifespan(parts, keys),
        generate_unique_id_function=lambda route: route.name,
        redirect_slashes=False,  # a redirect would name a host and a scheme that the caller has made up
        docs_url=None,
        redoc_url=None,
    )
    app.state.broadcast = next((part.broadcast for part in parts if part.broadcast.topics), None)
    guards = app.state.guards = dict[str, Guard]()
    for part in parts:
        guard = _guard(part, authenticator)
        guards |= dict.fromkeys((*part.service.rights, system.links_route(part.service.name)), guard)
        app.include_router(
            part.service.router,
            responses=openapi.PROBLEMS,
            tags=[part.service.name],
        )
        app.include_router(system.links_router(part))
    app.include_router(system.router(parts))
    docs.install(app)
    routes = [(service, route) for service in services for route in service.routes()]
    methods = app.state.methods = defaultdict[str, set[str]](set)
    for _, route in routes:
        methods[route.path] |= route.methods
    problems.install(
        app,
        [one.name for one in settings.counties],
        {name for service in services if service.discreet for name in service.rights},
    )
    openapi.install(app, {name for each in services for name, right in each.rights.items() if right is OPEN})
    app.add_middleware(
        edge.Edge,
        county=county.name,
        untraced=[route.path for service, route in routes if route.name in service.untraced],
        discreet=[route.path for service, route in routes if service.discreet],
        files=[route.path for service, route in routes if route.name in service.files],
    )
    return app


def _check(services: Sequence[Service]) -> None:
    seen: dict[str, str] = {}
    for service in services:
        names = [route.name for route in service.routes()]
        if missing := set(names) - service.rights.keys():
            raise ValueError(f"{service.name}: no rights are given for the route {sorted(missing)[0]}")
        if surplus := service.rights.keys() - set(names):
            raise ValueError(f"{service.name}: rights are given for {sorted(surplus)[0]}, which is no route")
        if strange := service.untraced - set(names):
            raise ValueError(f"{service.name}: {sorted(strange)[0]} shall not be traced, but is no route")
        if strange := service.files - set(names):
            raise ValueError(f"{service.name}: {sorted(strange)[0]} shall take a file, but is no route")
        for name in names:
            if name in seen:
                raise ValueError(f"{service.name} and {seen[name]} both have a route {name}; each name is used once")
            seen[name] = service.name


def _guard(part: Part, authenticator: Authenticator) -> Guard:
    links = system.links_route(part.service.name)
    rights: dict[str, Right] = {**part.service.rights, links: frozenset(Role)}
    paths = {route.name: route.path for route in part.service.routes()} | {links: f"/links/{part.service.name}"}

    async def guard(request: Request) -> RequestContext:
        route = request.scope["route"].name
        request.scope[edge.SERVICE], request.scope[edge.ROUTE] = part.service.name, paths[route]
        right = rights[route]
        if right is OPEN:
            principal = NOBODY
        else:
            principal = await authenticator.authenticate(request.headers.get("authorization"))
            _require(right, principal)
        return RequestContext(request, part.db, principal)

    return guard


def _require(right: frozenset[Role], principal: Principal) -> None:
    if principal.roles.isdisjoint(right):
        held = ", ".join(sorted(principal.roles)) or "none"
        needed = ", ".join(sorted(right)) or "nobody"
        raise Rejected("forbidden", f"Your roles ({held}) do not allow this; it is for: {needed}.")


def _lifespan(parts: Sequence[Part], keys: Keys) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        for part in parts:
            await part.start()
        renewal = asyncio.create_task(keys.renew())
        try:
            yield
        finally:
            renewal.cancel()
            await asyncio.gather(*(part.stop() for part in parts))

    return lifespan
