"""What every event is: the whole shared state of one aggregate, after something happened to it.

The same class writes and reads, with two measures: a writer cannot build an event with an unknown field or
value, a reader ignores the fields it does not know and reads an unknown enum value as UNKNOWN. So an older
county goes on reading what a newer one writes.
"""

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final, Self, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, StringConstraints
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

READER: Final = "reader"

CountyName = Annotated[str, StringConstraints(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=40)]
"""A county as settings name it; never an enum, so that a new county joins by settings alone."""


def quoting(value: object, meaning: str) -> PydanticCustomError:
    """The error "this value is not …", where the value may be told to whoever gave it."""
    return PydanticCustomError("quoted", "{given} is not {meaning}", {"given": repr(value), "meaning": meaning})


class OpenEnum(StrEnum):
    """A list of codes that may grow. Each list has a member UNKNOWN: what a reader sees in a newer code."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        known, unknown = {code: cls(code) for code in cls.codes()}, cls("UNKNOWN")

        def validate(value: object, info: core_schema.ValidationInfo) -> OpenEnum:
            member = known.get(value) if isinstance(value, str) else None
            if member is not None:
                return member
            if info.context == READER and isinstance(value, str):
                return unknown
            raise quoting(value, f"one of {', '.join(known)}")

        return core_schema.with_info_plain_validator_function(
            validate, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"enum": cls.codes()}, {"type": "string"}]}

    @classmethod
    def codes(cls) -> list[str]:
        """The codes that may be written."""
        return [member.value for member in cls if member.name != "UNKNOWN"]


class Shared(BaseModel):
    """A part of a contract: frozen, and strict towards its writer."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Event(Shared):
    """One aggregate's shared state, and by its class what happened. The owner is ``county``.

    ``final`` says that nobody needs the aggregate after this event: it is not restated any more.
    """

    event_type: ClassVar[str]
    final: ClassVar[bool] = False

    id: UUID
    county: CountyName

    @classmethod
    def read(cls, data: bytes) -> Self:
        """The event in ``data`` as far as this version knows it; ValidationError if it breaks the contract."""
        return cls.model_validate_json(data, extra="ignore", context=READER)

    def write(self) -> bytes:
        """The JSON that goes over the wire, UTF-8."""
        return self.model_dump_json().encode()


Changed = TypeVar("Changed", bound=Event)


def if_different(after: Changed, before: Event | None) -> Changed | None:
    """The event, or None if nothing would change: then there is no new version either."""
    return None if before is not None and after.model_dump() == before.model_dump() else after


def stream_of(event_type: str) -> str:
    """The stream in a type: ``se.norrsam.actors.ActorRegistered.v1`` → ``actors``."""
    return event_type.split(".")[2]
