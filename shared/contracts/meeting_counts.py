"""How many meetings stayed in their county, of the stream `meetings`: all that is told of them."""

from typing import Annotated, Self

from pydantic import ValidationInfo, model_validator

from shared.contracts.event import READER, Event, Shared, events_in
from shared.contracts.fields import as_list, within
from shared.contracts.meeting_codes import CountedKind
from shared.contracts.shipment_fields import Quarter, Year

MeetingCount = Annotated[int, within(0, 9_999_999)]


class KindCount(Shared):
    """How many meetings of a kind were held and cancelled; how many functions were invited to held ones, and came."""

    kind: CountedKind
    held: MeetingCount = 0
    cancelled: MeetingCount = 0
    invited: MeetingCount = 0
    attended: MeetingCount = 0


class MeetingCounts(Event, stream="meetings"):
    """The numbers of one county and quarter, that in which the meetings began in Sweden. The id follows from these."""

    year: Year
    quarter: Quarter
    kinds: Annotated[tuple[KindCount, ...], as_list(20, "kinds")]

    @model_validator(mode="after")
    def _each_once(self, info: ValidationInfo) -> Self:
        kinds = {each.kind for each in self.kinds}
        if info.context != READER and (CountedKind.UNKNOWN in kinds or len(kinds) < len(self.kinds)):
            raise ValueError("a kind that is known is counted once, and no other")
        return self


class MeetingsCounted(MeetingCounts, version=1):
    """A meeting that stays in its county was held or cancelled, or it was recorded anew who came."""


EVENTS = events_in(globals())
