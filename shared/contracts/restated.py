"""The end marker of a restate, a type that every stream has (docs/protocol.md, S1).

The events of a restate have the header `ce_restated`; their numbers reach from `from` to the marker's own.
"""

from uuid import UUID, uuid5

from pydantic import ConfigDict, Field, PositiveInt

from shared.contracts.event import Event

_NAMESPACE = UUID("5a1c9d0a-3a52-5d55-8a0e-2f6f0b9a7c3e")


class StreamRestated(Event):
    """A stream was written again from number ``first`` on. An aggregate whose last event lies before it is gone."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    final = True

    first: PositiveInt = Field(alias="from")


def restated(stream: str) -> type[StreamRestated]:
    """The marker's type for ``stream``."""
    return type(
        "StreamRestated",
        (StreamRestated,),
        {
            "__module__": __name__,
            "__doc__": StreamRestated.__doc__,
            "event_type": f"se.norrsam.{stream}.StreamRestated.v1",
        },
    )


def marker_id(topic: str) -> UUID:
    """The id of a topic's markers: always the same."""
    return uuid5(_NAMESPACE, topic)
