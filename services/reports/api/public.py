"""The public statistics, for everybody."""

from datetime import datetime

from pydantic import BaseModel
from starlette.responses import Response

from services.reports.store import publications
from shared.disclosure import LEAST
from shared.runtime.request import QueryRequest
from shared.runtime.routes import Router

router = Router()


class PublicNumber(BaseModel):
    """How many signals are of this value in this dimension; null where the number is hidden, to protect a small one."""

    dimension: str
    value: str
    signals: int | None


class PublicQuarter(BaseModel):
    """The public numbers of a quarter."""

    year: int
    quarter: int
    published_at: datetime
    numbers: list[PublicNumber]


class PublicStatistics(BaseModel):
    """The public numbers of a county. None is from 1 to ``least`` - 1, and none of these can be worked out."""

    county: str
    least: int
    quarters: list[PublicQuarter]


@router.get("/reports/public-statistics", response_model=PublicStatistics)
async def get_public_statistics(request: QueryRequest) -> Response:
    """The signals that the county's police have released, by quarter, newest first, each at least a quarter old."""
    async with request.db.read() as conn:
        found = await publications.all_shown(conn)
    quarters = [
        PublicQuarter(
            year=each["year"],
            quarter=each["quarter"],
            published_at=each["published_at"],
            numbers=[PublicNumber(dimension=name, value=value, signals=n) for name, value, n in each["shown"]],
        )
        for each in found
    ]
    statistics = PublicStatistics(county=request.county, least=LEAST, quarters=quarters)
    return Response(statistics.model_dump_json(), media_type="application/json")
