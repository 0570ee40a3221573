"""The models of bodies and answers about measures."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, computed_field

from services.initiatives.domain.measures import AnyMeasure
from services.initiatives.store.home import Kept
from shared.contracts.asking import Reference
from shared.contracts.event import READER, CountyName
from shared.contracts.initiative_codes import MeasureStatus
from shared.contracts.measures import Measure, MeasureDetails, MeasureFollowUp
from shared.contracts.reference.initiatives import TERMS
from shared.runtime.models import Versioned


class ChangeMeasure(MeasureDetails):
    """The plan as it is to be. ``confirmed`` counts once the measure is released."""

    confirmed: bool = False

    def details(self) -> MeasureDetails:
        """The content alone."""
        return MeasureDetails(**{name: getattr(self, name) for name in MeasureDetails.model_fields})


class FollowUpMeasure(MeasureFollowUp):
    """How the measure goes. ``confirmed`` counts once the measure is released."""

    confirmed: bool = False

    def follow_up(self) -> MeasureFollowUp:
        """The content alone."""
        return MeasureFollowUp(colour=self.colour, text=self.text, day=self.day)


class MeasureView(Versioned, MeasureDetails):
    """A measure in its version, which is also its ETag. ``shared``: all counties see it."""

    county: CountyName
    id: UUID
    status: MeasureStatus
    follow_up: MeasureFollowUp | None = None
    shared: bool = True

    @computed_field
    def swedish(self) -> str:
        """Its status in Swedish, and its follow-up's colour if it has one."""
        words = [TERMS["MeasureStatus"].get(self.status)]
        words += [TERMS["FollowUpColour"].get(self.follow_up.colour)] if self.follow_up else []
        return ", ".join(word.swedish for word in words if word)


class ModelNewsView(BaseModel):
    """An own measure whose ``model`` goes otherwise than when its county last looked."""

    measure: UUID
    model: Reference
    follow_up: MeasureFollowUp | None
    changed_at: datetime


class AllModelNews(BaseModel):
    """All news about models of own measures that nobody has seen, the newest first."""

    items: list[ModelNewsView]


def measure_view(kept: Kept[AnyMeasure]) -> MeasureView:
    """The measure as whoever may see it does."""
    fields = {**dict(kept.state), "version": kept.version, "shared": isinstance(kept.state, Measure)}
    return MeasureView.model_validate(fields, context=READER)
