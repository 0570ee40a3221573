"""The values that the shared shipment contracts can and cannot hold, derived from the types themselves."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from uuid import UUID, uuid1, uuid4

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from shared.contracts import guidance, shipment_signals
from shared.contracts.event import OpenEnum
from shared.contracts.reference import MUNICIPALITIES, POLICE_AREAS
from shared.contracts.reference.shipments import ADVICE_LINES, METHOD_ACTIVITIES, METHOD_NAMES
from shared.contracts.shipment_signals import (
    ReportNumbersReleased,
    ShipmentSignal,
    ShipmentSignalReleased,
    SignalDetails,
)

LISTED = {*MUNICIPALITIES, *POLICE_AREAS, *ADVICE_LINES, *METHOD_ACTIVITIES, *METHOD_NAMES}
EVENTS = (*shipment_signals.EVENTS, *guidance.EVENTS)
SIGNAL: dict[str, Any] = {
    "police_area": "UMEA",
    "iso_week_year": 2026,
    "iso_week": 48,
    "indicator_groups": ["PACKAGING"],
    "hazard_class": "H0",
    "category": "NARCOTICS",
    "kind": "LETTER",
    "origin": "DOMESTIC",
    "tlp": "AMBER",
    "source_grade": "A",
    "information_grade": "2",
}

secrets = st.sampled_from(
    [
        "Anna Berg",
        "anna.berg@example.se",
        "070-123 45 67",
        "19121212-1212",
        "ICA Kiruna",
        "Storgatan 1",
        "RR123456785SE",
        "00340434161094021501",
        "14:05",
        "2026-11-23T14:05:00",
        "2026-11-23 14:05",
        340434161094021501,
        1763903100,
        14.05,
    ]
)
anything = secrets | st.text() | st.integers() | st.floats() | st.datetimes() | st.times() | st.binary()


def models(kind: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The model and every model within it."""
    yield kind
    for field in kind.model_fields.values():
        for leaf in leaves(field.annotation, field.metadata):
            if isinstance(leaf, type) and issubclass(leaf, BaseModel):
                yield from models(leaf)


def leaves(annotation: Any, rules: Any = ()) -> Iterator[Any]:
    """The types that a field is made of, each with its rules; a model within is one of them."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from leaves(parts[0], parts[1:])
    elif origin in (Union, UnionType):
        for part in parts:
            yield from () if part is NoneType else leaves(part)
    elif origin is tuple:
        yield from leaves(parts[0])
    else:
        yield Annotated[(annotation, *rules)] if rules else annotation


MODELS = list(dict.fromkeys(model for event in EVENTS for model in models(event)))
FIELDS = {
    leaf: f"{model.__name__}.{name}"
    for model in reversed(MODELS)
    for name, field in model.model_fields.items()
    for leaf in leaves(field.annotation, field.metadata)
    if not (isinstance(leaf, type) and issubclass(leaf, BaseModel))
}
LEAVES = [pytest.param(TypeAdapter(leaf), id=name) for leaf, name in FIELDS.items()]


def harmless(value: object) -> bool:
    """A code of a list, a yes or no, an id, a day, a small number, or a word that can only be a county's name."""
    if isinstance(value, str) and not isinstance(value, OpenEnum):
        return value in LISTED or (len(value) <= 40 and re.fullmatch("[a-z]+(-[a-z]+)*", value) is not None)
    if isinstance(value, int):
        return 0 <= value < 100_000
    return isinstance(value, OpenEnum | UUID) or type(value) is date


@pytest.mark.parametrize("leaf", LEAVES)
@given_any(value=anything)
def test_a_field_holds_a_code_a_day_an_id_or_a_small_number(leaf: TypeAdapter[Any], value: object) -> None:
    try:
        held = leaf.validate_python(value)
    except ValidationError:
        return
    assert harmless(held)


def test_of_the_fields_with_words_only_a_county_is_on_no_list() -> None:
    taking = set()
    for leaf, name in FIELDS.items():
        with suppress(ValidationError):
            TypeAdapter(leaf).validate_python("anna-berg")
            taking.add(name.split(".")[-1])

    assert taking == {"county"}  # the outbox holds an event's to its writer, a reference's is copied from an event


@pytest.mark.parametrize("model", MODELS)
@given_any(name=st.text(min_size=1) | st.sampled_from(["site", "sender", "note", "time", "text"]), value=anything)
def test_a_field_that_a_contract_does_not_have_cannot_be_written(
    model: type[BaseModel], name: str, value: object
) -> None:
    if name not in model.model_fields:
        with pytest.raises(ValidationError) as caught:
            model.model_validate({name: value})
        assert "extra_forbidden" in {error["type"] for error in caught.value.errors()}


def test_a_signal_has_the_fields_that_may_leave_the_police_alone() -> None:
    assert set(ShipmentSignal.model_fields) == {
        *("id", "county", "municipality", "police_area", "site_type", "iso_week_year", "iso_week"),
        *("indicator_groups", "hazard_class", "category", "kind", "origin"),
        *("tlp", "source_grade", "information_grade", "message_kind", "exercise", "status"),
    }


def test_given_a_signal_then_its_id_is_random() -> None:
    state = {"county": "vasterbotten", "message_kind": "WARNING", **SIGNAL}
    ShipmentSignalReleased(id=uuid4(), **state)
    for other in (uuid1(), UUID("787f9222-91df-5263-a9e0-96085cd803bf"), UUID(int=0)):
        with pytest.raises(ValidationError, match="version 4"):
            ShipmentSignalReleased(id=other, **state)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iso_week": 54}, "1 to 53"),
        ({"iso_week": 0}, "1 to 53"),
        ({"iso_week_year": 2027, "iso_week": 53}, "iso_week 53 is none of 2027"),
        ({"municipality": "2403", "police_area": None}, "together with the police area"),
        ({"municipality": "2403", "police_area": "MEDELPAD"}, "together with the police area"),
        ({"municipality": "1405"}, "not the code of a municipality"),
        ({"police_area": "RR123456785SE"}, "not the code of a police area"),
        ({"site_type": "AGENT"}, "only with the municipality"),
        ({"tlp": "RED"}, "not one of CLEAR"),
        ({"tlp": "WHITE"}, "not one of CLEAR"),
        ({"category": "UNKNOWN"}, "not one of NARCOTICS"),
        ({"hazard_class": "H5"}, "not one of H0"),
    ],
)
def test_a_signal_that_contradicts_itself_or_lists_is_refused(changes: dict[str, Any], reason: str) -> None:
    SignalDetails(**SIGNAL)
    with pytest.raises(ValidationError, match=reason):
        SignalDetails(**SIGNAL | changes)


def test_given_the_last_week_of_a_long_year_then_it_is_one() -> None:
    assert SignalDetails(**SIGNAL | {"iso_week": 53}).iso_week == 53


@given_any(st.integers(0, 200), st.integers(0, 200))
def test_each_cell_of_report_numbers_is_none_or_five_and_more(checked: int, confirmed: int) -> None:
    state = {"id": uuid4(), "county": "jamtland", "year": 2026, "quarter": 2}
    cells = (checked, confirmed, checked - confirmed)
    if all(cell == 0 or cell >= 5 for cell in cells):
        ReportNumbersReleased(**state, checked=checked, confirmed=confirmed)
    else:
        with pytest.raises(ValidationError):
            ReportNumbersReleased(**state, checked=checked, confirmed=confirmed)


def test_the_types_that_end_a_signal_s_life_alone_are_final() -> None:
    assert {event.__name__ for event in EVENTS if event.final} == {"ShipmentSignalWithdrawn", "ShipmentSignalExpired"}


def test_a_refusal_does_not_repeat_the_value_of_a_listed_field() -> None:
    with pytest.raises(ValidationError) as caught:
        SignalDetails(**SIGNAL | {"municipality": "ICA Kiruna", "police_area": "Anna Berg", "sender": "Storgatan 1"})
    assert not re.search("Kiruna|Anna|Storgatan", str(caught.value))
