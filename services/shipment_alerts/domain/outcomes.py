"""Numbers for postal staff: how many reports were checked, and how often the suspicion came true.

Numbers alone, by county and quarter, a full quarter later, and none that could be about one person's report.
"""

from datetime import date

from services.shipment_alerts.domain.aggregate import id_from, living, retired
from shared.contracts import shipment_signals as events
from shared.contracts.context import DecisionContext
from shared.contracts.event import Shared
from shared.contracts.shipment_fields import SMALLEST_CELL
from shared.contracts.shipment_signals import ReportNumbers, ReportNumbersDetails, ToldNumbers
from shared.rejected import Rejected


class Outcomes(Shared):
    """The counts of the police for a quarter, before anything is left out. They are not kept."""

    year: int
    quarter: int
    checked: int
    confirmed: int


def told(outcomes: Outcomes) -> ReportNumbersDetails:
    """The numbers of these outcomes that may be published; Rejected if none may."""
    confirmed, unconfirmed = outcomes.confirmed, outcomes.checked - outcomes.confirmed
    if not 0 <= confirmed <= outcomes.checked:
        raise Rejected("invalid-numbers", "At least 0 and at most all of the checked reports can be confirmed.")
    if cell(outcomes.checked) is None:
        raise Rejected("too-few", f"Fewer than {SMALLEST_CELL} reports are not told. Wait for a later quarter.")
    tellable = cell(confirmed) is not None and cell(unconfirmed) is not None
    return ReportNumbersDetails(
        year=outcomes.year,
        quarter=outcomes.quarter,
        checked=outcomes.checked,
        confirmed=confirmed if tellable else None,
    )


def release(details: ReportNumbersDetails, context: DecisionContext) -> events.ReportNumbersReleased:
    """The numbers of a quarter of this county are there; there is one such aggregate for each quarter."""
    _check_quarter(details, context)
    identity = id_from(context.county.name, "reports", details.year, details.quarter)
    return events.ReportNumbersReleased(id=identity, county=context.county.name, **dict(details))


def correct(details: ReportNumbersDetails, before: ReportNumbers) -> events.ReportNumbersCorrected | None:
    """The numbers are as ``details`` say; None if they were so before.

    Whoever has seen earlier numbers can subtract: so none differs from an earlier one by 1 to 4.
    """
    living(before)
    if (details.year, details.quarter) != (before.year, before.quarter):
        raise Rejected("invalid-quarter", f"These are the numbers of {before.year} Q{before.quarter}; it stays so.")
    ever = dict.fromkeys((*before.earlier, ToldNumbers(checked=before.checked, confirmed=before.confirmed)))
    for numbers in ever:
        if any(cell(abs(after - told)) is None for told, after in zip(_cells(numbers), _cells(details), strict=False)):
            raise Rejected(
                "too-few",
                f"Changed by fewer than {SMALLEST_CELL} from one that was ever told for the quarter, a number tells of "
                "single reports: withdraw the numbers.",
            )
    if all(getattr(before, name) == value for name, value in details):
        return None
    return events.ReportNumbersCorrected(id=before.id, county=before.county, earlier=tuple(ever), **dict(details))


def withdraw(before: ReportNumbers) -> events.ReportNumbersWithdrawn:
    """The numbers do not hold."""
    return retired(events.ReportNumbersWithdrawn, before)


def hit_rate(numbers: ReportNumbersDetails) -> int | None:
    """In how many of a hundred checked reports the suspicion came true; None if that is not published."""
    if not cell(numbers.checked) or numbers.confirmed is None:
        return None
    return round(100 * numbers.confirmed / numbers.checked)


def cell(count: int) -> int | None:
    """A number for others to see: itself if it is 0 or at least five, else None: "färre än 5"."""
    return count if count == 0 or count >= SMALLEST_CELL else None


def _cells(numbers: ReportNumbersDetails | ToldNumbers) -> tuple[int, ...]:
    """The counts that the numbers give away: checked, and where it is published confirmed and not confirmed."""
    if numbers.confirmed is None:
        return (numbers.checked,)
    return numbers.checked, numbers.confirmed, numbers.checked - numbers.confirmed


def _check_quarter(details: ReportNumbersDetails, context: DecisionContext) -> None:
    """Rejected until one whole quarter has passed since."""
    year, quarter = divmod(details.year * 4 + details.quarter + 1, 4)
    earliest = date(year, 3 * quarter + 1, 1)
    if context.today < earliest:
        raise Rejected("too-early", f"The numbers of {details.year} Q{details.quarter} are told from {earliest} on.")
