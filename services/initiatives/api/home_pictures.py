"""Problem pictures that stay in this county."""

from typing import Annotated, Any

from fastapi import Query
from starlette.responses import Response

from services.initiatives.api import lists
from services.initiatives.api.callers import author_of, coordinates_county
from services.initiatives.api.picture_views import PictureView, picture_view
from services.initiatives.store.pictures import PICTURES
from shared.contracts.initiative_codes import PictureStatus
from shared.runtime.auth import Principal
from shared.runtime.lists import Page
from shared.runtime.request import QueryRequest
from shared.runtime.resource import check_county, page_at_home
from shared.runtime.routes import Router

router = Router()
PATH = "/problem-pictures/at-home"


@router.get(PATH, response_model=Page[PictureView])
async def list_home_pictures(query: Annotated[lists.PictureQuery, Query()], request: QueryRequest) -> Response:
    """The pictures of this county that are not released, as far as the caller may see them, in Swedish order."""
    check_county(request.writer, query.county, "invalid-county")
    list_id, wanted = query.list_id(PATH), query.state_filter()
    states = [merged for each in _seen_by(request.principal) if (merged := _both(wanted, each)) is not None]
    async with request.db.read() as conn:
        after, most = query.after(list_id), query.rows_at_home(request.county)
        found = await PICTURES.page(conn, states, query.search_text(), after, most)
    return page_at_home(query, list_id, [(picture_view(each), (key, "", each.state.id)) for each, key in found])


def _seen_by(principal: Principal) -> list[dict[str, Any]]:
    """The states that the caller may see each contain one of these."""
    author = author_of(principal)
    if author.police:
        return [{}]
    own = [{"municipalities": [author.municipality]}] if author.municipality else []
    ripe = [code for code in PictureStatus.codes() if code != PictureStatus.DRAFT]
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
