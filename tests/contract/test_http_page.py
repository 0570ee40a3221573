"""The problems, limits and labels of docs/http.md are those of the code. `tests/flow` runs its commands."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from services.shipment_alerts.api.lists import inside
from services.shipment_alerts.domain.signals import labels
from shared.contracts.times import FIRST_YEAR, LAST_YEAR
from shared.messaging.outbox import MAX_EVENT_BYTES
from shared.runtime.auth import Principal, Role
from shared.runtime.csv_files import MOST_EXPORTED
from shared.runtime.edge import MAX_BODY_BYTES, MAX_FILE_BYTES
from shared.runtime.problems import status_of

PROJECT = Path(__file__).parents[2]
PAGE = (PROJECT / "docs" / "http.md").read_text("utf-8")
ROWS = re.findall(r"^\| `([a-z-]+)` \| (\d{3}) \| (.+) \| (.*) \|$", PAGE, re.MULTILINE)
NOT_OVER_HTTP = (
    *("shared/recovery/", "shared/runtime/notices/queue.py", "shared/messaging/leading.py"),
    *("services/workspace/", "services/shipment_alerts/commands/partners.py"),
)
"""An operator's commands, the pages, and what partners answer: what they refuse is no answer of the interface."""
VARIANTS = {"invalid-{name}": ("invalid-present", "invalid-absent")}
OF_HTTP = "problems.py"
"""The module that also names types by their status, in a dictionary, and of some says the status itself."""
NO_COUNTY = "There is no such county here; these are: {name}."


class Said(NamedTuple):
    """One place in the code that says something of a problem type."""

    slug: str
    status: int
    forms: tuple[str, ...]
    members: frozenset[str]


def texts(node: ast.expr, module: ast.Module) -> Iterator[str]:
    """The text of an expression with its variables in braces; of a name, each text that the module gives it."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(each.value) if isinstance(each, ast.Constant) else "{name}" for each in parts)
        case ast.Name(id=name):
            for each in ast.walk(module):
                if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == name:
                    yield from texts(each.value, module)


def of_call(call: ast.Call, module: ast.Module) -> Iterator[Said]:
    """The types that a call raises."""
    match ast.unparse(call.func), call.args:
        case "check_county", [_, _, slug]:
            for each in texts(slug, module):
                yield Said(each, status_of(each), (NO_COUNTY,), frozenset())
        case (("Rejected" | "problem"), [slug, message, *more]):
            named = {each.arg: each.value for each in call.keywords if each.arg is not None}
            given = named.pop("status", None)
            also = more[1].keys if len(more) == 2 and isinstance(more[1], ast.Dict) else []
            members = frozenset(named) | {str(ast.literal_eval(key)) for key in also if key}
            for each in texts(slug, module):
                for name in VARIANTS.get(each, (each,)):
                    status = ast.literal_eval(given) if isinstance(given, ast.Constant) else status_of(name)
                    yield Said(name, status, tuple(texts(message, module)), members)


def of_dictionary(found: ast.Dict, module: ast.Module) -> Iterator[Said]:
    """The types that a dictionary names by their status."""
    for key, value in zip(found.keys, found.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(value, ast.Tuple):
            (slug,), forms = texts(value.elts[0], module), tuple(texts(value.elts[1], module))
            yield Said(slug, int(str(key.value)), forms, frozenset())


@cache
def said() -> dict[str, list[Said]]:
    """All that the services and what is shared say of each problem type."""
    found: dict[str, list[Said]] = defaultdict(list)
    for each in all_said():
        found[each.slug].append(each)
    return dict(found)


def all_said() -> Iterator[Said]:
    for path in [*(PROJECT / "services").rglob("*.py"), *(PROJECT / "shared").rglob("*.py")]:
        if path.relative_to(PROJECT).as_posix().startswith(NOT_OVER_HTTP):
            continue
        module = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(module):
            if isinstance(node, ast.Call):
                yield from of_call(node, module)
            elif isinstance(node, ast.Dict) and path.name == OF_HTTP:
                yield from of_dictionary(node, module)


def test_the_page_lists_every_problem_type_once() -> None:
    assert sorted(slug for slug, *_ in ROWS) == sorted(said())


def test_the_page_says_status_and_members_of_each_problem_type() -> None:
    for slug, status, _, members in ROWS:
        assert {each.status for each in said()[slug]} == {int(status)}, slug
        assert set().union(*(each.members for each in said()[slug])) == set(re.findall(r"`(\w+)`", members)), slug


def test_every_example_of_a_problem_is_what_the_code_says() -> None:
    for slug, _, example, _ in ROWS:
        forms = [re.escape(form) for each in said()[slug] for form in each.forms]
        fitting = [form for form in forms if re.fullmatch(form.replace(r"\{name\}", ".+"), example)]
        assert fitting, f"{slug}: {example} is none of {forms}"


def test_the_limits_of_the_page_are_those_of_the_code() -> None:
    mib = MAX_BODY_BYTES // 1024**2, MAX_FILE_BYTES // 1024**2
    assert f"| a body | {mib[0]} MiB; `POST /actors/import` {mib[1]} MiB |" in PAGE
    assert f"| an export | {MOST_EXPORTED:,} rows |" in PAGE
    assert f"as an event | {MAX_EVENT_BYTES // 1024} KiB" in PAGE
    assert f"years {FIRST_YEAR} to {LAST_YEAR} |" in PAGE


def test_the_page_says_which_role_sees_which_label() -> None:
    for role in Role:
        seen = ", ".join(f"`{label.value}`" for label in labels(inside(Principal("", frozenset({role})))))
        assert re.search(rf"^\|.*`{role}`.*\| {re.escape(seen)} \|$", PAGE, re.MULTILINE), role
