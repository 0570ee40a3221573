"""Every step that a measure can take: its cause, who takes it, and the event that tells of it once it is released.

The decisions go by this table, and `docs/initiatives.md` is drawn from it. What is not in it is refused.
"""

from enum import StrEnum

from services.initiatives.domain.picture_life import PictureMover
from shared.contracts.initiative_codes import MeasureStatus
from shared.contracts.life import Life, Step


class MeasureAct(StrEnum):
    """The cause of a step."""

    PROPOSES = "proposes a measure"
    CHANGES = "changes its plan"
    DECIDES = "decides on it"
    STARTS = "begins it"
    FOLLOWS_UP = "says how it goes"
    FINISHES = "has done it"
    STOPS = "stops it"
    RELEASES = "releases it to all counties"


_PROPOSED, _DECIDED, _ONGOING = MeasureStatus.PROPOSED, MeasureStatus.DECIDED, MeasureStatus.ONGOING
_DONE, _STOPPED, _WHO = MeasureStatus.DONE, MeasureStatus.STOPPED, PictureMover.AUTHOR

MEASURE = Life(
    Step((), MeasureAct.PROPOSES, _PROPOSED, _WHO, ""),
    *(Step((each,), MeasureAct.CHANGES, each, _WHO, "MeasureChanged") for each in (_PROPOSED, _DECIDED, _ONGOING)),
    Step((_PROPOSED,), MeasureAct.DECIDES, _DECIDED, _WHO, "MeasureDecided"),
    Step((_DECIDED,), MeasureAct.STARTS, _ONGOING, _WHO, "MeasureStarted"),
    *(Step((each,), MeasureAct.FOLLOWS_UP, each, _WHO, "MeasureFollowedUp") for each in (_ONGOING, _DONE)),
    Step((_ONGOING,), MeasureAct.FINISHES, _DONE, _WHO, "MeasureDone"),
    Step((_PROPOSED, _DECIDED, _ONGOING), MeasureAct.STOPS, _STOPPED, _WHO, "MeasureStopped"),
    *(
        Step((each,), MeasureAct.RELEASES, each, _WHO, "MeasureReleased")
        for each in (_DECIDED, _ONGOING, _DONE, _STOPPED)
    ),
)
