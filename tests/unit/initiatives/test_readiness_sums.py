"""Sums tell nothing of any single municipality that does not share its readiness."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.initiatives.domain.readiness_sums import SummedMunicipality, municipalities_of, summed, told
from shared.contracts.readiness_codes import Requirement
from tests.unit.initiatives.ready import on, readiness

places = st.lists(st.builds(SummedMunicipality, in_place=st.booleans(), known=st.booleans()), max_size=20)
LATER = date(2025, 1, 15)


def could_be(seen: Sequence[SummedMunicipality], published: tuple[int, int]) -> Iterator[tuple[bool, ...]]:
    """Every state of the hidden ones with which the same would be published."""
    known = [each for each in seen if each.known]
    for hidden in product((False, True), repeat=len(seen) - len(known)):
        if told([*known, *(SummedMunicipality(each, False) for each in hidden)]) == published:
            yield hidden


@given(places)
def test_a_sum_is_true(seen: list[SummedMunicipality]) -> None:
    at_least, at_most = told(seen)
    assert at_least <= sum(each.in_place for each in seen) <= at_most <= len(seen)


@given(st.lists(st.builds(SummedMunicipality, in_place=st.booleans(), known=st.booleans()), min_size=1, max_size=9))
def test_who_knows_one_municipality_learns_of_no_other(seen: list[SummedMunicipality]) -> None:
    worlds = list(could_be(seen, told(seen)))
    hidden = [each.in_place for each in seen if not each.known]
    for insider, state in enumerate(hidden):
        left = [world for world in worlds if world[insider] is state]
        assert all(len({world[other] for world in left}) == 2 for other in range(len(hidden)) if other != insider)
    assert all(len({world[other] for world in worlds}) == 2 for other in range(len(hidden)))


@pytest.mark.parametrize(("hidden", "known"), [(1, 0), (1, 6), (2, 5), (4, 0)])
def test_of_few_hidden_ones_a_sum_tells_nothing(hidden: int, known: int) -> None:
    shared = [SummedMunicipality(in_place=True, known=True)] * known
    answers = {
        told([*shared, *(SummedMunicipality(each, known=False) for each in world)])
        for world in product((False, True), repeat=hidden)
    }
    assert answers == {(known, known + hidden)}


def test_sums_of_seven_are_exact_in_the_middle() -> None:
    sums = [told([SummedMunicipality(number < having, known=False) for number in range(7)]) for having in range(8)]
    assert sums == [(0, 2), (0, 2), (0, 2), (3, 3), (4, 4), (5, 7), (5, 7), (5, 7)]


def test_tables_that_depend_on_each_other_tell_no_more() -> None:
    rows = [(agreed, council, agreed and council) for agreed in (False, True) for council in (False, True)]
    seen: dict[object, list[set[object]]] = defaultdict(lambda: [set(), set(), set()])
    for county in product(rows, repeat=6):
        published = tuple(told([SummedMunicipality(row[column], known=False) for row in county]) for column in range(3))
        insider, other = county[:2]
        for column in range(3):
            seen[published, insider][column].add(other[column])
    assert all(values == {False, True} for columns in seen.values() for values in columns)


def test_a_county_is_summed_over_all_its_municipalities() -> None:
    codes = municipalities_of(on(LATER))
    assert len(codes) == 7
    some = [readiness(Requirement.R1, dated=date(2024, 6, 10), municipality=code) for code in codes[:3]]
    sums = summed(some, (), None, on(LATER))
    assert sums is not None
    assert sums.municipalities == 7
    found = {each.requirement: (each.at_least, each.at_most) for each in sums.requirements}
    assert list(found) == [Requirement(code) for code in Requirement.codes()]
    assert (found[Requirement.R1], found[Requirement.R3], found[Requirement.R2]) == ((3, 3), (3, 3), (0, 2))
    assert summed(some, (), sums, on(LATER)) is None
    after = summed(some, (), sums, on(date(2026, 6, 11)))
    assert after is not None
    overdue = {each.requirement: (each.at_least, each.at_most) for each in after.requirements}
    assert (overdue[Requirement.R1], overdue[Requirement.R3]) == ((3, 3), (0, 2))


def test_an_agreement_that_all_see_counts_as_known() -> None:
    codes = municipalities_of(on(LATER))
    agreed = [readiness(Requirement.R7, dated=date(2024, 6, 10), municipality=code) for code in codes[:3]]
    sums = summed(agreed, codes[:3], None, on(LATER))
    assert sums is not None
    found = {each.requirement: (each.at_least, each.at_most) for each in sums.requirements}
    assert found[Requirement.R7] == (3, 7)  # four are left, too few to say anything of them
