"""The promise behind the comparison of contracts: what it passes, the readers of both sides can read.

Contracts are made up, changed at random, and written and read with the very classes that real contracts use.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from hypothesis import event, settings
from hypothesis import given as given_any
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import StringConstraints, create_model

from infra.contracts.compatibility import breaches
from infra.contracts.schemas import schema
from shared.contracts.event import Event, OpenEnum, Shared
from shared.contracts.fields import text

unhurried = settings(deadline=None)
thorough = settings(deadline=None, max_examples=300)
NAMES = ("alpha", "beta", "gamma", "delta")
CODES = ("RED", "GREEN", "BLUE")
PLAIN: Mapping[str, tuple[Any, st.SearchStrategy[Any]]] = {
    "text": (str, st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=4)),
    "whole": (int, st.integers(0, 9)),
    "number": (float, st.sampled_from([0.5, 1.5])),
    "flag": (bool, st.booleans()),
    "id": (UUID, st.uuids()),
    "day": (date, st.dates(min_value=date(2000, 1, 1))),
}


@dataclass(frozen=True)
class Spec:
    """A field of a made-up contract. ``size`` is a limit that binds readers too, ``rule`` one for writers alone."""

    kind: str = "text"
    required: bool = True
    nullable: bool = False
    many: bool = False
    size: int = 4
    rule: int = 4
    codes: tuple[str, ...] = ("RED",)
    parts: tuple[tuple[str, "Spec"], ...] = ()

    def annotation(self) -> Any:
        if self.kind == "code":
            one: Any = OpenEnum("Code", {code: code for code in (*self.codes, "UNKNOWN")})  # type: ignore[call-arg]
        elif self.kind == "part":
            one = made(Shared, dict(self.parts))
        elif self.kind == "limited":
            one = Annotated[str, StringConstraints(max_length=self.size)]
        else:
            one = Annotated[str, text(self.rule)] if self.kind == "ruled" else PLAIN[self.kind][0]
        whole = tuple[one, ...] if self.many else one
        return whole | None if self.nullable else whole

    def values(self) -> st.SearchStrategy[Any]:
        if self.kind == "code":
            one: st.SearchStrategy[Any] = st.sampled_from(self.codes)
        elif self.kind == "part":
            one = st.fixed_dictionaries({name: spec.values() for name, spec in self.parts})
        elif self.kind in ("limited", "ruled"):
            one = st.text("ab", min_size=1, max_size=self.size if self.kind == "limited" else self.rule)
        else:
            one = PLAIN[self.kind][1]
        whole = st.lists(one, max_size=2) if self.many else one
        return st.none() | whole if self.nullable else whole


Contract = Mapping[str, Spec]


class Thing(Event):
    event_type: ClassVar[str] = "se.norrsam.things.ThingChanged.v1"


def made(base: type[Any], contract: Contract) -> Any:
    """The class with these fields. What is optional is null, or an empty list."""
    defaults = {name: ... if spec.required else None if spec.nullable else () for name, spec in contract.items()}
    body: dict[str, Any] = {name: (spec.annotation(), defaults[name]) for name, spec in contract.items()}
    return create_model("Made", __base__=base, **body)


kinds = st.sampled_from([*PLAIN, "limited", "ruled", "code"])
small = st.builds(Spec, kind=kinds, nullable=st.booleans(), many=st.booleans())
parts = st.dictionaries(st.sampled_from(NAMES), small, min_size=1, max_size=2).map(lambda each: tuple(each.items()))
specs = small | st.builds(Spec, kind=st.just("part"), many=st.booleans(), parts=parts)
optional = small.map(lambda spec: replace(spec, required=False, many=spec.many or not spec.nullable))
contracts = st.dictionaries(st.sampled_from(NAMES), specs | optional, min_size=1, max_size=3)


@st.composite
def grown(draw: st.DrawFn, contract: Contract) -> Contract:
    """The same with what a contract may always get: optional fields, codes, looser rules; also within its parts."""
    more = draw(st.dictionaries(st.sampled_from([f"{name}_2" for name in NAMES]), optional, max_size=2))
    kept = {}
    for name, spec in contract.items():
        inner = tuple(draw(grown(dict(spec.parts))).items()) if spec.parts else ()
        codes = (*spec.codes, *draw(st.sets(st.sampled_from(CODES[1:]))))
        kept[name] = replace(spec, parts=inner, codes=codes, rule=spec.rule + draw(st.integers(0, 4)))
    return kept | more


@st.composite
def altered(draw: st.DrawFn, contract: Contract) -> Contract:
    """The same with one of its fields altered in whatever way, or with another field."""
    name = draw(st.sampled_from(sorted(contract)))
    spec = contract[name]
    others = {key: one for key, one in contract.items() if key != name}
    ways = {
        "another": {name: spec, "another": draw(small | optional)},
        "gone": {},
        "other": {name: draw(specs)},
        "nullable": {name: replace(spec, nullable=not spec.nullable)},
        "many": {name: replace(spec, many=not spec.many)},
        "presence": {name: replace(spec, required=not spec.required)},
        "size": {name: replace(spec, size=spec.size + draw(st.sampled_from([-2, 2])))},
        "codes": {name: replace(spec, codes=draw(st.sampled_from([("GREEN",), CODES])))},
        "within": {name: replace(spec, parts=tuple(draw(altered(dict(spec.parts))).items()) if spec.parts else ())},
    }
    return others | ways[draw(st.sampled_from(sorted(ways)))]


class Party:
    """Whoever writes and reads by a contract; its class and its published schema are made once."""

    def __init__(self, contract: Contract) -> None:
        self.thing = made(Thing, contract)
        self.schema = schema(self.thing)
        values = {name: spec.values() for name, spec in contract.items()}
        needed = {name: value for name, value in values.items() if contract[name].required}
        optional = {name: value for name, value in values.items() if not contract[name].required}
        self._bodies = st.fixed_dictionaries(needed, optional=optional)
        self._described = Draft202012Validator(self.schema, format_checker=FormatChecker())

    def written(self, data: st.DataObject) -> bytes:
        """Anything that a writer may write; what is optional may be missing, as in older events."""
        body = data.draw(self._bodies)
        event = self.thing.model_validate({"id": UUID(int=1), "county": "norrbotten"} | body)
        return str(event.model_dump_json(exclude_unset=True)).encode()

    def read(self, wire: bytes) -> None:
        """A reader takes it, by its class and by its published schema."""
        self.thing.read(wire)
        self._described.validate(json.loads(wire))


@unhurried
@given_any(st.data(), contracts)
def test_readers_before_and_after_growth_read_each_other(data: st.DataObject, old: Contract) -> None:
    before, after = Party(old), Party(data.draw(grown(old)))
    assert breaches(before.schema, after.schema) == []
    before.read(after.written(data))
    after.read(before.written(data))


@thorough
@given_any(st.data(), contracts)
def test_readers_read_each_other_across_any_change_that_passes(data: st.DataObject, old: Contract) -> None:
    before, after = Party(old), Party(data.draw(altered(old)))
    found = breaches(before.schema, after.schema)
    event("is refused" if found else "passes")
    for _ in range(0 if found else 3):
        before.read(after.written(data))
        after.read(before.written(data))
