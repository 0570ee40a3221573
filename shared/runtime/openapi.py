"""The API's description: problems, and the headers that all commands share, are written down in one place."""

from collections.abc import Collection
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from shared.runtime.problems import MEDIA_TYPE

PROBLEM: dict[str, object] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: {"description": "No token, or one that does not count here", "content": PROBLEM},
    403: {"description": "The token's roles do not allow this", "content": PROBLEM},
    422: {"description": "The request breaks a rule that it can be checked against alone", "content": PROBLEM},
    "default": {"description": "Any other refusal or failure", "content": PROBLEM},
}
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457. More members say more, by type.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "examples": ["/problems/not-owner"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
    "description": "The same key and body give the same answer again, for 7 days",
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "schema": {"type": "string", "pattern": r'^(W/)?"\d{1,18}(-[0-9a-f]{32})?"$', "examples": ['"3"']},
    "description": "The ETag of the version that you have seen",
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "schema": {"type": "string", "examples": ['"3"', "*"]},
    "description": "The ETags of what you have: if nothing is newer, the answer is 304",
}
_NOT_MODIFIED = {"description": "What you have is the newest"}
_LOCKS_NO_VERSION = "x-locks-no-version"
LOCKS_NO_VERSION = {_LOCKS_NO_VERSION: True}
"""The `openapi_extra` of a route whose command locks no aggregate by its version: If-Match means nothing to it."""
_KEEPS_NO_ANSWER = "x-keeps-no-answer"
KEEPS_NO_ANSWER = {_KEEPS_NO_ANSWER: True}
"""The `openapi_extra` of a route whose command keeps no answer: an Idempotency-Key means nothing to it."""


def answers_with_file(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that answers with a file of one of these types."""
    form = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"content": {each: {"schema": {}} if each.endswith("json") else form for each in media_types}}}


def install(app: FastAPI, opened: Collection[str] = ()) -> None:
    """`/openapi.json` is complete. The routes in ``opened`` ask for no token."""
    made: dict[str, Any] = {}

    def describe() -> dict[str, Any]:
        if not made:
            made.update(_describe(app, opened))
        return made

    app.openapi = describe  # type: ignore[method-assign]  # FastAPI's documented way


def _describe(app: FastAPI, opened: Collection[str]) -> dict[str, Any]:
    document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    components = document.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = _PROBLEM
    components["securitySchemes"] = {"HTTPBearer": {"type": "http", "scheme": "bearer"}}
    closed = app.state.guards.keys() - opened
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            operation |= {"security": [{"HTTPBearer": []}]} if operation["operationId"] in closed else {}
            for media in operation.get("requestBody", {}).get("content", {}).values():
                if (
                    "contentMediaType" in media["schema"]
                ):  # bytes, which generators of clients know by OpenAPI 3.0's word
                    media["schema"]["format"] = "binary"
            keys = [] if operation.pop(_KEEPS_NO_ANSWER, False) else [_KEY]
            locks = not operation.pop(_LOCKS_NO_VERSION, False) and (method == "put" or "{" in path)
            if operation["operationId"] in opened:
                for word in ("401", "403"):
                    del operation["responses"][word]
            elif method == "get":
                if "text/event-stream" not in operation["responses"]["200"].get("content", ()):
                    operation.setdefault("parameters", []).append(_IF_NONE_MATCH)
                    operation["responses"]["304"] = _NOT_MODIFIED
            else:
                if headers := [*keys, _IF_MATCH] if locks else keys:
                    operation.setdefault("parameters", []).extend(headers)
    return document
