"""The CSV form of actors: `;` or `,`, UTF-8, a header row; several values in one cell are parted by `|`.

Nothing is escaped for spreadsheets, so that a file comes back as it was: names, codes and references cannot begin
with a character that a spreadsheet takes for a formula (contracts), and other cells begin with a code.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from services.actors.domain.actor import RegisterActor
from services.actors.domain.directory import ActorRow, LineError
from shared.contracts.actors import Actor, ContactFunction
from shared.rejected import Rejected

COLUMNS = (
    "id",
    "reference",
    "name",
    "type",
    "level",
    "municipality",
    "police_area",
    "policy_areas",
    "contact_functions",
)
OPTIONAL = frozenset({"id"})
BOM = "\ufeff"


def decode(data: bytes) -> str:
    """The text of an uploaded file; Rejected if it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Rejected("invalid-file", f"line {line} is not UTF-8; save the file as CSV UTF-8", line=line) from None


def parse(text: str) -> tuple[list[ActorRow], list[LineError]]:
    """The rows that can be read, and the errors in the others; Rejected if the header is wrong.

    Spreadsheets drop empty cells at the end of a row, and add empty ones: neither says anything.
    """
    records = _records(text)
    _, header = next(records, (1, []))
    if [cell.lower() for cell in header if cell] == ["sep="]:  # a line for Excel alone: what parts the cells
        _, header = next(records, (1, []))
    names = _without_empty_end([name.strip().lower() for name in header])
    _check_header(names)
    rows: list[ActorRow] = []
    faults: list[LineError] = []
    for line, cells in records:
        outcome = _row(line, names, _without_empty_end([cell.strip() for cell in cells]))
        if isinstance(outcome, ActorRow):
            rows.append(outcome)
        else:
            faults.append(outcome)
    return rows, faults


def write(actors: Iterable[Actor]) -> str:
    """The file of these actors, as Swedish spreadsheets like it: a byte order mark, and `;` between the cells."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for actor in actors:
        writer.writerow(_cells(actor))
    return BOM + out.getvalue()


def _cells(actor: Actor) -> Iterator[str]:
    for column in COLUMNS:
        value = getattr(actor, column)
        if column == "policy_areas":
            yield "|".join(value)
        elif column == "contact_functions":
            yield " | ".join(_contact_cell(contact) for contact in value)
        else:
            yield "" if value is None else str(value)


def _contact_cell(contact: ContactFunction) -> str:
    ways = " ".join(way for way in (contact.mailbox, contact.telephone) if way)
    return f"{contact.function}: {ways}" if ways else str(contact.function)


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record that is not blank, with the line that it begins on."""
    head = next((line for line in text.splitlines() if line.strip(' \t;,"')), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in head else ",", strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip(" \t;,") for cell in cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Rejected("invalid-file", f"line {begins} is not CSV: {error}", line=begins) from None


def _without_empty_end(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def _check_header(names: list[str]) -> None:
    """Rejected unless it names each column once. Another name is not repeated: there may be a row instead of names."""
    missing = [name for name in COLUMNS if name not in names and name not in OPTIONAL]
    unknown = [number for number, name in enumerate(names, 1) if name not in COLUMNS]
    if missing or unknown or len(set(names)) < len(names):
        raise Rejected(
            "invalid-file",
            f"the first line must name the columns {', '.join(COLUMNS)} (id may be left out), each once, "
            "parted by ; or ,",
            missing=missing,
            unknown_columns=unknown,
        )


def _row(line: int, names: list[str], cells: list[str]) -> ActorRow | LineError:
    if len(cells) > len(names):
        return LineError(line, f"it has {len(cells)} cells; the header has {len(names)}")
    values = {name: cell for name, cell in zip(names, cells, strict=False) if cell}
    identity = values.pop("id", None)
    if identity is None and "reference" not in values:
        return LineError(line, "a reference is missing: without one, importing the file again would register it again")
    try:
        command = RegisterActor.model_validate(values | _lists(values))
        return ActorRow(line, command, UUID(identity) if identity else None)
    except ValidationError as error:
        return LineError(line, "; ".join(_reason(part) for part in error.errors()))
    except ValueError:
        return LineError(line, "id: it is not an id; leave it empty for a new actor")


def _lists(values: Mapping[str, str]) -> dict[str, object]:
    """The cells that hold several values."""
    return {
        "policy_areas": _parts(values.get("policy_areas", "")),
        "contact_functions": [_contact(part) for part in _parts(values.get("contact_functions", ""))],
    }


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]


def _contact(part: str) -> dict[str, str]:
    """`FUNCTION: mailbox telephone`, of which only the function must be there."""
    function, _, ways = part.partition(":")
    words = ways.split()
    mailbox = next((word for word in words if "@" in word), None)
    telephone = " ".join(word for word in words if word is not mailbox)
    contact = {"function": function.strip(), "mailbox": mailbox, "telephone": telephone}
    return {name: value for name, value in contact.items() if value}


def _reason(error: ErrorDetails) -> str:
    """The field, and the value that it takes. The value given is not repeated: anything may be in a wrong column."""
    place = ".".join(str(part) for part in error["loc"])
    wrong = f"it is not {error['ctx']['meaning']}" if error["type"] == "quoted" else error["msg"]
    return f"{place}: {wrong.removeprefix('Value error, ')}"
