from datetime import date

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from pydantic import ValidationError

from services.shipment_alerts.domain.outcomes import Outcomes, cell, correct, hit_rate, release, told, withdraw
from shared.contracts.codes import Status
from shared.contracts.shipment_signals import ReportNumbers, ReportNumbersCorrected, ReportNumbersDetails
from shared.rejected import Rejected
from tests.support.contexts import decision_context
from tests.unit.shipment_alerts.given import JAMTLAND, VASTERNORRLAND


def counted(checked: int, confirmed: int, quarter: int = 2) -> Outcomes:
    return Outcomes(year=2026, quarter=quarter, checked=checked, confirmed=confirmed)


@given_any(st.integers(0, 60), st.integers(0, 60))
def test_no_number_from_one_to_four_is_told_or_follows(checked: int, confirmed: int) -> None:
    try:
        numbers = told(counted(checked, confirmed))
    except Rejected:
        assert confirmed > checked or 0 < checked < 5
        return

    assert numbers.checked == checked
    if numbers.confirmed is not None:
        for each in (numbers.confirmed, numbers.checked - numbers.confirmed):
            assert each == 0 or each >= 5
    else:
        assert hit_rate(numbers) is None


@pytest.mark.parametrize(
    ("checked", "confirmed", "rate"),
    [(185, 176, 95), (100, 97, None), (100, 4, None), (5, 5, 100), (5, 0, 0), (9, 5, None), (10, 5, 50), (0, 0, None)],
)
def test_a_hit_rate_is_told_only_where_no_small_number_follows(checked: int, confirmed: int, rate: int | None) -> None:
    assert hit_rate(told(counted(checked, confirmed))) == rate


def test_fewer_than_five_reports_are_not_told() -> None:
    with pytest.raises(Rejected) as caught:
        told(counted(4, 0))
    assert caught.value.slug == "too-few"
    assert "4" not in caught.value.message


@pytest.mark.parametrize(("checked", "confirmed"), [(10, 11), (10, -1)])
def test_impossible_numbers_are_refused(checked: int, confirmed: int) -> None:
    with pytest.raises(Rejected, match="can be confirmed"):
        told(counted(checked, confirmed))


def test_small_numbers_of_a_neighbour_give_no_hit_rate() -> None:
    state = ReportNumbersDetails.model_construct(year=2026, quarter=2, checked=3, confirmed=3)

    assert hit_rate(state) is None


@pytest.mark.parametrize(
    ("today", "quarter", "early"),
    [
        (date(2026, 11, 26), 2, False),
        (date(2026, 11, 26), 3, True),
        (date(2026, 9, 30), 2, True),
        (date(2026, 10, 1), 2, False),
        (date(2027, 3, 31), 4, True),
        (date(2027, 4, 1), 4, False),
    ],
)
def test_a_quarter_is_told_after_a_whole_quarter(today: date, quarter: int, early: bool) -> None:
    context, numbers = decision_context("vasternorrland", today=today), told(counted(50, 25, quarter))

    if early:
        with pytest.raises(Rejected, match="are told from"):
            release(numbers, context)
    else:
        assert release(numbers, context).quarter == quarter


def test_a_quarter_has_one_aggregate_in_each_county() -> None:
    numbers = told(counted(50, 25))

    assert release(numbers, VASTERNORRLAND).id == release(told(counted(60, 30)), VASTERNORRLAND).id
    assert release(numbers, VASTERNORRLAND).id != release(numbers, JAMTLAND).id
    assert release(numbers, VASTERNORRLAND).id != release(told(counted(50, 25, 1)), VASTERNORRLAND).id


def test_released_numbers_are_corrected_and_withdrawn_for_good() -> None:
    before = release(told(counted(50, 25)), VASTERNORRLAND)

    after = correct(told(counted(55, 25)), before)

    assert after is not None
    assert (after.id, after.checked) == (before.id, 55)
    assert correct(told(counted(55, 25)), after) is None

    with pytest.raises(Rejected, match="2026 Q2"):
        correct(told(counted(55, 25, 1)), before)

    gone = withdraw(after)
    assert gone.status is Status.RETIRED

    with pytest.raises(Rejected, match="withdrawn"):
        correct(told(counted(50, 25)), gone)


small = st.integers(0, 40)


@given_any(st.lists(st.tuples(small, st.none() | small), min_size=1, max_size=12))
def test_no_two_numbers_ever_told_differ_by_one_to_four(wanted: list[tuple[int, int | None]]) -> None:
    state: ReportNumbers | None = None
    published: list[ReportNumbers] = []
    for checked, confirmed in wanted:
        try:
            details = ReportNumbersDetails(year=2026, quarter=2, checked=checked, confirmed=confirmed)
            after = release(details, VASTERNORRLAND) if state is None else correct(details, state)
        except (ValidationError, Rejected):
            continue
        if after is not None:
            published.append(after)
            state = ReportNumbersCorrected.read(after.write())
    told_ever = [
        {each.checked for each in published},
        {each.confirmed for each in published if each.confirmed is not None},
        {each.checked - each.confirmed for each in published if each.confirmed is not None},
    ]

    for numbers in told_ever:
        assert not {1, 2, 3, 4} & {abs(one - other) for one in numbers for other in numbers}


@pytest.mark.parametrize(
    "numbers", [[(40, None), (47, None), (42, None)], [(40, 20), (40, None), (40, 22)], [(40, 20), (50, 30), (48, 28)]]
)
def test_small_changes_over_a_detour_are_refused(numbers: list[tuple[int, int | None]]) -> None:
    details = [ReportNumbersDetails(year=2026, quarter=2, checked=one, confirmed=two) for one, two in numbers]
    state: ReportNumbers = release(details[0], VASTERNORRLAND)
    after = correct(details[1], state)
    assert after is not None

    with pytest.raises(Rejected, match="single reports"):
        correct(details[2], after)


@pytest.mark.parametrize(("checked", "confirmed"), [(51, 25), (50, 26), (55, 26), (49, None)])
def test_a_correction_by_a_few_is_refused_without_a_number(checked: int, confirmed: int | None) -> None:
    details = ReportNumbersDetails(year=2026, quarter=2, checked=checked, confirmed=confirmed)

    with pytest.raises(Rejected, match="single reports") as caught:
        correct(details, release(told(counted(50, 25)), VASTERNORRLAND))
    assert not {str(checked), str(confirmed)} & set(caught.value.message.split())


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, None), (4, None), (5, 5), (99, 99)])
def test_a_count_from_one_to_four_is_fewer_than_five(count: int, shown: int | None) -> None:
    assert cell(count) == shown
