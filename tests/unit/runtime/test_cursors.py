from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rejected import Rejected
from shared.runtime import cursors

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=100)
VALUES = st.lists(TEXT | st.integers(-(2**63) + 1, 2**63 - 1), max_size=4)


@given(VALUES)
def test_given_any_values_when_encoded_then_decoding_gives_them_back(values: list[str | int]) -> None:
    assert cursors.decode(cursors.encode(values)) == values


@given(st.text(max_size=60))
def test_given_any_text_when_decoded_then_it_is_values_or_refused_and_nothing_else(text: str) -> None:
    with suppress(Rejected):
        assert isinstance(cursors.decode(text), list)


@pytest.mark.parametrize("values", [[None], [1.5], [True], [["a"]], ["a\x00"], ["\ud800"], [2**63]])
def test_given_values_that_postgres_could_not_take_when_decoded_then_refused(values: list[object]) -> None:
    import base64
    import json

    text = base64.urlsafe_b64encode(json.dumps(values).encode()).decode()
    with pytest.raises(Rejected):
        cursors.decode(text)


def test_given_another_number_of_values_when_decoded_then_refused() -> None:
    with pytest.raises(Rejected):
        cursors.decode(cursors.encode(["a"]), size=2)


def test_given_a_very_long_text_when_decoded_then_refused() -> None:
    with pytest.raises(Rejected):
        cursors.decode("[" * 1_000_000)
