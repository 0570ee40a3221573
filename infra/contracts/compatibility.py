"""Finds what a change of a contract breaks, by comparing two of its published schemas.

A reader is bound by the schema that it was built with. Old readers must take the events that are written now, and
new readers those that have lain in topics for years. So a type may get more optional fields and more codes, and
nothing else: whatever this module does not know to be harmless is a breach. A limit binds both, so it stays as it is;
the rules that bind writers alone (`for_writers`) are in no published schema, and may be loosened.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = Mapping[str, Any]

_REMARKS = {"$id", "$schema", "$defs", "title", "description", "examples", "deprecated"}
"""They say something to people, and bind no reader."""
_COMPARED_APART = {"properties", "required", "items", "additionalProperties", "anyOf", "codes", "default"}
_PLAIN = {"type", "format", "pattern", "enum", "const", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems"}
_PLAIN |= {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
_ANY_STRING = {"type": "string"}
_ABSENT = "(absent)"


@dataclass(frozen=True, slots=True)
class Breach:
    """``place`` names the field, as in ``contact_functions[].mailbox``; it is empty for the data as a whole."""

    place: str
    what: str


def breaches(before: Schema, after: Schema) -> list[Breach]:
    """The changes that keep readers of ``before`` from reading ``after``, or the reverse; empty if none does."""
    return list(_Comparison(before, after).part("", before, after))


@dataclass(slots=True)
class _Comparison:
    before: Schema
    after: Schema
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def part(self, place: str, old: Schema, new: Schema) -> Iterator[Breach]:
        """The differences between two parts at the same position."""
        names = old.get("$ref", ""), new.get("$ref", "")
        if all(names) and names in self._seen:
            return
        self._seen.add(names)
        olds, news = _kinds(old, self.before), _kinds(new, self.after)
        if olds.keys() != news.keys():
            yield Breach(place, f"it was {' or '.join(olds)}, and is {' or '.join(news)}")
        for kind in [kind for kind in olds if kind in news]:
            yield from self._same_kind(place, olds[kind], news[kind])

    def _same_kind(self, place: str, old: Schema, new: Schema) -> Iterator[Breach]:
        for code in old.get("codes", []):
            if code not in new["codes"]:
                yield Breach(place, f"the code {code} is gone")
        for word in sorted((old.keys() | new.keys()) - _REMARKS - _COMPARED_APART):
            was, now = old.get(word, _ABSENT), new.get(word, _ABSENT)
            if word not in _PLAIN:
                yield Breach(
                    place, f"{word} is unknown to the comparison; teach it to infra/contracts/compatibility.py"
                )
            elif was != now:
                yield Breach(place, f"{word} was {was!r}, and is {now!r}")
        yield from self._fields(place, old, new)
        for word, mark in (("items", "[]"), ("additionalProperties", "{}")):
            if word in old or word in new:
                yield from self.part(place + mark, _as_schema(old.get(word)), _as_schema(new.get(word)))

    def _fields(self, place: str, old: Schema, new: Schema) -> Iterator[Breach]:
        olds, news = old.get("properties", {}), new.get("properties", {})
        for name, was in olds.items():
            at = f"{place}.{name}".lstrip(".")
            if name not in news:
                yield Breach(at, "the field is gone")
                continue
            yield from self.part(at, was, news[name])
            yield from _presence(at, name in old.get("required", []), name in new.get("required", []))
            if "default" in was and "default" in news[name] and was["default"] != news[name]["default"]:
                yield Breach(at, f"the default was {was['default']!r}, and is {news[name]['default']!r}")
        for name in news:
            if name not in olds and name in new.get("required", []):
                yield Breach(f"{place}.{name}".lstrip("."), "the field is new and required; events in topics lack it")


def _presence(place: str, was_required: bool, is_required: bool) -> Iterator[Breach]:
    if is_required and not was_required:
        yield Breach(place, "the field was optional, and is required; events in topics may lack it")
    if was_required and not is_required:
        yield Breach(place, "the field was required, and is optional; readers count on it")


def _kinds(part: Schema, root: Schema) -> dict[str, Schema]:
    """The kinds of value that ``part`` allows, each with what is said of it: "string", "null", "object" …"""
    part = _resolved(part, root)
    if "anyOf" not in part:
        return {_name(part): part}
    kinds, alternatives = _codes(part["anyOf"])
    for alternative in alternatives:
        for name, kind in _kinds(alternative, root).items():
            kinds[name if name not in kinds else f"{name} ({len(kinds)})"] = kind
    return kinds


def _resolved(part: Schema, root: Schema) -> Schema:
    while "$ref" in part:
        name = part["$ref"].removeprefix("#/$defs/")
        part = {**root["$defs"][name], **{word: value for word, value in part.items() if word != "$ref"}}
    return part


def _name(part: Schema) -> str:
    kind = str(part.get("type", "anything"))
    return f"{kind} ({part['format']})" if "format" in part else kind


def _codes(alternatives: list[Schema]) -> tuple[dict[str, Schema], list[Schema]]:
    """A list of codes that may grow, which is written as: one of these, or any string; and what is left then."""
    lists = [each["enum"] for each in alternatives if each.keys() == {"enum"}]
    if len(lists) != 1 or _ANY_STRING not in alternatives:
        return {}, alternatives
    left = [each for each in alternatives if each.keys() != {"enum"} and each != _ANY_STRING]
    return {"a code": {"codes": lists[0]}}, left


def _as_schema(value: object) -> Schema:
    """The schema; anything that is not a schema allows everything."""
    return value if isinstance(value, Mapping) else {}
