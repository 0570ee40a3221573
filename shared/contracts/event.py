"""The base of every event: the whole shared state of one aggregate, after a change of it.

The same class writes and reads. A writer cannot build an event with an unknown field or value; a reader ignores unknown
fields and reads an unknown code as UNKNOWN. So an older county can read the events of a newer one.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final, Self, TypeVar
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    field_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

READER: Final = "reader"
_EARLIEST, _LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)

CountyName = Annotated[str, StringConstraints(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=40)]
"""A county as settings name it; never an enum, so that a new county joins by settings alone."""


def quoting(value: object, meaning: str) -> PydanticCustomError:
    """The error "<value> is not <meaning>", for values that may be shown to their sender."""
    return PydanticCustomError("quoted", "{given} is not {meaning}", {"given": repr(value), "meaning": meaning})


class OpenEnum(StrEnum):
    """A list of codes that may grow. A reader gets the member UNKNOWN for a code that it does not know."""

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

    @field_validator("*")
    @classmethod
    def _can_be_stored(cls, value: object) -> object:
        if not _is_storable(value):
            raise PydanticCustomError("unstorable", "PostgreSQL cannot store it: a NUL, or out of range")
        return value


def _is_storable(value: object) -> bool:
    """Whether PostgreSQL can keep the value: text without NUL, numbers of 8 bytes, times that UTC has."""
    if isinstance(value, str):
        return "\0" not in value and (value.isascii() or not any("\ud800" <= each <= "\udfff" for each in value))
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    if isinstance(value, datetime):
        return _EARLIEST <= value <= _LATEST
    return all(map(_is_storable, value)) if isinstance(value, tuple) else True


class Event(Shared):
    """One aggregate's shared state; the class says what happened. The owner is ``county``.

    The class of an aggregate names its ``stream``, and the class of an event its ``version``. They give the type:
    `ActorChangedV2` with version 2 of the stream `actors` is se.norrsam.actors.ActorChanged.v2. An aggregate whose last
    event is ``final`` is not restated any more.
    """

    stream: ClassVar[str]
    event_type: ClassVar[str]
    final: ClassVar[bool] = False

    id: UUID
    county: CountyName

    @property
    def labels_known(self) -> bool:
        """Whether this version knows every label (TLP) in it. Whoever does not know one shows the event to nobody."""
        return True

    def __init_subclass__(
        cls, *, stream: str | None = None, version: int | None = None, final: bool = False, **kwargs: Any
    ) -> None:
        super().__init_subclass__(**kwargs)
        if stream is not None:
            cls.stream = stream
        if version is not None:
            name = cls.__name__.removesuffix(f"V{version}")
            cls.event_type, cls.final = f"se.norrsam.{cls.stream}.{name}.v{version}", final

    @classmethod
    def read(cls, data: bytes) -> Self:
        """The event in ``data``, without fields unknown to this version; ValidationError if it breaks the contract."""
        return cls.model_validate_json(data, extra="ignore", context=READER)

    def write(self) -> bytes:
        """The event as JSON in UTF-8."""
        return self.model_dump_json().encode()


Changed = TypeVar("Changed", bound=Event)


def if_different(after: Changed, before: Event | None) -> Changed | None:
    """The event ``after``, or None if it equals ``before``: then there is no new version."""
    return None if before is not None and after.model_dump() == before.model_dump() else after


def events_in(module: Mapping[str, object]) -> tuple[type[Event], ...]:
    """The events that a module defines, in their order; ``module`` is its globals()."""
    classes = [each for each in module.values() if isinstance(each, type) and issubclass(each, Event)]
    return tuple(each for each in classes if each.__module__ == module["__name__"] and hasattr(each, "event_type"))


def stream_of(event_type: str) -> str:
    """The stream in a type: ``se.norrsam.actors.ActorRegistered.v1`` → ``actors``."""
    return event_type.split(".")[2]
