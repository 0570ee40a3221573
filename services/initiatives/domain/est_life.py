"""Every step that the parts of EST take: its cause, who takes it, and the event that tells of it.

The decisions go by these tables, and `docs/initiatives.md` is drawn from them. What is not in a table is refused.
"""

from enum import StrEnum

from shared.contracts.codes import Status
from shared.contracts.est_codes import EstPictureStatus, EstPunctuality
from shared.contracts.life import Life, Step


class EstMover(StrEnum):
    """Who takes a step."""

    MUNICIPALITY = "municipality"
    CLOCK = "county's clock"


class EstCause(StrEnum):
    """The cause of a step."""

    REGISTERS = "registers an area"
    CHANGES = "changes it"
    RETIRES = "reports on it no more"
    BEGINS = "the week begins"
    CLOSES = "the picture closes"
    IN_TIME = "reports before reports_until"
    AFTER_TIME = "reports before the picture closes"
    LATE = "reports after the picture has closed"
    PRIORITISES = "decides on the quarter"
    REVIEWS = "reviews the year"
    WITHDRAWS = "withdraws it"


_ACTIVE, _RETIRED, _BY = Status.ACTIVE, Status.RETIRED, EstMover.MUNICIPALITY
_OPEN, _CLOSED = EstPictureStatus.OPEN, EstPictureStatus.CLOSED

EST_AREA = Life(
    Step((), EstCause.REGISTERS, _ACTIVE, _BY, "EstAreaRegistered"),
    Step((_ACTIVE,), EstCause.CHANGES, _ACTIVE, _BY, "EstAreaChanged"),
    Step((_ACTIVE,), EstCause.RETIRES, _RETIRED, _BY, "EstAreaRetired"),
)
EST_PICTURE = Life(
    Step((), EstCause.BEGINS, _OPEN, EstMover.CLOCK, "", "Monday of the week"),
    Step((_OPEN,), EstCause.CLOSES, _CLOSED, EstMover.CLOCK, "EstWeeklyPictureClosed", "the area's `closes`"),
)
EST_OBSERVATION = Life(
    Step((), EstCause.IN_TIME, EstPunctuality.IN_TIME, _BY, ""),
    Step((), EstCause.AFTER_TIME, EstPunctuality.AFTER_TIME, _BY, ""),
    Step((), EstCause.LATE, EstPunctuality.LATE, _BY, ""),
)
EST_PRIORITY = Life(
    Step((), EstCause.PRIORITISES, _ACTIVE, _BY, "EstQuarterPrioritised"),
    Step((_ACTIVE, _RETIRED), EstCause.PRIORITISES, _ACTIVE, _BY, "EstQuarterPrioritised"),
    Step((_ACTIVE,), EstCause.WITHDRAWS, _RETIRED, _BY, "EstQuarterPriorityWithdrawn"),
)
EST_REVIEW = Life(
    Step((), EstCause.REVIEWS, _ACTIVE, _BY, "EstYearReviewed"),
    Step((_ACTIVE, _RETIRED), EstCause.REVIEWS, _ACTIVE, _BY, "EstYearReviewed"),
    Step((_ACTIVE,), EstCause.WITHDRAWS, _RETIRED, _BY, "EstYearReviewWithdrawn"),
)
