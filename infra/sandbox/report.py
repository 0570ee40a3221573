"""The states that a subscriber says it has, as it writes them for `norrsam sandbox check`."""

import json
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from infra.engine.errors import EngineError

EXPECTED = 'A state is {"topic": …, "subject": …}, and if you keep them "epoch", "version" and "data".'
COMPARED = ("epoch", "version", "data")


def _parsed(data: object) -> object:
    """Databases give JSON as text, and null where there is none."""
    return json.loads(data) if isinstance(data, str) else {} if data is None else data


class ReportedState(BaseModel):
    """An aggregate as a subscriber says that it has it. What it leaves out is not compared."""

    model_config = ConfigDict(extra="forbid")

    topic: str
    subject: Annotated[str, BeforeValidator(lambda given: given.lower() if isinstance(given, str) else given)]
    epoch: int | None = None
    version: int | None = None
    data: Annotated[dict[str, Any], BeforeValidator(_parsed)] = {}


def reported(given: bytes) -> list[ReportedState]:
    """The report of a subscriber: a JSON array, or an object on each line. EngineError names the place of an error."""
    try:
        text = given.decode("utf-16" if given.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig")
    except UnicodeDecodeError:
        raise EngineError("The report is not in UTF-8.") from None
    found = [_read(place, each) for place, each in _parts(text)]
    if not found:
        raise EngineError(f"The report has no state in it. {EXPECTED}")
    return found


def not_compared(report: Sequence[ReportedState]) -> list[str]:
    """The fields that no state of the report has."""
    return [name for name in COMPARED if not any(getattr(each, name) for each in report)]


def _parts(text: str) -> Iterator[tuple[str, Any]]:
    if text.lstrip().startswith("["):
        yield from ((f"State {at}", each) for at, each in enumerate(_json(text, "The report"), 1))
        return
    for at, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield f"Line {at}", _json(line, f"Line {at} of the report")


def _json(text: str, what: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise EngineError(f"{what} is not JSON: {error}. {EXPECTED}") from None


def _read(place: str, given: Any) -> ReportedState:
    if not isinstance(given, dict):
        raise EngineError(f"{place} of the report is no object. {EXPECTED}")
    try:
        return ReportedState.model_validate(given)
    except (ValidationError, RecursionError) as error:
        first = error.errors()[0] if isinstance(error, ValidationError) else {"loc": ("data",), "msg": str(error)}
        raise EngineError(f"{place} of the report: {first['loc'][0]}: {first['msg']}. {EXPECTED}") from None
