"""The time that a report is about, and the quarters that may be public."""

from datetime import date
from itertools import pairwise

import pytest

from services.reports.domain.catalogue import Period, by_sector
from services.reports.domain.statistics import DIMENSIONS, TOTAL, public_quarters, tables


@pytest.mark.parametrize(
    ("period", "first", "end"),
    [
        (Period(2026), date(2026, 1, 1), date(2027, 1, 1)),
        (Period(2026, 1), date(2026, 1, 1), date(2026, 4, 1)),
        (Period(2026, 4), date(2026, 10, 1), date(2027, 1, 1)),
    ],
)
def test_a_period_ends_where_the_next_one_begins(period: Period, first: date, end: date) -> None:
    assert (period.first, period.end) == (first, end)


@pytest.mark.parametrize(
    ("today", "newest"),
    [
        (date(2026, 6, 30), Period(2025, 4)),
        (date(2026, 7, 1), Period(2026, 1)),
        (date(2026, 12, 31), Period(2026, 2)),
        (date(2027, 1, 1), Period(2026, 3)),
    ],
)
def test_a_whole_quarter_lies_before_what_is_public(today: date, newest: Period) -> None:
    quarters = list(public_quarters(today))
    assert quarters[0] == newest
    assert all(later.first == earlier.end for later, earlier in pairwise(quarters))


def test_each_dimension_of_public_numbers_sums_to_the_total() -> None:
    facts = {"kind": "LETTER", "origin": "EU", "category": "DOPING"}
    counts = tables([{**facts, "hazard": "H1", "count": 3}, {**facts, "hazard": "H4", "count": 6}])

    assert counts.counts[TOTAL] == 9
    assert {each.whole for each in counts.sums} == {TOTAL}
    assert len(counts.sums) == len(DIMENSIONS)
    assert counts.counts["hazard", "H2-H4"] == 6


def test_participants_of_two_types_of_one_sector_are_one_row() -> None:
    rows = [
        {"county": "jamtland", "actor_type": kind, "municipality": place, "attended": 2}
        for kind, place in (("POST_AGENT", "2380"), ("BUSINESS", "2380"), ("POLICE", None), ("NEW", "2380"))
    ]

    assert [tuple(row.values()) for row in by_sector(rows)] == [
        ("jamtland", "", "STATE", 2),
        ("jamtland", "2380", "BUSINESS", 4),
        ("jamtland", "2380", "UNKNOWN", 2),
    ]
