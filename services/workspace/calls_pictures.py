"""The calls about problem pictures and measures: those of all counties, and those that stay at home."""

from collections.abc import Mapping
from uuid import UUID

from services.workspace.county import CountyInterface
from services.workspace.shown_pictures import MeasurePage, ModelNewsList, PicturePage, ShownMeasure, ShownPicture

PICTURES, MEASURES = "/problem-pictures", "/measures"


async def pictures(interface: CountyInterface, token: str, **query: str) -> PicturePage:
    """The released pictures of all counties that the query chooses."""
    return await interface.get(token, PICTURES, PicturePage, limit=25, **query)


async def home_pictures(interface: CountyInterface, token: str, **query: str) -> PicturePage:
    """The pictures of this county that are not released, as far as the caller may see them."""
    return await interface.get(token, f"{PICTURES}/at-home", PicturePage, limit=100, **query)


async def picture(interface: CountyInterface, token: str, county: str, identity: UUID) -> ShownPicture:
    """A picture that the caller may see."""
    return await interface.get(token, f"{PICTURES}/{county}/{identity}", ShownPicture)


async def measures(interface: CountyInterface, token: str, **query: str) -> MeasurePage:
    """The released measures of all counties that the query chooses; ``picture`` is the id of theirs."""
    return await interface.get(token, MEASURES, MeasurePage, limit=100, **query)


async def home_measures(interface: CountyInterface, token: str, **query: str) -> MeasurePage:
    """The measures of this county that are not released, as far as the caller may see them."""
    return await interface.get(token, f"{MEASURES}/at-home", MeasurePage, limit=100, **query)


async def model_news(interface: CountyInterface, token: str) -> ModelNewsList:
    """The measures that the caller may see whose models have another follow-up than when this county last looked."""
    return await interface.get(token, f"{MEASURES}/model-news", ModelNewsList)


async def see_model(interface: CountyInterface, token: str, key: str, county: str, identity: UUID) -> None:
    """The news about the model of this measure has been seen."""
    return await interface.command(token, key, "POST", f"{MEASURES}/{county}/{identity}/model-seen", type(None), {})


async def measure(interface: CountyInterface, token: str, county: str, identity: UUID) -> ShownMeasure:
    """A measure that the caller may see."""
    return await interface.get(token, f"{MEASURES}/{county}/{identity}", ShownMeasure)


async def begin(interface: CountyInterface, token: str, key: str, wish: Mapping[str, object]) -> ShownPicture:
    """A draft, which the municipality and the police see."""
    return await interface.command(token, key, "POST", PICTURES, ShownPicture, wish)


async def change(
    interface: CountyInterface,
    token: str,
    key: str,
    county: str,
    identity: UUID,
    wish: Mapping[str, object],
    version: int,
) -> ShownPicture:
    """The picture, as it was seen, is as ``wish`` says."""
    return await interface.command(token, key, "PUT", f"{PICTURES}/{county}/{identity}", ShownPicture, wish, version)


async def picture_step(
    interface: CountyInterface,
    token: str,
    key: str,
    county: str,
    identity: UUID,
    step: str,
    wish: Mapping[str, object],
    version: int,
) -> ShownPicture:
    """The picture, as it was seen, takes this step."""
    path = f"{PICTURES}/{county}/{identity}/{step}"
    return await interface.command(token, key, "POST", path, ShownPicture, wish, version)


async def propose(interface: CountyInterface, token: str, key: str, wish: Mapping[str, object]) -> ShownMeasure:
    """A measure is proposed against causes of a picture of this county."""
    return await interface.command(token, key, "POST", MEASURES, ShownMeasure, wish)


async def plan(
    interface: CountyInterface,
    token: str,
    key: str,
    county: str,
    identity: UUID,
    wish: Mapping[str, object],
    version: int,
) -> ShownMeasure:
    """The plan of the measure, as it was seen, is as ``wish`` says."""
    return await interface.command(token, key, "PUT", f"{MEASURES}/{county}/{identity}", ShownMeasure, wish, version)


async def measure_step(
    interface: CountyInterface,
    token: str,
    key: str,
    county: str,
    identity: UUID,
    step: str,
    wish: Mapping[str, object],
    version: int,
) -> ShownMeasure:
    """The measure, as it was seen, takes this step, or is followed up."""
    path = f"{MEASURES}/{county}/{identity}/{step}"
    return await interface.command(token, key, "POST", path, ShownMeasure, wish, version)
