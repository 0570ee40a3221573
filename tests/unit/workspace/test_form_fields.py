"""Whatever the county refuses of what was typed, the form says so at the field in which it was typed."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.forms import form_of
from tests.support.workspace_alone import errors_in, text_of
from tests.unit.workspace.test_changed_meanwhile import FORMS, filled, opened, sent

ROWS = {"decision": ("decided_on", "dissent"), "knowledge_based": ("exchange", "competence", "cross_municipal")}
"""The fields whose errors stand at the first of theirs."""


def values_in(body: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """The values of a command by their fields, named as a refusal names them: as in `causes.0.text`."""
    named = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for name, value in named:
        yield from values_in(value, f"{path}.{name}" if path else str(name))
    if isinstance(body, str) and not body.isupper():  # a code is chosen, not typed
        yield path, body


@pytest.mark.parametrize("address", FORMS)
async def test_a_refusal_leads_to_where_the_refused_value_was_typed(address: str) -> None:
    case = FORMS[address]
    form = {"version": "1", **form_of(text_of(await opened(address)), case.path), **case.typed}
    case.made.told.clear()
    again = text_of(await sent(address, form, (409, "a-rule", ())))
    ((*_, body),) = case.made.told
    typed = {
        name: {line for text in filled(value) for line in text.split("\n")}
        for name, value in form.items()
        if f'name="{name}"' in again
    }
    for first, others in ROWS.items():
        typed[first] = typed.get(first, set()).union(*(typed.get(name, ()) for name in others))

    lost = []
    for field, value in values_in(body):
        if any(value in texts for texts in typed.values()):
            errors = errors_in(await sent(address, form, (422, "invalid-request", (field,))))
            if not any(value in typed.get(name.partition("-")[0], ()) for name in errors):
                lost.append((field, errors))

    assert lost == []
