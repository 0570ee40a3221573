"""Decisions about the priority of a quarter, and about the review of a year of weeks."""

from collections.abc import Collection
from uuid import UUID, uuid5

from services.initiatives.domain.authors import check_of_county
from services.initiatives.domain.est_areas import closes_at, has_week, has_weeks_of
from services.initiatives.domain.est_life import EST_PRIORITY, EST_REVIEW, EstCause
from shared.contracts import est as events
from shared.contracts.context import DecisionContext
from shared.contracts.est import (
    EstArea,
    EstQuarterPriority,
    EstQuarterPriorityDetails,
    EstYearReview,
    EstYearReviewDetails,
)
from shared.contracts.event import if_different
from shared.contracts.suspicions import check_confirmed, doubts_in
from shared.contracts.weeks import YearWeek
from shared.rejected import Rejected

_NAMESPACE = UUID("3b0f6c0e-4d1e-5a55-9c1f-0f6d2a7b8e91")
_YEARS_AHEAD = 1


def prioritise(
    details: EstQuarterPriorityDetails,
    municipality: str,
    before: EstQuarterPriority | None,
    areas: Collection[EstArea],
    *,
    confirmed: bool,
    context: DecisionContext,
) -> events.EstQuarterPrioritised | None:
    """The decision of a municipality on a quarter; None if it was so before.

    ``areas`` are those of the details that are known. Rejected if one is not the municipality's, if the quarter is
    over, and if the reason may say that somebody is suspected and that is not ``confirmed`` to be of nobody.
    """
    year, number = details.year, details.quarter
    check_of_county([municipality], context)
    this_week = YearWeek.of(context.today)
    if (year, number) < (this_week.year, this_week.quarter) or year > this_week.year + _YEARS_AHEAD:
        raise Rejected("invalid-quarter", f"Quarter {number} of {year} is over, or too far ahead; it is {this_week}.")
    if set(details.areas) - {each.id for each in areas if each.municipality == municipality}:
        raise Rejected("invalid-areas", f"areas names one that is no area of {municipality}.")
    check_confirmed(doubts_in([("reason", details.reason)]), confirmed=confirmed)
    cause = EstCause.PRIORITISES
    after = events.EstQuarterPrioritised(
        id=priority_id(municipality, year, number),
        county=context.county.name,
        municipality=municipality,
        status=EST_PRIORITY.first(cause) if before is None else EST_PRIORITY.after(before.status, cause),
        **dict(details),
    )
    return if_different(after, before)


def withdraw_priority(before: EstQuarterPriority) -> events.EstQuarterPriorityWithdrawn:
    """The decision holds no more. Rejected if it was withdrawn before."""
    if before.status not in EST_PRIORITY.befores(EstCause.WITHDRAWS):
        raise Rejected("withdrawn", "The decision on this quarter is withdrawn already.")
    status = EST_PRIORITY.after(before.status, EstCause.WITHDRAWS)
    return events.EstQuarterPriorityWithdrawn(**dict(before) | {"status": status})


def review(
    details: EstYearReviewDetails,
    municipality: str,
    before: EstYearReview | None,
    areas: Collection[EstArea],
    *,
    confirmed: bool,
    context: DecisionContext,
) -> events.EstYearReviewed | None:
    """The review of a municipality's ISO year; None if it was so before.

    ``areas`` are the municipality's. Rejected if none was reported on in that year, before the last week of the year
    has closed in each of them, and for texts as `prioritise`.
    """
    number = details.year
    check_of_county([municipality], context)
    if not any(has_weeks_of(each, number) for each in areas):
        raise Rejected("invalid-year", f"No area of {municipality} was reported on in {number}.")
    last = YearWeek.last_of(number)
    if any(has_week(each, last) and closes_at(each, last, context.calendar) > context.now for each in areas):
        raise Rejected(
            "not-over", f"{last} is the last week of {number}: review the year when its pictures are closed."
        )
    check_confirmed(doubts_in(_texts(details)), confirmed=confirmed)
    cause = EstCause.REVIEWS
    after = events.EstYearReviewed(
        id=review_id(municipality, number),
        county=context.county.name,
        municipality=municipality,
        status=EST_REVIEW.first(cause) if before is None else EST_REVIEW.after(before.status, cause),
        **dict(details),
    )
    return if_different(after, before)


def withdraw_review(before: EstYearReview) -> events.EstYearReviewWithdrawn:
    """The review holds no more. Rejected if it was withdrawn before."""
    if before.status not in EST_REVIEW.befores(EstCause.WITHDRAWS):
        raise Rejected("withdrawn", "The review of this year is withdrawn already.")
    status = EST_REVIEW.after(before.status, EstCause.WITHDRAWS)
    return events.EstYearReviewWithdrawn(**dict(before) | {"status": status})


def priority_id(municipality: str, year: int, quarter: int) -> UUID:
    """The id of a municipality's decision on a quarter."""
    return uuid5(_NAMESPACE, f"{municipality}/{year}/Q{quarter}")


def review_id(municipality: str, year: int) -> UUID:
    """The id of a municipality's review of a year."""
    return uuid5(_NAMESPACE, f"{municipality}/{year}")


def _texts(details: EstYearReviewDetails) -> list[tuple[str, str]]:
    conclusions = [(f"conclusions.{place}.text", each.text) for place, each in enumerate(details.conclusions)]
    return [("text", details.text), *conclusions]
