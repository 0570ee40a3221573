"""Reports for those who work with them: counts of all counties, and up to when these are complete."""

from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from services.reports.api.files import PDF, XLSX, pdf_response, written_until, xlsx_response
from services.reports.domain.catalogue import REPORTS, Period, find
from services.reports.domain.layout import sheet
from services.reports.store.completeness import completeness
from services.reports.store.counting import rows_of
from shared.contracts.event import CountyName
from shared.contracts.fields import Slug
from shared.links.freshness import Freshness
from shared.runtime.csv_files import csv_of, csv_response
from shared.runtime.models import RequestModel
from shared.runtime.openapi import answers_with_file
from shared.runtime.request import QueryRequest
from shared.runtime.resource import check_county, with_freshness
from shared.runtime.routes import Router

router = Router()
PATH = "/reports"


class ReportQuery(RequestModel):
    """The time and the county that a report is about, and its format."""

    year: int = Field(ge=2016, le=2199)
    quarter: int | None = Field(None, ge=1, le=4)
    county: CountyName | None = None
    format: Literal["json", "csv", "xlsx", "pdf"] = "json"


class ReportTable(BaseModel):
    """A report: a row for each combination that has counts, their sums, and how complete each county is."""

    report: str
    year: int
    quarter: int | None
    columns: list[str]
    rows: list[dict[str, Any]]
    totals: dict[str, int]
    counties: list[Freshness]


class ReportName(BaseModel):
    """A report that there is, with the streams that it counts."""

    report: str
    streams: list[str]
    columns: list[str]


class ReportNames(BaseModel):
    """All reports."""

    items: list[ReportName]


@router.get(PATH, response_model=ReportNames)
async def list_reports(request: QueryRequest) -> Response:
    """The reports that there are."""
    items = [
        ReportName(report=each.name, streams=list(each.streams), columns=list(each.columns))
        for each in REPORTS.values()
    ]
    return Response(ReportNames(items=items).model_dump_json(), media_type="application/json")


@router.get(PATH + "/{report}", response_model=ReportTable, responses=answers_with_file("text/csv", XLSX, PDF))
async def get_report(report: Slug, query: Annotated[ReportQuery, Query()], request: QueryRequest) -> Response:
    """One report about a year or a quarter, of one county or all, as JSON, CSV, a spreadsheet or PDF.

    The completeness is read before the rows, so it never claims too much.
    """
    found, period = find(report), Period(query.year, query.quarter)
    check_county(request.writer, query.county, "invalid-county")
    async with request.db.read() as conn:
        counties = await completeness(conn, request.writer, found.streams, query.county)
        rows = await rows_of(conn, found, period, query.county)
    if query.format == "json":
        content = {"report": found.name, "year": period.year, "quarter": period.quarter, "columns": found.columns}
        return with_freshness({**content, "rows": rows, "totals": found.totals(rows)}, counties)
    name = f"{found.name}-{period.year}" + (f"-{period.quarter}" if period.quarter else "")
    if query.format == "csv":
        return csv_response(name, csv_of(found.columns, ([row[column] for column in found.columns] for row in rows)))
    known, written = request.writer.counties, written_until(counties)
    whole = sheet(found, period, rows, counties, known, author=request.county, county=query.county, written=written)
    return await (pdf_response if query.format == "pdf" else xlsx_response)(name, whole)
