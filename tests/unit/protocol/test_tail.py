"""A topic's end, as its writer knows it."""

import pytest

from shared.protocol.tail import Tail


def test_given_records_that_follow_each_other_when_noted_then_nothing_is_lost() -> None:
    tail = Tail(end=10, confirmed=10)
    assert tail.note(10, 3) is None
    assert tail.note(13, 1) is None
    assert tail.end == 14


def test_given_records_of_somebody_else_between_when_noted_then_nothing_is_lost() -> None:
    assert Tail(end=10, confirmed=10).note(12, 1) is None


@pytest.mark.parametrize(("offset", "lost"), [(9, (10, 10)), (7, (8, 10)), (0, (1, 10))])
def test_given_an_offset_that_was_given_before_when_noted_then_the_last_numbers_are_lost(
    offset: int, lost: tuple[int, int]
) -> None:
    assert Tail(end=10, confirmed=10).note(offset, 1) == lost


def test_given_more_records_lost_than_there_are_numbers_when_noted_then_all_numbers_are_lost() -> None:
    assert Tail(end=50, confirmed=10).note(0, 1) == (1, 10)


def test_given_an_epoch_without_a_confirmed_number_when_noted_then_no_number_is_lost() -> None:
    assert Tail(end=10, confirmed=0).note(5, 1) is None
