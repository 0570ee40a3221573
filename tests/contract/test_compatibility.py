"""Breaking and compatible changes of a contract, tried one by one on a small contract."""

from typing import Annotated, Any, ClassVar

import pytest
from pydantic import Field, StringConstraints, create_model

from infra.contracts.baseline import faults
from infra.contracts.compatibility import Breach, breaches
from infra.contracts.schemas import schema, schemas
from shared.contracts.event import Event, OpenEnum, Shared
from shared.contracts.fields import text

NAME = "se.norrsam.things.ThingChanged.v1"


class Colour(OpenEnum):
    RED = "RED"
    GREEN = "GREEN"
    UNKNOWN = "UNKNOWN"


class MoreColours(OpenEnum):
    RED = "RED"
    GREEN = "GREEN"
    BLUE = "BLUE"
    UNKNOWN = "UNKNOWN"


class Handle(Shared):
    length: int
    colour: Colour | None = None


class Named(Event):
    event_type: ClassVar[str] = NAME


class Thing(Named):
    """As it was at the last release."""

    name: Annotated[str, text(120)]
    colour: Colour
    code: Annotated[str, StringConstraints(max_length=40, pattern="^[a-z]+$")]
    note: str | None = None
    handles: tuple[Handle, ...] = ()


def changed(**fields: Any) -> dict[str, Any]:
    """The schema of the same with other fields: an annotation, or an annotation and a default; None takes it away."""
    kept = {name: (one.annotation, one) for name, one in Thing.model_fields.items() if name not in Event.model_fields}
    given = {name: one if isinstance(one, tuple) else (one, ...) for name, one in fields.items()}
    body: dict[str, Any] = {name: one for name, one in (kept | given).items() if one[0] is not None}
    return schema(create_model("Thing", __base__=Named, **body))


class LongHandle(Shared):
    length: int
    colour: Colour | None = None
    width: int | None = None


class OtherHandle(Shared):
    length: str
    colour: Colour


def test_given_no_change_then_nothing_is_broken() -> None:
    assert breaches(schema(Thing), changed()) == []


@pytest.mark.parametrize(
    "change",
    [
        {"size": (int | None, None)},
        {"size": (int, 3)},
        {"sizes": (tuple[int, ...], ())},
        {"colour": MoreColours},
        {"handles": (tuple[LongHandle, ...], ())},
        {"name": Annotated[str, text(500)]},
        {"name": Annotated[str, Field(title="Name", description="What it is called")]},
    ],
    ids=["a field", "a field with a default", "a list", "a code", "a field within", "a looser rule", "a word about it"],
)
def test_given_more_than_before_then_nothing_is_broken(change: dict[str, Any]) -> None:
    assert breaches(schema(Thing), changed(**change)) == []


@pytest.mark.parametrize(
    ("change", "place", "what"),
    [
        ({"name": None}, "name", "the field is gone"),
        ({"note": None}, "note", "the field is gone"),
        ({"size": int}, "size", "the field is new and required; events in topics lack it"),
        ({"note": str | None}, "note", "the field was optional, and is required; events in topics may lack it"),
        ({"colour": (Colour, Colour.RED)}, "colour", "the field was required, and is optional; readers count on it"),
        ({"note": (str, "")}, "note", "it was string or null, and is string"),
        ({"name": str | None}, "name", "it was string, and is string or null"),
        ({"name": int}, "name", "it was string, and is integer"),
        ({"name": tuple[str, ...]}, "name", "it was string, and is array"),
        ({"name": Colour}, "name", "it was string, and is a code"),
        ({"handles": (tuple[OtherHandle, ...], ())}, "handles[].length", "it was integer, and is string"),
        ({"code": Annotated[str, StringConstraints(max_length=9, pattern="^[a-z]+$")]}, "code", "maxLength was 40"),
        ({"code": Annotated[str, StringConstraints(max_length=99, pattern="^[a-z]+$")]}, "code", "maxLength was 40"),
        ({"code": Annotated[str, StringConstraints(max_length=40, pattern="^a$")]}, "code", "pattern was '^[a-z]+$'"),
        ({"name": Annotated[str, Field(min_length=1)]}, "name", "minLength was '(absent)', and is 1"),
        ({"handles": (tuple[Handle, ...], (Handle(length=1),))}, "handles", "the default was []"),
    ],
)
def test_given_a_change_that_breaks_a_reader_then_it_is_named(change: dict[str, Any], place: str, what: str) -> None:
    found = [breach for breach in breaches(schema(Thing), changed(**change)) if breach.what.startswith(what)]
    assert [breach.place for breach in found] == [place]


def test_given_a_code_that_is_gone_then_it_is_named() -> None:
    assert breaches(changed(colour=MoreColours), schema(Thing)) == [Breach("colour", "the code BLUE is gone")]


def test_a_word_that_the_comparison_does_not_know_is_a_breach() -> None:
    strange = {"properties": {"name": {"oneOf": [{"type": "string"}]}}}
    (breach,) = breaches(strange, strange)

    assert (breach.place, breach.what.split()[0]) == ("name", "oneOf")


def test_given_a_part_that_contains_itself_then_it_is_compared() -> None:
    def tree(kind: str) -> dict[str, Any]:
        node = {"properties": {"value": {"type": kind}, "branches": {"items": {"$ref": "#/$defs/Node"}}}}
        return {"$defs": {"Node": node}, "properties": {"root": {"$ref": "#/$defs/Node"}}}

    assert breaches(tree("string"), tree("string")) == []
    assert breaches(tree("string"), tree("integer")) == [Breach("root.value", "it was string, and is integer")]


def test_a_breach_names_type_field_change_and_what_to_do() -> None:
    (fault,) = faults({NAME: schema(Thing)}, {NAME: changed(note=None)})
    assert fault == (
        f"{NAME}: note: the field is gone. Take it back, or give it to a new type "
        "se.norrsam.things.ThingChanged.v2 published beside this one"
    )


def test_given_a_type_that_is_gone_then_the_message_names_it() -> None:
    assert faults({NAME: schema(Thing)}, {}) == [
        f"{NAME}: the type is gone, and its events lie in topics. Take it back"
    ]


def test_given_a_new_type_then_nothing_is_broken() -> None:
    assert faults({}, {NAME: schema(Thing)}) == []


def test_the_comparison_knows_every_word_of_today_s_contracts() -> None:
    assert faults({}, schemas()) == []
