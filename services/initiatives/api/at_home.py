"""The lists of what stays in this county, each as far as the caller may see it."""

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel
from starlette.responses import Response

from services.initiatives.api.callers import author_of, coordinates_county
from services.initiatives.api.lists import InitiativeQuery
from services.initiatives.store.home import HomeTable, Kept
from shared.runtime.auth import Principal
from shared.runtime.request import RequestContext
from shared.runtime.resource import check_county, page_at_home


async def list_at_home(
    request: RequestContext,
    query: InitiativeQuery,
    path: str,
    table: HomeTable[Any, Any],
    ripe: Sequence[str],
    view: Callable[[Kept[Any]], BaseModel],
) -> Response:
    """One page in Swedish order. The county's coordinator sees what has one of the statuses ``ripe``."""
    check_county(request.writer, query.county, "invalid-county")
    list_id, wanted = query.list_id(path), query.state_filter()
    states = [merged for each in _seen_by(request.principal, ripe) if (merged := _both(wanted, each)) is not None]
    async with request.db.read() as conn:
        after, most = query.after(list_id), query.rows_at_home(request.county)
        found = await table.page(conn, states, query.search_text(), after, most)
    return page_at_home(query, list_id, [(view(each), (key, "", each.state.id)) for each, key in found])


def _seen_by(principal: Principal, ripe: Sequence[str]) -> list[dict[str, Any]]:
    """The states that the caller may see each contain one of these."""
    author = author_of(principal)
    if author.police:
        return [{}]
    own = [{"municipalities": [author.municipality]}] if author.municipality else []
    return [*own, *({"status": code} for code in ripe if coordinates_county(principal))]


def _both(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any] | None:
    """A state that contains both; None if there is none."""
    merged = dict(first)
    for name, value in second.items():
        if isinstance(value, list):
            merged[name] = [*merged.get(name, []), *value]
        elif merged.setdefault(name, value) != value:
            return None
    return merged
