"""Problem pictures: those of this county, and the ones that the others have released."""

from services.initiatives.domain.pictures import HomePicture
from services.initiatives.store.home import HomeTable
from shared.contracts.problem_pictures import PictureDetails, ProblemPicture
from shared.runtime.aggregates import AggregateTable, StreamTable
from shared.swedish import sort_key


def _search_text(picture: PictureDetails) -> list[str]:
    return [picture.title, picture.local_theme or "", picture.summary]


PICTURES_STREAM = StreamTable(
    "initiatives",
    "pictures",
    1,
    {"picture": ProblemPicture},
    sort_key=lambda picture: sort_key(picture.title),
    search_text=_search_text,
)
PICTURES = HomeTable(HomePicture, AggregateTable(PICTURES_STREAM, ProblemPicture))
