"""CSV files as Swedish spreadsheets like them."""

import csv
import io
from collections.abc import Iterable, Sequence

from starlette.responses import Response

from shared.rejected import Rejected
from shared.runtime.openapi import answers_with_file

BOM = "\ufeff"
ANSWERS = answers_with_file("text/csv")
"""The `responses` of a route that answers with a file."""
MOST_EXPORTED = 100_000
"""The most rows of a file."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_of(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The file: a byte order mark, the names of the columns, and `;` between cells; None is an empty cell.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it: what another county has written
    was not checked here (OWASP, CSV Injection).
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return BOM + out.getvalue()


def check_exported(rows: Sequence[object], path: str) -> None:
    """Rejected if these are more than MOST_EXPORTED: a file that ended there would look whole."""
    if len(rows) > MOST_EXPORTED:
        raise Rejected("too-many", f"There are more than {MOST_EXPORTED} rows; read them as pages of {path}.")


def csv_response(name: str, text: str) -> Response:
    """The answer that a browser saves as a file of this name."""
    return Response(text, 200, {"Content-Disposition": f'attachment; filename="{name}.csv"'}, "text/csv")


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
