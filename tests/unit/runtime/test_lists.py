"""Queries for lists: which part of a state they ask for."""

from typing import Literal
from uuid import UUID, uuid4

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.runtime.lists import AggregateName, SearchQuery

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


class Several(Query):
    """A query whose states have not all that it filters by."""

    overdue: bool | None = None

    def state_filter(self) -> dict[str, object]:
        return {}


@pytest.mark.parametrize(
    "other", [{"overdue": True}, {"status": "ANY"}, {"training": TRAINING}, {"q": "a"}, {"county": "jamtland"}]
)
def test_each_filter_binds_a_cursor(other: dict[str, object]) -> None:
    assert Several.model_validate(other).list_id("/toys") != Several().list_id("/toys")
    assert Several(cursor="x", limit=3).list_id("/toys") == Several().list_id("/toys") != Several().list_id("/bears")


def test_any_status_is_no_filter() -> None:
    assert Query(status="ANY").state_filter() == {}


def test_an_unknown_filter_is_refused() -> None:
    with pytest.raises(ValidationError, match="extra_forbidden"):
        Query.model_validate({"levle": "BASIC"})


@pytest.mark.parametrize(
    "name", ["a/" + 36 * "0", f"-/{TRAINING}", f"a-/{TRAINING}", f"{41 * 'a'}/{TRAINING}", TRAINING, "a/"]
)
def test_what_names_no_aggregate_is_no_filter(name: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(AggregateName).validate_python(name)


def test_an_aggregate_is_named_by_owner_and_id() -> None:
    name = f"{40 * 'a'}/{uuid4()}"

    assert TypeAdapter(AggregateName).validate_python(name) == name
