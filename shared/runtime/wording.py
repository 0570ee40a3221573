"""The messages to a caller about each wrong field, in plain words: pydantic's own name Python's types."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel

_TIME, _DATE = "a date and a time with its offset, as in 2026-05-04T09:00:00+02:00", "a date, as in 2026-05-04"
_WORDS = {
    "json_invalid": "not JSON: {error}",
    "missing": "it is missing",
    "extra_forbidden": "there is no such field; leave it out",
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), "it must be a JSON object"),
    **dict.fromkeys(("list_type", "tuple_type", "set_type", "frozen_set_type"), "it must be a JSON array"),
    "string_type": "it must be text",
    "string_too_short": "it must have at least {min_length} characters",
    "string_too_long": "it must have at most {max_length} characters",
    "string_pattern_mismatch": "it must have the form {pattern}",
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "int_parsing_size"), "it must be a whole number"),
    **dict.fromkeys(("float_type", "float_parsing", "finite_number"), "it must be a number"),
    "greater_than_equal": "it must be {ge} or more",
    "less_than_equal": "it must be {le} or less",
    **dict.fromkeys(("bool_type", "bool_parsing"), "it must be true or false"),
    **dict.fromkeys(("uuid_type", "uuid_parsing", "uuid_version"), "it must be a UUID"),
    **dict.fromkeys(
        ("datetime_type", "datetime_parsing", "datetime_from_date_parsing", "datetime_object_invalid"),
        f"it must be {_TIME}",
    ),
    "timezone_aware": f"it must be {_TIME}",
    **dict.fromkeys(
        ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"), f"it must be {_DATE}"
    ),
    "literal_error": "it must be one of {expected}",
    "enum": "it must be one of {expected}",
}
"""The message by pydantic's kind of error. None quotes the value that was given."""


def of(detail: Mapping[str, Any], model: Any, discreet: bool) -> dict[str, str]:
    """The field of one error, and the value it must hold; ``model`` is the type of the body.

    A check of a whole model begins with the name of the field that it is about, if there is one.

    With ``discreet`` the message repeats nothing that the caller gave: an unknown field is answered with the names of
    the known ones.
    """
    kind, location, text = detail["type"], detail["loc"], _text(detail)
    if kind == "json_invalid":  # FastAPI gives the position where a field would stand
        location, text = location[:1], f"{text}, at character {location[1] + 1}"
    if discreet and kind == "extra_forbidden":
        known = ", ".join(detail["ctx"]["known"] if location[0] == "query" else _known(model, location[1:-1]))
        text = f"one field is not known; leave it out{known and f' (known are {known})'}"
        location = location[:-1]
    elif discreet and kind == "quoted":
        text = f"it is not {detail['ctx']['meaning']}"
    elif text is None:
        text = "this cannot be given here; see /docs" if discreet else str(detail["msg"])
    elif kind == "value_error" and (name := text.partition(" ")[0]) in _known(model, location[1:]):
        location = (*location, name)
    return {"field": ".".join(str(part) for part in location[1:]), "message": text}


def _text(detail: Mapping[str, Any]) -> str | None:
    if detail["type"] == "value_error":  # the words of a check of ours
        return str(detail["msg"]).removeprefix("Value error, ")
    words = _WORDS.get(detail["type"])
    return words and words.format(**detail.get("ctx", {}))


def _known(annotation: Any, path: tuple[str | int, ...]) -> list[str]:
    """The fields of the models that stand at ``path`` within ``annotation``."""
    models = list(_models(annotation))
    if not path:
        return list(dict.fromkeys(name for model in models for name in model.model_fields))
    if isinstance(path[0], int):
        return _known(annotation, path[1:])
    found = [model.model_fields[path[0]].annotation for model in models if path[0] in model.model_fields]
    return list(dict.fromkeys(name for one in found for name in _known(one, path[1:])))


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Every model in an annotation such as ``tuple[Contact, ...] | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from _models(each)
