"""Golden events: how each type looks on the wire, in every form that it has had."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import ValidationError

from infra import generate
from infra.contracts import golden as forms
from infra.contracts.schemas import schemas
from shared.contracts.codes import ActorType
from shared.contracts.event import Event, OpenEnum
from shared.contracts.registry import EVENTS
from shared.contracts.topics import STREAMS

SCHEMAS = generate.ROOT / generate.SCHEMAS
every_type = pytest.mark.parametrize("name", sorted(EVENTS))


def golden(name: str) -> bytes:
    """The newest form, which is today's."""
    return forms.files(generate.ROOT, name)[-1].read_bytes()


def validator(name: str) -> Draft202012Validator:
    text = (SCHEMAS / f"{name}.json").read_text("utf-8")
    return Draft202012Validator(json.loads(text), format_checker=FormatChecker())


@every_type
def test_a_golden_event_read_and_written_is_the_same(name: str) -> None:
    event = EVENTS[name].read(golden(name))
    assert json.loads(event.write()) == json.loads(golden(name))


@every_type
def test_an_old_golden_event_read_and_written_loses_nothing(name: str) -> None:
    for path in forms.files(generate.ROOT, name):
        validator(name).validate(json.loads(path.read_bytes()))
        assert _holds(json.loads(EVENTS[name].read(path.read_bytes()).write()), json.loads(path.read_bytes()))


@every_type
def test_a_golden_event_can_be_written_and_fills_every_field(name: str) -> None:
    data = json.loads(golden(name))

    EVENTS[name].model_validate_json(golden(name))

    assert set(data) == {field.alias or own for own, field in EVENTS[name].model_fields.items()}
    assert None not in data.values()


@every_type
def test_a_golden_event_is_valid_by_its_published_schema(name: str) -> None:
    validator(name).validate(json.loads(golden(name)))


@every_type
def test_schema_and_reader_take_new_fields_and_codes(name: str) -> None:
    later = _grown(json.loads(golden(name)))
    validator(name).validate(later)

    event = EVENTS[name].read(json.dumps(later).encode())

    assert ("A_NEW_CODE" in json.dumps(later)) == ("UNKNOWN" in event.model_dump_json())
    read = {field: value for field, value in event.model_dump().items() if later.get(field) == "A_NEW_CODE"}
    assert {value for value in read.values() if isinstance(value, OpenEnum)} <= {"UNKNOWN"}
    with pytest.raises(ValidationError):
        EVENTS[name].model_validate(later)


@every_type
def test_schema_and_reader_refuse_an_event_that_lacks_a_field(name: str) -> None:
    for required in schemas()[name]["required"]:
        data = {field: value for field, value in json.loads(golden(name)).items() if field != required}
        assert not validator(name).is_valid(data)
        with pytest.raises(ValidationError):
            EVENTS[name].read(json.dumps(data).encode())


@every_type
def test_given_what_was_read_as_unknown_then_nobody_writes_it_on(name: str) -> None:
    event = EVENTS[name].read(json.dumps(_grown(json.loads(golden(name)))).encode())
    if "UNKNOWN" in event.model_dump_json():
        with pytest.raises(ValidationError):
            EVENTS[name](**dict(event))


def test_the_committed_schemas_are_those_that_the_code_generates() -> None:
    assert generate.stale() == []


def test_given_a_changed_schema_then_the_check_names_it(tmp_path: Path) -> None:
    assert generate.main([], tmp_path) == 0
    assert generate.main(["--check"], tmp_path) == 0
    changed = [generate.SCHEMAS / f"se.norrsam.actors.{name}.v1.json" for name in ("ActorChanged", "Gone")]
    for path in changed:
        (tmp_path / path).write_text("{}")
    assert generate.stale(tmp_path) == [str(path) for path in changed]
    assert generate.main(["--check"], tmp_path) == 1

    generate.write(tmp_path)

    assert generate.stale(tmp_path) == []


@every_type
def test_a_schema_has_its_address_and_is_open_to_later_versions(name: str) -> None:
    text = json.dumps(schemas()[name])

    assert schemas()[name]["$id"] == f"/schemas/{name}"
    assert '"additionalProperties": false' not in text
    assert "UNKNOWN" not in text


@every_type
def test_a_type_is_named_after_its_class_and_has_a_stream(name: str) -> None:
    se, norrsam, stream, event, version = name.split(".")

    assert (se, norrsam) == ("se", "norrsam")
    assert EVENTS[name].__name__ == event + ("" if version == "v1" else version.upper())
    assert stream in STREAMS


@every_type
def test_given_a_type_then_no_field_is_named_for_a_person(name: str) -> None:
    fields = set(_fields(EVENTS[name].model_json_schema()))
    assert fields.isdisjoint(
        {"person", "first_name", "last_name", "email", "address", "note", "comment", "description"}
    )


def test_a_reader_takes_unknown_codes_as_unknown() -> None:
    event: Any = _read_with("se.norrsam.actors.ActorChanged.v1", {"type": "REINDEER_HERDING_DISTRICT"})
    assert event.type is ActorType.UNKNOWN


def test_given_rules_for_writing_then_they_do_not_bind_a_reader() -> None:
    strange = {"name": "=x" * 500, "municipality": "new form", "reference": "Å", "police_area": "å"}

    event: Any = _read_with("se.norrsam.actors.ActorChanged.v1", strange)

    assert event.municipality == "new form"
    with pytest.raises(ValidationError):
        EVENTS["se.norrsam.actors.ActorChanged.v1"].model_validate(json.loads(event.write()))


def _read_with(name: str, changes: Mapping[str, object]) -> Event:
    return EVENTS[name].read(json.dumps(json.loads(golden(name)) | changes).encode())


def _holds(data: Any, less: Any) -> bool:
    """All that ``less`` says is in ``data``, which may have more fields."""
    if isinstance(less, dict):
        return all(name in data and _holds(data[name], value) for name, value in less.items())
    if isinstance(less, list):
        return len(data) == len(less) and all(map(_holds, data, less))
    return bool(data == less)


def _grown(data: Any) -> Any:
    """The same with an unknown field in every object, and an unknown code wherever a code stands."""
    if isinstance(data, dict):
        return {name: _grown(value) for name, value in data.items()} | {"a_new_field": [1]}
    if isinstance(data, list):
        return [_grown(value) for value in data]
    return "A_NEW_CODE" if isinstance(data, str) and re.fullmatch("[A-Z_]+", data) else data


def _fields(part: Any) -> list[str]:
    if isinstance(part, list):
        return [name for each in part for name in _fields(each)]
    if not isinstance(part, dict):
        return []
    own = list(part.get("properties", {}))
    return own + [name for value in part.values() for name in _fields(value)]
