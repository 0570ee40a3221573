"""The routes of every process beside its services: health, metrics and the published schemas. Open to all."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.contracts.topics import stream_name
from shared.links import freshness
from shared.links.freshness import Links
from shared.rejected import Rejected
from shared.runtime import metrics
from shared.runtime.openapi import PROBLEMS
from shared.runtime.part import Part
from shared.runtime.request import QueryRequest
from shared.runtime.routes import Router

FRESH_SECONDS = 1.0
Value = TypeVar("Value")
SCHEMAS = Path(__file__).parents[1] / "contracts" / "schemas"


class Fresh(Generic[Value]):
    """A value that is found out at most once per FRESH_SECONDS, however many ask for it."""

    def __init__(self, find: Callable[[], Awaitable[Value]]) -> None:
        self._find = find
        self._lock = asyncio.Lock()
        self._found: tuple[float, Value] | None = None

    async def get(self) -> Value:
        """The value as it was at most FRESH_SECONDS ago, or while the caller waited."""
        asked = time.monotonic()
        async with self._lock:
            if self._found is None or self._found[0] < asked - FRESH_SECONDS:
                self._found = time.monotonic(), await self._find()
            return self._found[1]


async def _figures(parts: Sequence[Part]) -> bytes:
    await metrics.measure(parts)
    return generate_latest()


def router(parts: Sequence[Part]) -> APIRouter:
    """The routes of a process that hosts ``parts``."""
    routes = APIRouter(tags=["system"], responses={"default": PROBLEMS["default"]})

    @routes.get("/health/live")
    async def live() -> dict[str, str]:
        """The process answers."""
        return {"status": "live"}

    healths = Fresh(lambda: asyncio.gather(*(part.health() for part in parts)))
    figures = Fresh(lambda: _figures(parts))

    @routes.get("/health/ready", responses={503: {"description": "Some service cannot take commands"}})
    async def ready() -> JSONResponse:
        """Whether commands can be taken: each service's own Postgres answers and is migrated. Kafka is only shown."""
        found = await healths.get()
        all_ready = all(is_ready for is_ready, _ in found)
        services = {part.service.name: state for part, (_, state) in zip(parts, found, strict=True)}
        return JSONResponse({"ready": all_ready, "services": services}, 200 if all_ready else 503)

    @routes.get("/metrics", response_class=Response)
    async def show_metrics() -> Response:
        """For Prometheus."""
        return Response(await figures.get(), media_type=CONTENT_TYPE_LATEST)

    _add_schemas(routes)
    return routes


def links_router(part: Part) -> APIRouter:
    """The route that shows where one service stands with the streams of its own and of the others."""
    service, county = part.service.name, part.county.name
    routes = Router(tags=["system"], responses=PROBLEMS)

    @routes.get(f"/links/{service}", name=links_route(service))
    async def show_links(request: QueryRequest) -> Links:
        """The streams that this service writes and reads, of those that the caller may count."""
        async with part.db.read() as conn:
            written, read = await freshness.written(conn), await freshness.links(conn, list(part.streams.reads))
            await part.db.look(conn)
            faults = await part.faults(conn)
        return Links(
            county=county,
            service=service,
            written=[each for each in written if request.may_count(each.stream)],
            read=[each for each in read if request.may_count(each.stream)],
            faults=[each for each in faults if each.topic is None or request.may_count(stream_name(each.topic))],
        )

    return routes


def links_route(service: str) -> str:
    """The name of that route."""
    return f"show_links_of_{service.replace('-', '_')}"


def _add_schemas(routes: APIRouter) -> None:
    schemas = {path.stem: path.read_bytes() for path in sorted(SCHEMAS.glob("*.json"))}

    @routes.get("/schemas")
    async def list_schemas() -> dict[str, list[str]]:
        """The types of events that have a schema."""
        return {"types": list(schemas)}

    @routes.get("/schemas/{event_type}", response_class=Response)
    async def show_schema(event_type: str) -> Response:
        """The JSON Schema of a type of event, as its readers may rely on it."""
        if event_type not in schemas:
            raise Rejected("not-found", f"There is no type of event {event_type!r}. GET /schemas lists them.")
        return Response(schemas[event_type], media_type="application/schema+json")
