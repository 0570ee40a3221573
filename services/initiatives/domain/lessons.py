"""Decisions about what a county has learnt and shares with the others."""

from uuid import UUID

from services.initiatives.domain.authors import check_of_county
from services.initiatives.domain.focus_life import LESSON, FocusCause
from shared.contracts import lessons as events
from shared.contracts.context import DecisionContext
from shared.contracts.event import if_different
from shared.contracts.lessons import Lesson, LessonDetails
from shared.contracts.suspicions import check_confirmed, doubts_in
from shared.rejected import Rejected


def share(details: LessonDetails, identity: UUID, *, confirmed: bool, context: DecisionContext) -> events.LessonShared:
    """All counties see the lesson.

    Rejected if it names a municipality of another county, if its year is not over or under way, if it comes from a
    county that is none here, for such a word may be anybody's name, and if a text may say that somebody is suspected
    and that is not ``confirmed`` to be of nobody.
    """
    _check(details, confirmed=confirmed, context=context)
    status = LESSON.first(FocusCause.SHARES)
    return events.LessonShared(id=identity, county=context.county.name, status=status, **dict(details))


def change(
    details: LessonDetails, before: Lesson, *, confirmed: bool, context: DecisionContext
) -> events.LessonChanged | None:
    """The lesson is as ``details`` say; None if it was so before. Rejected as `share`, and once it is withdrawn."""
    _check_step(before, FocusCause.CHANGES)
    _check(details, confirmed=confirmed, context=context)
    status = LESSON.after(before.status, FocusCause.CHANGES)
    after = events.LessonChanged(id=before.id, county=before.county, status=status, **dict(details))
    return if_different(after, before)


def withdraw(before: Lesson) -> events.LessonWithdrawn:
    """The lesson is not recommended any more. Rejected if it was withdrawn before."""
    _check_step(before, FocusCause.WITHDRAWS)
    return events.LessonWithdrawn(**dict(before) | {"status": LESSON.after(before.status, FocusCause.WITHDRAWS)})


def _check(details: LessonDetails, *, confirmed: bool, context: DecisionContext) -> None:
    check_of_county(details.municipalities, context)
    if details.year > context.today.year:
        raise Rejected("invalid-year", f"{details.year} has not begun: nothing has been learnt in it.")
    counties = [each.name for each in context.counties]
    if any(each.county not in counties for each in details.learnt_from):
        raise Rejected("invalid-learnt-from", f"learnt_from names no county here; these are: {', '.join(counties)}.")
    texts = [("title", details.title), ("local_theme", details.local_theme or ""), ("text", details.text)]
    check_confirmed(doubts_in(texts), confirmed=confirmed)


def _check_step(lesson: Lesson, cause: FocusCause) -> None:
    if lesson.status not in LESSON.befores(cause):
        raise Rejected("withdrawn", "The lesson is withdrawn; share a new one.")
