"""What every process answers beside its services: health, metrics and the published schemas. Open to all."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.links import freshness
from shared.links.freshness import Links
from shared.rejected import Rejected
from shared.runtime import metrics
from shared.runtime.openapi import PROBLEMS
from shared.runtime.part import Part

SCHEMAS = Path(__file__).parents[1] / "contracts" / "schemas"


def router(parts: Sequence[Part]) -> APIRouter:
    """The routes of a process that hosts ``parts``."""
    routes = APIRouter(tags=["system"], responses={"default": PROBLEMS["default"]})

    @routes.get("/health/live")
    async def live() -> dict[str, str]:
        """The process answers."""
        return {"status": "live"}

    @routes.get("/health/ready", responses={503: {"description": "Some service cannot take commands"}})
    async def ready() -> JSONResponse:
        """Whether commands can be taken: each service's own Postgres answers and is migrated. Kafka is only shown."""
        healths = await asyncio.gather(*(part.health() for part in parts))
        all_ready = all(is_ready for is_ready, _ in healths)
        services = {part.service.name: state for part, (_, state) in zip(parts, healths, strict=True)}
        return JSONResponse({"ready": all_ready, "services": services}, 200 if all_ready else 503)

    @routes.get("/metrics", response_class=Response)
    async def show_metrics() -> Response:
        """For Prometheus."""
        await metrics.measure(parts)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    _add_schemas(routes)
    return routes


def links_router(part: Part) -> APIRouter:
    """The route that shows where one service stands with the streams of its own and of the others."""
    service, county = part.service.name, part.county.name
    routes = APIRouter(tags=["system"], responses=PROBLEMS)

    @routes.get(f"/links/{service}", name=links_route(service))
    async def show_links() -> Links:
        """What this service has written, and up to where it has the streams of the others."""
        async with part.db.read() as conn:
            written, read = await freshness.written(conn), await freshness.links(conn, list(part.streams.reads))
        return Links(county=county, service=service, written=written, read=read)

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
