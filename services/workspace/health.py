"""How the process is: for whoever runs it, and for Prometheus. Nothing tells who opened what."""

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.workspace.site import WorkspaceSite
from shared.outages import DATABASE_ERRORS
from shared.runtime import metrics


def routes(site: WorkspaceSite) -> list[Route]:
    """Its health, and `/metrics`. The gateway passes none of them on."""
    own = {"county": site.county.name, "service": "workspace"}

    async def ready(_: Request) -> Response:
        """Whether log-ins can be kept. Whether the county answers is shown on each page."""
        try:
            missing = await site.pending()
        except DATABASE_ERRORS as error:
            return JSONResponse({"ready": False, "postgres": f"down: {type(error).__name__}"}, 503)
        return JSONResponse({"ready": not missing, "migrations_pending": missing}, 503 if missing else 200)

    async def show_metrics(_: Request) -> Response:
        try:
            missing = await site.pending()
        except DATABASE_ERRORS:
            metrics.DATABASE_UP.labels(**own).set(0)
        else:
            metrics.DATABASE_UP.labels(**own).set(1)
            metrics.PENDING.labels(**own).set(len(missing))
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return [
        Route("/health/live", lambda _: JSONResponse({"status": "live"})),
        Route("/health/ready", ready),
        Route("/metrics", show_metrics),
    ]
