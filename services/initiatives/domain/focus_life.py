"""Every step that a yearly focus, a lesson and a resource take; `docs/initiatives.md` is drawn from these tables."""

from enum import StrEnum

from shared.contracts.codes import Status
from shared.contracts.life import Life, Step


class FocusMover(StrEnum):
    """Who takes a step."""

    COUNTY = "county"


class FocusCause(StrEnum):
    """The cause of a step."""

    DECIDES = "decides on the year"
    SHARES = "shares a lesson"
    RECOMMENDS = "recommends a resource"
    CHANGES = "changes it"
    WITHDRAWS = "withdraws it"


_ACTIVE, _RETIRED, _BY = Status.ACTIVE, Status.RETIRED, FocusMover.COUNTY

FOCUS = Life(
    Step((), FocusCause.DECIDES, _ACTIVE, _BY, "YearlyFocusDecided"),
    Step((_RETIRED,), FocusCause.DECIDES, _ACTIVE, _BY, "YearlyFocusDecided"),
    Step((_ACTIVE,), FocusCause.CHANGES, _ACTIVE, _BY, "YearlyFocusChanged"),
    Step((_ACTIVE,), FocusCause.WITHDRAWS, _RETIRED, _BY, "YearlyFocusWithdrawn"),
)
LESSON = Life(
    Step((), FocusCause.SHARES, _ACTIVE, _BY, "LessonShared"),
    Step((_ACTIVE,), FocusCause.CHANGES, _ACTIVE, _BY, "LessonChanged"),
    Step((_ACTIVE,), FocusCause.WITHDRAWS, _RETIRED, _BY, "LessonWithdrawn"),
)
RESOURCE = Life(
    Step((), FocusCause.RECOMMENDS, _ACTIVE, _BY, "ResourceListed"),
    Step((_ACTIVE,), FocusCause.CHANGES, _ACTIVE, _BY, "ResourceChanged"),
    Step((_ACTIVE,), FocusCause.WITHDRAWS, _RETIRED, _BY, "ResourceWithdrawn"),
)
