from datetime import UTC, datetime

import pytest

from shared.links.freshness import Freshness, together

EARLY, LATE = datetime(2027, 3, 8, 11, tzinfo=UTC), datetime(2027, 3, 8, 12, tzinfo=UTC)


def stream(until: datetime | None, number: int, gaps: int = 0) -> Freshness:
    return Freshness(
        county="jamtland", complete_until=until, applied_number=number, last_event_at=until, open_gaps=gaps
    )


@pytest.mark.parametrize(("other", "until"), [(EARLY, EARLY), (LATE, LATE), (None, None)])
def test_two_streams_are_complete_until_the_earlier_moment(other: datetime | None, until: datetime | None) -> None:
    both = together([stream(LATE, 3, gaps=1), stream(other, 4, gaps=2)])
    assert both.complete_until == until
    assert (both.applied_number, both.open_gaps, both.last_event_at) == (7, 3, LATE)


def test_one_stream_is_as_fresh_as_it_is() -> None:
    assert together([stream(EARLY, 3)]) == stream(EARLY, 3)


def test_hidden_numbers_leave_only_the_moment() -> None:
    hidden = stream(EARLY, 3).without_numbers()
    assert hidden.model_dump(exclude_none=True) == {"county": "jamtland", "complete_until": EARLY}
