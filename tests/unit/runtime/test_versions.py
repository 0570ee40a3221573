import pytest

from shared.rejected import Rejected
from shared.runtime.conditional import digest
from shared.runtime.versions import entity_tag, entity_tag_with, expected_version

WITH_MORE = entity_tag_with(8, digest(b"more"))


@pytest.mark.parametrize(
    ("header", "version"), [('"3"', 3), (' W/"12" ', 12), (None, None), (entity_tag(7), 7), (WITH_MORE, 8)]
)
def test_an_etag_in_if_match_is_the_version(header: str | None, version: int | None) -> None:
    assert expected_version(header) == version


@pytest.mark.parametrize("header", ["*", "3", '"3", "4"', '"x"', '"3-x"', "", '"-1"', '"٣"', f'"{"9" * 19}"'])
def test_anything_else_in_if_match_is_refused(header: str) -> None:
    with pytest.raises(Rejected) as caught:
        expected_version(header)
    assert caught.value.slug == "invalid-if-match"
