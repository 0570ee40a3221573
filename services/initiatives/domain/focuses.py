"""Decisions about what a county aims at in a year."""

from uuid import UUID, uuid5

from services.initiatives.domain.focus_life import FOCUS, FocusCause
from shared.contracts import lessons as events
from shared.contracts.context import DecisionContext
from shared.contracts.event import if_different
from shared.contracts.lessons import YearlyFocus, YearlyFocusDetails
from shared.contracts.suspicions import check_confirmed, doubts_in
from shared.rejected import Rejected

_NAMESPACE = UUID("6f0f3a4e-6a0e-5b0c-8e52-0c3f4c1d9a27")
_YEARS_AHEAD = 1


def decide(
    details: YearlyFocusDetails, before: YearlyFocus | None, *, confirmed: bool, context: DecisionContext
) -> YearlyFocus | None:
    """The county's focus in that year is as ``details`` say; None if it was so before.

    Rejected for a year that is over or too far ahead, unless there was a focus for it, and if a text may say that
    somebody is suspected and that is not ``confirmed`` to be of nobody.
    """
    this_year, year = context.today.year, details.year
    if before is None and not this_year <= year <= this_year + _YEARS_AHEAD:
        raise Rejected("invalid-year", f"A focus is decided for {this_year} or the year after, not for {year}.")
    check_confirmed(doubts_in(_texts(details)), confirmed=confirmed)
    content = {
        "id": focus_id(context.county.name, year),
        "county": context.county.name,
        **dict(details),
    }
    if before is None:
        return events.YearlyFocusDecided(**content, status=FOCUS.first(FocusCause.DECIDES))
    if before.status in FOCUS.befores(FocusCause.DECIDES):
        return events.YearlyFocusDecided(**content, status=FOCUS.after(before.status, FocusCause.DECIDES))
    status = FOCUS.after(before.status, FocusCause.CHANGES)
    return if_different(events.YearlyFocusChanged(**content, status=status), before)


def withdraw(before: YearlyFocus) -> events.YearlyFocusWithdrawn:
    """The focus holds no more. Rejected if it was withdrawn before."""
    if before.status not in FOCUS.befores(FocusCause.WITHDRAWS):
        raise Rejected("withdrawn", f"The focus of {before.year} is withdrawn already.")
    status = FOCUS.after(before.status, FocusCause.WITHDRAWS)
    return events.YearlyFocusWithdrawn(**dict(before) | {"status": status})


def focus_id(county: str, year: int) -> UUID:
    """The id of a county's focus in a year."""
    return uuid5(_NAMESPACE, f"{county}/{year}")


def _texts(details: YearlyFocusDetails) -> list[tuple[str, str]]:
    goals = [(f"goals.{place}.text", each.text) for place, each in enumerate(details.goals)]
    return [("text", details.text), *goals]
