"""Reads a form as browsers send it: application/x-www-form-urlencoded, UTF-8."""

from urllib.parse import parse_qs

from starlette.requests import Request

MAX_FIELDS = 500


async def form_of(request: Request) -> dict[str, list[str]]:
    """The values of each field, in order; none if the body is no such form."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    try:
        text = (await request.body()).decode()
        return parse_qs(text, keep_blank_values=True, strict_parsing=bool(text), max_num_fields=MAX_FIELDS)
    except ValueError:
        return {}
