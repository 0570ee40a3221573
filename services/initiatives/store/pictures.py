"""Problem pictures: those of this county, and the ones that the others have released."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.initiatives.domain.pictures import HomePicture
from services.initiatives.store.home import HomeTable
from shared.contracts.problem_pictures import PictureDetails, ProblemPicture
from shared.runtime.aggregates import AggregateTable, StreamTable
from shared.runtime.db import Connection
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

_REVISED = """
    INSERT INTO revised_pictures (picture, municipality, revised_at) VALUES ($1, $2, $3)
    ON CONFLICT (picture) DO UPDATE SET (municipality, revised_at) = ($2, $3)
"""
_UNREAD = """
    SELECT revised.picture, municipality, revised_at, state
    FROM revised_pictures AS revised JOIN pictures ON pictures.county = $1 AND pictures.id = revised.picture
    ORDER BY revised_at DESC, revised.picture
"""
_READ = "DELETE FROM revised_pictures WHERE picture = $1 AND municipality IS DISTINCT FROM $2"


@dataclass(frozen=True, slots=True)
class RevisedPicture:
    """A released picture that the coordinator of ``municipality`` has revised, or the police without one."""

    picture: UUID
    municipality: str | None
    revised_at: datetime


async def tell_of_revision(conn: Connection, picture: UUID, municipality: str | None, now: datetime) -> None:
    """The others who write in it are to read the picture as it is now."""
    await conn.execute(_REVISED, picture, municipality, now)


async def unread_revisions(conn: Connection, own: str) -> list[tuple[RevisedPicture, ProblemPicture]]:
    """The pictures of the own county that nobody else has read since, as they are now, the newest first."""
    return [
        (RevisedPicture(*row[:3]), ProblemPicture.read(row["state"].encode())) for row in await conn.fetch(_UNREAD, own)
    ]


async def revision_read(conn: Connection, picture: UUID, municipality: str | None) -> None:
    """A municipality, or the police, have read the picture; that says nothing of what they have revised themselves."""
    await conn.execute(_READ, picture, municipality)


async def forget_revision(conn: Connection, picture: UUID) -> None:
    """Nobody has to read the picture any more."""
    await conn.execute("DELETE FROM revised_pictures WHERE picture = $1", picture)
