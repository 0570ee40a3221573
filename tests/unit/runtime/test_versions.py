import pytest

from shared.rejected import Rejected
from shared.runtime.versions import entity_tag, expected_version


@pytest.mark.parametrize(("header", "version"), [('"3"', 3), (' W/"12" ', 12), (None, None), (entity_tag(7), 7)])
def test_an_etag_in_if_match_is_the_version(header: str | None, version: int | None) -> None:
    assert expected_version(header) == version


@pytest.mark.parametrize("header", ["*", "3", '"3", "4"', '"x"', "", '"-1"', '"٣"', f'"{"9" * 19}"'])
def test_anything_else_in_if_match_is_refused(header: str) -> None:
    with pytest.raises(Rejected) as caught:
        expected_version(header)
    assert caught.value.slug == "invalid-if-match"
