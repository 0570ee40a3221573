"""A report as a file: a spreadsheet, or a PDF that a screen reader can read. The same sheet gives the same bytes."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from importlib.resources import files
from io import BytesIO
from typing import Any

from starlette.responses import Response

from services.reports.api.blocks import blocks
from services.reports.domain.layout import Sheet
from services.reports.domain.yearly_layout import YearlyDocument
from shared.calendar import written_moment
from shared.links.freshness import Freshness
from shared.threads import beside_requests

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORM = (files("services.reports.data") / "report.typ").read_bytes()
_Columns = Sequence[tuple[str, bool]]
_MADE = datetime(2016, 12, 8)  # noqa: DTZ001 - a day for all files, so that equal ones are equal


def written_until(counties: Sequence[Freshness]) -> str:
    """The moment up to which all of these are complete, in Swedish; empty if it is not known of one."""
    until = [each.complete_until for each in counties]
    return "" if None in until else written_moment(min(each for each in until if each))


async def pdf_response(name: str, content: Sheet | YearlyDocument) -> Response:
    """A tagged PDF (PDF/UA-1) in Swedish, with page numbers, sources and time of data on each page."""
    rows = len(content.rows) if isinstance(content, Sheet) else sum(len(each.rows) for each in content.tables)
    return _file(f"{name}.pdf", PDF, await beside_requests(rows, lambda: pdf(content)))


async def xlsx_response(name: str, sheet: Sheet) -> Response:
    """The sheet as a spreadsheet; what is below the table says its sources and the time of its data."""
    return _file(f"{name}.xlsx", XLSX, await beside_requests(len(sheet.rows), lambda: xlsx(sheet)))


def pdf(content: Sheet | YearlyDocument) -> bytes:
    """The bytes of `pdf_response`."""
    import typst  # only a process that makes files pays for it

    given: dict[str, Any] = {
        name: getattr(content, name) for name in ("title", "of", "period", "author", "sources", "complete")
    }
    if isinstance(content, Sheet):
        given |= {"state": "", "texts": [], "tables": [_table("", content.columns, content.rows, content.totals)]}
    else:
        texts = [
            {"heading": heading, "blocks": [asdict(each) for each in blocks(text)]} for heading, text in content.texts
        ]
        tables = [_table(each.title, each.columns, each.rows) for each in content.tables]
        given |= {"state": content.state, "texts": texts, "tables": tables}
    inputs = {"report": json.dumps(given)}
    made = typst.compile(_FORM, format="pdf", pdf_standards=["ua-1"], sys_inputs=inputs, ignore_system_fonts=True)
    assert isinstance(made, bytes), "one document is one file"
    return made


def _table(
    title: str, columns: _Columns, rows: Sequence[Sequence[str | int]], totals: Sequence[str | int] = ()
) -> dict[str, Any]:
    return {
        "title": title,
        "columns": [{"text": text, "number": number} for text, number in columns],
        "rows": [[str(value) for value in row] for row in rows],
        "totals": [str(value) for value in totals],
    }


def xlsx(sheet: Sheet) -> bytes:
    """The bytes of `xlsx_response`. Text stays text: nothing that another county has written is a formula."""
    import xlsxwriter

    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": f"{sheet.title}, {sheet.period}", "author": sheet.author, "created": _MADE})
        bold = book.add_format({"bold": True})
        page = book.add_worksheet(sheet.title[:31])
        page.write_row(0, 0, [text for text, _ in sheet.columns], bold)
        for place, row in enumerate(sheet.rows, 1):
            page.write_row(place, 0, row)
        page.write_row(len(sheet.rows) + 1, 0, sheet.totals, bold)
        page.write_column(
            len(sheet.rows) + 3, 0, [f"{sheet.of}, {sheet.period}", f"Källa: {sheet.sources}.", sheet.complete]
        )
        page.freeze_panes(1, 0)
        page.autofit()
    return out.getvalue()


def _file(name: str, media_type: str, content: bytes) -> Response:
    return Response(content, 200, {"Content-Disposition": f'attachment; filename="{name}"'}, media_type)
