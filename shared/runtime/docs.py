"""The page /docs: the process's OpenAPI document as Swagger UI shows it, without any other host.

Script and style come from the package fastapi-offline, which ships them. The policy of the page lets nothing else run.
"""

from importlib.resources import files

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_FILES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon.png": "image/png",
}
_START = 'SwaggerUIBundle({url: "/openapi.json", dom_id: "#ui", deepLinking: true});'
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Norrsam</title>
<link rel="icon" href="/docs/favicon.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def install(app: FastAPI) -> None:
    """`/docs` and its files are served, to all."""
    app.router.routes.append(Route("/docs", _show_page))
    app.router.routes.append(Route("/docs/start.js", _show_start))
    app.router.routes += [Route(f"/docs/{name}", _show_file) for name in _FILES]


async def _show_page(_: Request) -> Response:
    return Response(_PAGE, headers={"Content-Security-Policy": _POLICY}, media_type="text/html")


async def _show_start(_: Request) -> Response:
    return Response(_START, media_type="text/javascript")


async def _show_file(request: Request) -> Response:
    name = request.url.path.rpartition("/")[2]
    content = files("fastapi_offline").joinpath("static", name).read_bytes()
    return Response(content, headers={"Cache-Control": "max-age=3600"}, media_type=_FILES[name])
