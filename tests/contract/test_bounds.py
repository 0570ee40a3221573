"""Every text, time and number that anybody can write has bounds: in contracts, bodies, queries, paths, headers."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import Enum
from typing import Annotated, Any, Literal, get_args, get_origin
from uuid import UUID

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import AwareDatetime, BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from infra.gateway import all_services
from shared.contracts.registry import EVENTS

CONTROL = ("\0", "\x1b", "\x7f", "\x85", "\u2028", "\u202e", "\ud800", "\ufeff")
"""Characters that nobody types: they end, hide or turn round what follows, or no database takes them."""
TEXTS = (
    *("a", "A", "Anna", "abc", "ab-cd", "AB_CD", "2480", "25", "en", "sv", "https://a.example/a", "brott@a.example"),
    *(
        "114 14",
        "#a",
        "a b",
        "09:00",
        "2026-W10",
        "norrbotten",
        "1",
        "Europe/Stockholm",
        "LULEA_BODEN",
        "CALL_112",
        "2016:1258",
    ),
    *("TOGETHER_AGAINST_NET_DRUGS", "CONTACT_LIST", "MAPPING", "START_DECISION", f"norrbotten/{UUID(int=1)}", "a" * 64),
)
"""For each field at least one that it takes."""
LONG = 60_000
TIMES: dict[type, tuple[object, ...]] = {
    datetime: (
        *(datetime(year, 1, 1, tzinfo=UTC) for year in (1, 1000, 1899, 2201, 9999)),
        *("0001-01-01T00:00+01:00", "9999-12-31T23:59-01:00", 10**15, -(10**10)),
    ),
    date: (date(1, 1, 1), date(1899, 12, 31), date(2201, 1, 1), date(9999, 12, 31)),
    int: (10**19, -(10**19)),
}


def leaves(annotation: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Each part of a type that a single value fills, with the name of where it stands."""
    if get_origin(annotation) is Annotated:
        inner = get_args(annotation)[0]
        if not list(get_args(inner)) and not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            yield name, annotation
            return
        annotation = inner
    if annotation is Ellipsis or get_origin(annotation) is Literal:
        return
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from fields(annotation)
        return
    parts = get_args(annotation)
    if parts:
        for part in parts:
            yield from leaves(part, name)
    else:
        yield name, annotation


def fields(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    for name, info in model.model_fields.items():
        yield from of_field(info, f"{model.__name__}.{name}")


def of_field(info: FieldInfo, name: str) -> Iterator[tuple[str, Any]]:
    annotation = info.annotation
    if info.metadata and type(None) in get_args(annotation):  # bounds of a field that may be left out
        (annotation,) = [part for part in get_args(annotation) if part is not type(None)]
    yield from leaves(Annotated[annotation, *info.metadata] if info.metadata else annotation, name)


def of_route(dependant: Dependant, name: str) -> Iterator[tuple[str, Any]]:
    for kind in (dependant.path_params, dependant.query_params, dependant.header_params, dependant.body_params):
        for param in kind:
            yield from of_field(param.field_info, f"{name}({param.name})")
    for inner in dependant.dependencies:
        yield from of_route(inner, name)


def every() -> dict[str, Any]:
    routes = [route for service in all_services() for route in service.router.routes]
    found = [leaf for event in EVENTS.values() for leaf in fields(event)]
    found += [leaf for route in routes if isinstance(route, APIRoute) for leaf in of_route(route.dependant, route.name)]
    return {f"{name}: {base(leaf).__name__}": leaf for name, leaf in found}


def base(annotation: Any) -> type:
    """The Python type of a leaf's values."""
    inner = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    if inner is AwareDatetime:
        return datetime
    return inner if isinstance(inner, type) else object


EVERY = every()
OWN = ("RequestVersion.", "StreamRestated.", "LinksReported.", "Applied.", "Written.")
"""Contracts that the code writes alone, of what it counts itself."""
READ_ONLY = (
    "cursor",
    "read_calendar(secret)",
    "read_meeting_calendar(secret)",
    "check_certificate(code)",
    "give_advice(accept_language)",
)
"""Texts that are decoded, hashed or parsed, and go nowhere as they are."""
BOUNDED = {
    name: leaf
    for name, leaf in EVERY.items()
    if base(leaf) in (str, *TIMES) and not name.startswith(OWN) and not any(part in name for part in READ_ONLY)
}
FREE_TEXTS = {"name", "title", "goal", "purpose", "purposes", "areas", "place", "text", "dissent", "reason"}
FREE_TEXTS |= {"local_theme", "summary", "place_factors", "operational_goal", "unit"}
FREE_TEXTS |= {"board_name", "need", "answer", "publishers"}
"""The fields of events that take words that are on no list."""
KNOWN = (str, datetime, date, int, bool, UUID, type(None), bytes, Enum)


def taken(leaf: TypeAdapter[object], value: object) -> object | None:
    """The validated value; None if the type refuses it."""
    try:
        return leaf.validate_python(value)
    except ValidationError:
        return None


def test_only_fields_for_free_text_could_hold_a_person_s_name() -> None:
    leaves_of_events = [leaf for event in EVENTS.values() for leaf in fields(event) if not leaf[0].startswith(OWN)]
    texts = [(name, leaf) for name, leaf in leaves_of_events if base(leaf) is str]
    assert {
        name.partition(".")[2] for name, leaf in texts if taken(TypeAdapter(leaf), "Anna Berg") is not None
    } == FREE_TEXTS


def test_every_kind_of_field_is_looked_at() -> None:
    assert {name: leaf for name, leaf in EVERY.items() if not issubclass(base(leaf), KNOWN)} == {}


@pytest.mark.parametrize("name", BOUNDED)
def test_a_field_has_bounds(name: str) -> None:
    kind, leaf = base(BOUNDED[name]), TypeAdapter[object](BOUNDED[name])
    if kind is not str:
        assert [value for value in TIMES[kind] if taken(leaf, value) is not None] == []
        return
    fitting = [text for text in TEXTS if taken(leaf, text) is not None]
    assert fitting, "TEXTS has none that this field takes"
    results = {letter: [taken(leaf, f"{text}{letter}a") for text in fitting] for letter in CONTROL}
    assert [letter for letter, found in results.items() if any(letter in str(each) for each in found)] == []
    assert not any(taken(leaf, text + letter * LONG) for text in fitting for letter in "a1")
