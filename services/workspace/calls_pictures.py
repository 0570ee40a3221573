"""The calls about problem pictures and measures: those of all counties, and those that stay at home."""

from uuid import UUID

from services.workspace.calls_aggregates import AggregateCalls
from services.workspace.county import CountyInterface
from services.workspace.shown_pictures import (
    MeasurePage,
    ModelNewsList,
    PicturePage,
    RevisedPicturesList,
    ShownMeasure,
    ShownPicture,
)

PICTURES, MEASURES = AggregateCalls("/problem-pictures", ShownPicture), AggregateCalls("/measures", ShownMeasure)
picture, begin, change, picture_step = PICTURES.one, PICTURES.make, PICTURES.change, PICTURES.step
measure, propose, plan, measure_step = MEASURES.one, MEASURES.make, MEASURES.change, MEASURES.step


async def pictures(interface: CountyInterface, token: str, **query: str) -> PicturePage:
    """The released pictures of all counties that the query chooses."""
    return await interface.get(token, PICTURES.path, PicturePage, limit=25, **query)


async def home_pictures(interface: CountyInterface, token: str, **query: str) -> PicturePage:
    """The pictures of this county that are not released, as far as the caller may see them."""
    return await interface.get(token, f"{PICTURES.path}/at-home", PicturePage, limit=100, **query)


async def revised(interface: CountyInterface, token: str) -> RevisedPicturesList:
    """The released pictures of the caller's that another has revised, and that nobody else has read since."""
    return await interface.get(token, f"{PICTURES.path}/revised", RevisedPicturesList)


async def read_revision(
    interface: CountyInterface, token: str, key: str, county: str, identity: UUID, version: int
) -> None:
    """The caller has read the picture as it was seen."""
    path = f"{PICTURES.path}/{county}/{identity}/revision-read"
    return await interface.command(token, key, "POST", path, type(None), {}, version)


async def measures(interface: CountyInterface, token: str, **query: str) -> MeasurePage:
    """The released measures of all counties that the query chooses; ``picture`` is the id of theirs."""
    return await interface.get(token, MEASURES.path, MeasurePage, limit=100, **query)


async def home_measures(interface: CountyInterface, token: str, **query: str) -> MeasurePage:
    """The measures of this county that are not released, as far as the caller may see them."""
    return await interface.get(token, f"{MEASURES.path}/at-home", MeasurePage, limit=100, **query)


async def model_news(interface: CountyInterface, token: str) -> ModelNewsList:
    """The measures that the caller may see whose models have another follow-up than when this county last looked."""
    return await interface.get(token, f"{MEASURES.path}/model-news", ModelNewsList)


async def see_model(interface: CountyInterface, token: str, key: str, county: str, identity: UUID) -> None:
    """The news about the model of this measure has been seen."""
    return await interface.command(
        token, key, "POST", f"{MEASURES.path}/{county}/{identity}/model-seen", type(None), {}
    )
