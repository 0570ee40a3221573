"""The calls about EST: areas and their weeks, what comes first in a quarter, and what a year has shown."""

from collections.abc import Mapping
from uuid import UUID

from services.workspace.calls_aggregates import AggregateCalls
from services.workspace.county import CountyInterface
from services.workspace.shown_est import (
    EstAreaPage,
    EstPicturePage,
    EstPriorityPage,
    EstReviewPage,
    ShownEstArea,
    ShownEstPriority,
    ShownEstReview,
    ShownEstWeek,
    ShownEstYear,
    ShownObservation,
    ShownShortMeasure,
)
from shared.contracts.weeks import YearWeek

AREAS = AggregateCalls("/est-areas", ShownEstArea)
PRIORITIES, REVIEWS = (
    AggregateCalls("/est-priorities", ShownEstPriority),
    AggregateCalls("/est-reviews", ShownEstReview),
)
area, register, change, step = AREAS.one, AREAS.make, AREAS.change, AREAS.step
prioritise, withdraw_priority = PRIORITIES.decide, PRIORITIES.withdraw
review, withdraw_review = REVIEWS.decide, REVIEWS.withdraw


async def areas(interface: CountyInterface, token: str, **query: str | int) -> EstAreaPage:
    """The areas of all counties that the query chooses, 50 unless it has a ``limit``."""
    return await interface.get(token, AREAS.path, EstAreaPage, **{"limit": 50, **query})


async def pictures(interface: CountyInterface, token: str, area: str) -> EstPicturePage:
    """The newest closed pictures of an area, as all counties see them."""
    return await interface.get(token, "/est-pictures", EstPicturePage, limit=12, area=area)


async def priorities(interface: CountyInterface, token: str, **query: str | int) -> EstPriorityPage:
    """The decisions on quarters that the query chooses."""
    return await interface.get(token, PRIORITIES.path, EstPriorityPage, limit=50, **query)


async def reviews(interface: CountyInterface, token: str, **query: str | int) -> EstReviewPage:
    """The reviews of years that the query chooses."""
    return await interface.get(token, REVIEWS.path, EstReviewPage, limit=50, **query)


async def week(interface: CountyInterface, token: str, county: str, identity: UUID, of: YearWeek) -> ShownEstWeek:
    """A week of an own area; CallRefused, as not found, if the caller may not see it."""
    return await interface.get(token, f"{AREAS.path}/{county}/{identity}/weeks/{of.year}/{of.number}", ShownEstWeek)


async def year(interface: CountyInterface, token: str, municipality: str, number: int) -> ShownEstYear:
    """The numbers of an own municipality's weeks in an ISO year."""
    return await interface.get(token, f"/est-years/{municipality}/{number}", ShownEstYear)


async def report(
    interface: CountyInterface, token: str, key: str, county: str, identity: UUID, wish: Mapping[str, object]
) -> ShownObservation:
    """Something was seen in a week of an area."""
    path = f"{AREAS.path}/{county}/{identity}/observations"
    return await interface.command(token, key, "POST", path, ShownObservation, wish)


async def take_back(
    interface: CountyInterface, token: str, key: str, county: str, identity: UUID, observation: str
) -> None:
    """An observation was wrong."""
    path = f"{AREAS.path}/{county}/{identity}/observations/{observation}"
    await interface.command(token, key, "DELETE", path, type(None), {})


async def note(
    interface: CountyInterface, token: str, key: str, county: str, identity: UUID, wish: Mapping[str, object]
) -> ShownShortMeasure:
    """Something is done at once about a week of an area."""
    path = f"{AREAS.path}/{county}/{identity}/measures"
    return await interface.command(token, key, "POST", path, ShownShortMeasure, wish)
