"""The models of bodies and answers about problem pictures."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, computed_field

from services.initiatives.domain.pictures import AnyPicture
from services.initiatives.store.home import Kept
from shared.contracts.event import READER, CountyName
from shared.contracts.initiative_codes import PictureStatus
from shared.contracts.problem_pictures import Contributor, PictureDetails, ProblemPicture
from shared.contracts.reference.initiatives import TERMS
from shared.runtime.models import RequestModel, Versioned


class ConfirmText(RequestModel):
    """``confirmed``: somebody has looked at the doubts about the text, and finds nobody named as suspected."""

    confirmed: bool = False


class MergePictures(RequestModel):
    """The other pictures of this county, by their ids, that become part of one."""

    pictures: Annotated[list[UUID], Field(min_length=1, max_length=20)]


class ChangePicture(PictureDetails):
    """The picture as it is to be. ``confirmed`` counts once it is released."""

    confirmed: bool = False

    def details(self) -> PictureDetails:
        """The content alone."""
        return PictureDetails(**{name: getattr(self, name) for name in PictureDetails.model_fields})


class RevisedPictureView(BaseModel):
    """A released picture that the coordinator of ``municipality`` has revised, or the police without one."""

    picture: UUID
    title: str
    municipality: str | None
    revised_at: datetime


class RevisedPictures(BaseModel):
    """Those that nobody else has read since, the newest first."""

    items: list[RevisedPictureView]


class PictureView(Versioned, PictureDetails):
    """A problem picture in its version, which is also its ETag. ``shared``: all counties see it."""

    county: CountyName
    id: UUID
    status: PictureStatus
    contributors: tuple[Contributor, ...]
    shared: bool = True

    @computed_field
    def swedish(self) -> str:
        """Its theme and status in Swedish."""
        words = (TERMS["Theme"].get(self.theme), TERMS["PictureStatus"].get(self.status))
        return ", ".join(word.swedish for word in words if word)


def picture_view(kept: Kept[AnyPicture]) -> PictureView:
    """The picture as whoever may see it does."""
    fields = {**dict(kept.state), "version": kept.version, "shared": isinstance(kept.state, ProblemPicture)}
    return PictureView.model_validate(fields, context=READER)
