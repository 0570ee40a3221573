"""The calls about lessons and the focuses of years."""

from collections.abc import Mapping
from uuid import UUID

from services.workspace.county import CountyInterface
from services.workspace.shown_lessons import FocusPage, LessonPage, ShownFocus, ShownLesson

LESSONS, FOCUSES = "/lessons", "/yearly-focuses"


async def lessons(interface: CountyInterface, token: str, **query: str) -> LessonPage:
    """The lessons of all counties that the query chooses."""
    return await interface.get(token, LESSONS, LessonPage, limit=50, **query)


async def lesson(interface: CountyInterface, token: str, county: str, identity: UUID) -> ShownLesson:
    """A lesson of whichever county."""
    return await interface.get(token, f"{LESSONS}/{county}/{identity}", ShownLesson)


async def share(interface: CountyInterface, token: str, key: str, wish: Mapping[str, object]) -> ShownLesson:
    """All counties see the lesson."""
    return await interface.command(token, key, "POST", LESSONS, ShownLesson, wish)


async def change(
    interface: CountyInterface,
    token: str,
    key: str,
    county: str,
    identity: UUID,
    wish: Mapping[str, object],
    version: int,
) -> ShownLesson:
    """The lesson, as it was seen, says what ``wish`` says."""
    return await interface.command(token, key, "PUT", f"{LESSONS}/{county}/{identity}", ShownLesson, wish, version)


async def withdraw(
    interface: CountyInterface, token: str, key: str, county: str, identity: UUID, version: int
) -> ShownLesson:
    """The lesson, as it was seen, is not recommended any more."""
    path = f"{LESSONS}/{county}/{identity}/withdraw"
    return await interface.command(token, key, "POST", path, ShownLesson, {}, version)


async def focuses(interface: CountyInterface, token: str, **query: str) -> FocusPage:
    """The focuses of all counties that the query chooses."""
    return await interface.get(token, FOCUSES, FocusPage, limit=50, **query)


async def focus(interface: CountyInterface, token: str, county: str, identity: UUID) -> ShownFocus:
    """A focus of whichever county."""
    return await interface.get(token, f"{FOCUSES}/{county}/{identity}", ShownFocus)


async def decide(
    interface: CountyInterface, token: str, key: str, wish: Mapping[str, object], version: int | None
) -> ShownFocus:
    """The focus of a year, as it was seen if there was one, is as ``wish`` says."""
    return await interface.command(token, key, "PUT", FOCUSES, ShownFocus, wish, version)


async def withdraw_focus(
    interface: CountyInterface, token: str, key: str, county: str, identity: UUID, version: int
) -> ShownFocus:
    """The focus, as it was seen, holds no more."""
    path = f"{FOCUSES}/{county}/{identity}/withdraw"
    return await interface.command(token, key, "POST", path, ShownFocus, {}, version)
