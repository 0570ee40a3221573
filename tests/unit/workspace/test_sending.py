"""A form that failed is shown again: its status, its key, and where each message stands."""

import pytest

from services.workspace.answers import CallRefused, CountyAway
from services.workspace.sending import FormError, errors_of, key_again, status_of

FORM = {"key": ["a-key-of-the-form"]}


@pytest.mark.parametrize("failed", [CountyAway("ReadTimeout"), CallRefused(409, "in-progress")])
def test_what_may_have_been_done_keeps_its_key(failed: CallRefused | CountyAway) -> None:
    assert key_again(FORM, status_of(failed)) == "a-key-of-the-form"


def test_what_was_refused_gets_a_new_key() -> None:
    assert key_again(FORM, status_of(CallRefused(409, "closed"))) != "a-key-of-the-form"


def test_a_message_stands_at_the_field_of_its_rule() -> None:
    refused = CallRefused(409, "too-exact")

    assert errors_of(refused, (), {"slug.too-exact"}.__contains__, at={"too-exact": "place"}) == [
        FormError("slug.too-exact", "place")
    ]
