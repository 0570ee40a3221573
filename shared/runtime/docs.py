"""The page /docs: FastAPI's page of Swagger UI, which loads nothing from another host.

The package fastapi-offline ships script, style and icon. The policy of the page lets no other script run.
"""

import base64
import hashlib
import re
from importlib.resources import files

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_FILES = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css", "favicon.png": "image/png"}
_PAGE = get_swagger_ui_html(
    openapi_url="/openapi.json",
    title="Norrsam",
    swagger_js_url="/docs/swagger-ui-bundle.js",
    swagger_css_url="/docs/swagger-ui.css",
    swagger_favicon_url="/docs/favicon.png",
).body
_START = re.findall(rb"<script>(.*?)</script>", _PAGE, re.DOTALL)[0]
_POLICY = (
    f"default-src 'none'; script-src 'self' 'sha256-{base64.b64encode(hashlib.sha256(_START).digest()).decode()}'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def install(app: FastAPI) -> None:
    """Serves `/docs` and its files to all."""
    app.router.routes += [Route("/docs", _show_page), *(Route(f"/docs/{name}", _show_file) for name in _FILES)]


async def _show_page(_: Request) -> Response:
    return Response(_PAGE, headers={"Content-Security-Policy": _POLICY}, media_type="text/html")


async def _show_file(request: Request) -> Response:
    name = request.url.path.rpartition("/")[2]
    content = files("fastapi_offline").joinpath("static", name).read_bytes()
    return Response(content, headers={"Cache-Control": "max-age=3600"}, media_type=_FILES[name])
