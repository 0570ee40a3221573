"""The numbers of a stream: the new ones and the missing ones."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.protocol.progress import MAX_NUMBER_JUMP, OwnerHead, Progress

numbers = st.lists(st.integers(1, 40), max_size=60)


@given(numbers)
def test_each_number_is_news_exactly_once_in_any_order(sequence: list[int]) -> None:
    progress = Progress()

    news = [number for number in sequence if progress.accept(1, number)]

    assert sorted(news) == sorted(set(sequence))


@given(numbers)
def test_the_gaps_are_exactly_the_missing_numbers(sequence: list[int]) -> None:
    progress = Progress()
    for number in sequence:
        progress.accept(1, number)

    missing = set(range(1, max(sequence, default=0) + 1)) - set(sequence)

    assert {n for first, last in progress.gaps for n in range(first, last + 1)} == missing
    assert progress.missing == len(missing)
    assert all(a[1] + 1 < b[0] for a, b in zip(progress.gaps, progress.gaps[1:], strict=False))


def test_a_number_a_million_above_the_first_is_not_believed() -> None:
    progress = Progress()

    assert progress.is_plausible(1, 10 * MAX_NUMBER_JUMP)

    progress.accept(1, 5)
    assert progress.is_plausible(1, 5 + MAX_NUMBER_JUMP)
    assert not progress.is_plausible(1, 6 + MAX_NUMBER_JUMP)


def test_a_report_from_the_future_proves_nothing_until_then() -> None:
    now, minute = datetime(2026, 11, 23, 10, 0, tzinfo=UTC), timedelta(minutes=1)
    progress = Progress(number=7)

    progress.hear(OwnerHead(epoch=1, first=1, last=7, as_of=now + minute), now)
    progress.update_completeness(now)

    assert progress.complete_until is None
    progress.hear(OwnerHead(epoch=1, first=1, last=7, as_of=now + 2 * minute), now + minute)
    assert progress.complete_until == now + minute
