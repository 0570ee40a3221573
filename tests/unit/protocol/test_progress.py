"""The numbers of a stream: the new ones and the missing ones."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.protocol.progress import MAX_NUMBER_JUMP, OwnerHead, Progress, joined, union

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


@given(st.lists(st.lists(st.integers(1, 200), min_size=1), min_size=1, max_size=4), st.integers(4, 10))
def test_joined_gaps_are_few_and_hide_none(missing: list[list[int]], most: int) -> None:
    gaps = {str(topic): union((number, number) for number in numbers) for topic, numbers in enumerate(missing)}

    reported = joined(gaps, most)

    assert sum(map(len, reported.values())) <= most
    for topic, numbers in enumerate(missing):
        widths = [last - first for first, last in reported[str(topic)]]
        assert widths == sorted(widths, reverse=True)
        assert all(any(first <= number <= last for first, last in reported[str(topic)]) for number in numbers)


def test_the_closest_gaps_are_joined_first() -> None:
    gaps = {"near": [(1, 1), (3, 3), (90, 99)], "far": [(1, 1), (50, 50)]}

    assert joined(gaps, 5) == {"near": [(90, 99), (1, 1), (3, 3)], "far": [(1, 1), (50, 50)]}
    assert joined(gaps, 4) == {"near": [(90, 99), (1, 3)], "far": [(1, 1), (50, 50)]}
