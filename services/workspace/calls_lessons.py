"""The calls about lessons and the focuses of years."""

from services.workspace.calls_aggregates import AggregateCalls
from services.workspace.county import CountyInterface
from services.workspace.shown_lessons import FocusPage, LessonPage, ShownFocus, ShownLesson

LESSONS, FOCUSES = AggregateCalls("/lessons", ShownLesson), AggregateCalls("/yearly-focuses", ShownFocus)
lesson, share, change, withdraw = LESSONS.one, LESSONS.make, LESSONS.change, LESSONS.withdraw
focus, decide, withdraw_focus = FOCUSES.one, FOCUSES.decide, FOCUSES.withdraw


async def lessons(interface: CountyInterface, token: str, **query: str) -> LessonPage:
    """The lessons of all counties that the query chooses."""
    return await interface.get(token, LESSONS.path, LessonPage, limit=50, **query)


async def focuses(interface: CountyInterface, token: str, **query: str) -> FocusPage:
    """The focuses of all counties that the query chooses."""
    return await interface.get(token, FOCUSES.path, FocusPage, limit=50, **query)
