"""Yearly focuses and lessons of every county."""

from shared.contracts.lessons import Lesson, YearlyFocus
from shared.runtime.aggregates import AggregateTable, StreamTable
from shared.swedish import sort_key


def _sort_key(state: YearlyFocus | Lesson) -> str:
    """Lessons by their titles, focuses by their years, the newest first."""
    return sort_key(state.title) if isinstance(state, Lesson) else f"{9999 - state.year:04}"


def _search_text(state: YearlyFocus | Lesson) -> list[str]:
    if isinstance(state, Lesson):
        return [state.title, state.local_theme or "", state.text]
    return [state.text, *(each.text for each in state.goals)]


LESSONS_STREAM = StreamTable(
    "initiatives", "lessons", 1, {"focus": YearlyFocus, "lesson": Lesson}, _sort_key, _search_text
)
FOCUSES = AggregateTable(LESSONS_STREAM, YearlyFocus)
LESSONS = AggregateTable(LESSONS_STREAM, Lesson)
