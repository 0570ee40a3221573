"""The yearly report to Brå. Only the own county's coordinators see it."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import BaseModel
from starlette.responses import Response

from services.reports.api.files import PDF, pdf_response, written_until
from services.reports.commands.yearly import content
from services.reports.domain.yearly import YearlyReport, YearlyTexts, check_freezing, check_open, due_day
from services.reports.domain.yearly_layout import STREAMS, document
from services.reports.store import yearly
from services.reports.store.completeness import completeness
from shared import calendar
from shared.rejected import Rejected
from shared.runtime.idempotency import reply_of
from shared.runtime.models import RequestModel, Versioned
from shared.runtime.openapi import answers_with_file
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import check_version
from shared.runtime.routes import Router

router = Router()
EVERY = "/reports/yearly"
PATH = EVERY + "/{year}"
YearOfReport = Annotated[int, Path(ge=2016, le=2199)]


class YearlyQuery(RequestModel):
    """The format of a yearly report."""

    format: Literal["json", "pdf"] = "json"


class YearlyView(Versioned, BaseModel):
    """A yearly report. ``content`` is as it was frozen, with the positions of its sources, or as it is counted now."""

    year: int
    due: str
    frozen: bool
    texts: dict[str, str]
    content: dict[str, Any]
    sources: dict[str, list[int]] | None


class YearlyState(BaseModel):
    """A year whose report somebody has begun, the day until which it is sent, and whether it is frozen."""

    year: int
    due: str
    frozen: bool


class YearlyStates(BaseModel):
    """The years whose reports somebody has begun, the newest first."""

    items: list[YearlyState]


@router.get(EVERY, response_model=YearlyStates)
async def list_yearly_reports(request: QueryRequest) -> Response:
    """The years whose reports somebody has begun, without what they say."""
    async with request.db.read() as conn:
        begun = await yearly.years(conn)
    items = [YearlyState(year=year, due=_due(year), frozen=frozen) for year, frozen in begun]
    return reply_of(YearlyStates(items=items)).response()


@router.put(PATH, response_model=YearlyView)
async def write_yearly_report(year: YearOfReport, texts: YearlyTexts, request: CommandRequest) -> Response:
    """The draft says this. The first one needs no If-Match."""
    async with request.command() as tx:
        before = await yearly.find(tx.conn, year, lock=True)
        if before is not None:
            check_version(tx, before.version)
            check_open(before)
        report = YearlyReport(year, before.version + 1 if before else 1, texts, request.principal.sub)
        await yearly.keep(tx.conn, report)
        return tx.reply(_view(report, await content(tx.conn, request.county, report, tx.context.today)))


@router.post(PATH + "/freeze", response_model=YearlyView)
async def freeze_yearly_report(year: YearOfReport, request: CommandRequest) -> Response:
    """A second person has checked the report: it stays as it is counted now, whatever comes later."""
    async with request.command() as tx:
        sources = await yearly.positions(tx.conn)
        before = _found(await yearly.find(tx.conn, year, lock=True))
        check_version(tx, before.version)
        check_freezing(before, request.principal.sub, tx.context.today)
        counted = await content(tx.conn, request.county, before, tx.context.today)
        counted["checked_by"] = request.principal.function
        report = YearlyReport(year, before.version + 1, before.texts, before.written_by, counted, sources)
        await yearly.freeze(tx.conn, report, counted, sources, request.principal.sub)
        return tx.reply(_view(report, counted))


@router.get(PATH, response_model=YearlyView, responses=answers_with_file(PDF))
async def get_yearly_report(
    year: YearOfReport, query: Annotated[YearlyQuery, Query()], request: QueryRequest
) -> Response:
    """The report, as JSON or PDF: a draft as it is counted now, or as it was frozen, the same bytes each time."""
    async with request.db.read() as conn:
        report = _found(await yearly.find(conn, year))
        complete = await completeness(conn, request.writer, STREAMS, request.county) if query.format == "pdf" else []
        shown = report.content or await content(conn, request.county, report, calendar.day_of(request.writer.now()))
    if query.format == "json":
        return reply_of(_view(report, shown)).response()
    day = shown.get("counted_on")  # which what was frozen earlier may lack
    as_of = calendar.written_date(date.fromisoformat(str(day))) if day else ""
    whole = document(report, shown, request.writer.counties, written=written_until(complete), as_of=as_of)
    return await pdf_response(f"bra-{year}", whole)


def _found(report: YearlyReport | None) -> YearlyReport:
    if report is None:
        raise Rejected("not-found", "Nobody has begun the report of that year.")
    return report


def _due(year: int) -> str:
    return due_day(year, calendar).isoformat()


def _view(report: YearlyReport, shown: Any) -> YearlyView:
    return YearlyView(
        version=report.version,
        year=report.year,
        due=_due(report.year),
        frozen=report.content is not None,
        texts=report.texts.model_dump(),
        content=dict(shown),
        sources=None if report.sources is None else {topic: list(at) for topic, at in report.sources.items()},
    )
