from contextlib import suppress
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rejected import Rejected
from shared.runtime import cursors
from shared.runtime.aggregates import ListedRow
from shared.runtime.lists import ListQuery

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=100)
VALUES = st.lists(TEXT | st.integers(-(2**63) + 1, 2**63 - 1), max_size=4)


@given(VALUES)
def test_a_cursor_decodes_to_the_values_it_was_made_of(values: list[str | int]) -> None:
    assert cursors.decode(cursors.encode(values)) == values


@given(st.text(max_size=60))
def test_any_text_decodes_to_values_or_is_refused(text: str) -> None:
    with suppress(Rejected):
        assert isinstance(cursors.decode(text), list)


@pytest.mark.parametrize("values", [[None], [1.5], [True], [["a"]], ["a\x00"], ["\ud800"], [2**63]])
def test_values_that_postgres_could_not_take_are_refused(values: list[object]) -> None:
    import base64
    import json

    text = base64.urlsafe_b64encode(json.dumps(values).encode()).decode()

    with pytest.raises(Rejected):
        cursors.decode(text)


def test_a_cursor_with_another_number_of_values_is_refused() -> None:
    with pytest.raises(Rejected):
        cursors.decode(cursors.encode(["a"]), size=2)


def test_a_very_long_cursor_is_refused() -> None:
    with pytest.raises(Rejected):
        cursors.decode("[" * 1_000_000)


POSITION = ("berg", "jamtland", UUID(int=1))


def test_a_list_goes_on_from_its_own_cursor() -> None:
    here = cursors.list_id("/actors", None, [{}], "")
    row = ListedRow({}, POSITION)
    assert ListQuery(cursor=row.cursor(here)).after(here) == POSITION


@pytest.mark.parametrize(
    "other",
    [
        ("/networks", None, [{}], ""),
        ("/actors", "jamtland", [{}], ""),
        ("/actors", None, [{}], "berg"),
        ("/actors", None, [{"status": "ACTIVE"}], ""),
    ],
)
def test_a_cursor_of_another_list_or_filter_is_refused(other: tuple[object, ...]) -> None:
    given_out = ListedRow({}, POSITION).cursor(cursors.list_id("/actors", None, [{}], ""))
    with pytest.raises(Rejected, match="of another list"):
        ListQuery(cursor=given_out).after(cursors.list_id(*other))


def test_a_cursor_without_an_id_is_refused() -> None:
    text = cursors.encode(["list", "a", "b", "c"])
    with pytest.raises(Rejected, match="begin again"):
        ListQuery(cursor=text).after("list")
