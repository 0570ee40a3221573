"""The end of a topic, as its writer knows it."""

import pytest

from shared.protocol.tail import Tail


def test_records_that_follow_each_other_lose_nothing() -> None:
    tail = Tail(end=10, confirmed=10)

    assert tail.note(10, 3) is None
    assert tail.note(13, 1) is None
    assert tail.end == 14


def test_foreign_records_in_between_lose_nothing() -> None:
    assert Tail(end=10, confirmed=10).note(12, 1) is None


@pytest.mark.parametrize(("offset", "lost"), [(9, (10, 10)), (7, (8, 10)), (0, (1, 10))])
def test_an_offset_given_twice_means_the_last_numbers_are_lost(offset: int, lost: tuple[int, int]) -> None:
    assert Tail(end=10, confirmed=10).note(offset, 1) == lost


def test_no_more_numbers_are_lost_than_there_are() -> None:
    assert Tail(end=50, confirmed=10).note(0, 1) == (1, 10)


def test_an_epoch_without_a_confirmed_number_loses_none() -> None:
    assert Tail(end=10, confirmed=0).note(5, 1) is None
