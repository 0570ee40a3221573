"""Queries for lists: which part of a state they ask for."""

from typing import Literal
from uuid import UUID

import pytest
from pydantic import ValidationError

from shared.runtime.lists import SearchQuery

TRAINING = "018f0000-0000-7000-8000-00000000000a"


class Query(SearchQuery):
    """A query as services write them."""

    training: UUID | None = None
    exercise: bool | None = None
    status: Literal["ACTIVE", "ANY"] = "ACTIVE"


def test_each_field_that_is_set_filters_states() -> None:
    query = Query(training=UUID(TRAINING), exercise=False, county="norrbotten", cursor="x", limit=3, q="Luleå")

    assert query.state_filter() == {"training": TRAINING, "exercise": False, "status": "ACTIVE"}
    assert query.search_text() == "Luleå"


def test_any_status_is_no_filter() -> None:
    assert Query(status="ANY").state_filter() == {}


def test_an_unknown_filter_is_refused() -> None:
    with pytest.raises(ValidationError, match="extra_forbidden"):
        Query.model_validate({"levle": "BASIC"})
