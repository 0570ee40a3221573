"""The bases of the models at the edge: of bodies and queries that come in, and of aggregates that go out."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict


class RequestModel(BaseModel):
    """A body or a query. Unknown fields are refused, and no error repeats a value: it may be personal data."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Versioned(BaseModel):
    """An aggregate as a caller sees it: with its version, which is also its ETag."""

    version: int


def _printable(value: str) -> str:
    if not value.isprintable():
        raise ValueError("it contains a character that cannot be printed")
    return value


Printable = Annotated[str, AfterValidator(_printable)]
"""Text in which every character can be seen; how long it may be says each field."""
