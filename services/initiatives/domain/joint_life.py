"""Every step that a joint measure and an answer can take: its cause, who takes it, and the event that tells of it.

The decisions go by these tables, and `docs/initiatives.md` is drawn from them. What is not in a table is refused.
"""

from enum import StrEnum

from shared.contracts.initiative_codes import JointStatus, JoinVerdict
from shared.contracts.life import Life, Step


class JointMover(StrEnum):
    """Who takes a step."""

    LEAD = "municipality that leads"
    COUNTY = "county of the lead"
    ASKED = "municipality that is asked"


class JointAct(StrEnum):
    """The cause of a step."""

    PROPOSES = "proposes a measure to others"
    CHANGES = "changes the plan, and asks all anew"
    HEARS = "hears an answer to the present plan"
    STARTS = "begins it, once another has joined"
    FOLLOWS_UP = "says how it goes"
    FINISHES = "has done it"
    STOPS = "stops it"

    JOINS = "joins"
    DECLINES = "declines, or leaves"


_PROPOSED, _STARTED, _LEAD = JointStatus.PROPOSED, JointStatus.STARTED, JointMover.LEAD

JOINT = Life(
    Step((), JointAct.PROPOSES, _PROPOSED, _LEAD, "JointMeasureProposed"),
    Step((_PROPOSED,), JointAct.CHANGES, _PROPOSED, _LEAD, "JointMeasureChanged"),
    *(Step((each,), JointAct.HEARS, each, JointMover.COUNTY, "JointMembersChanged") for each in (_PROPOSED, _STARTED)),
    Step((_PROPOSED,), JointAct.STARTS, _STARTED, _LEAD, "JointMeasureStarted"),
    Step((_STARTED,), JointAct.FOLLOWS_UP, _STARTED, _LEAD, "JointMeasureFollowedUp"),
    Step((_STARTED,), JointAct.FINISHES, JointStatus.DONE, _LEAD, "JointMeasureDone"),
    Step((_PROPOSED, _STARTED), JointAct.STOPS, JointStatus.STOPPED, _LEAD, "JointMeasureStopped"),
)

_ANY = (JoinVerdict.JOINED, JoinVerdict.DECLINED)

ANSWER = Life(
    Step((), JointAct.JOINS, JoinVerdict.JOINED, JointMover.ASKED, "JointAnswerGiven"),
    Step((), JointAct.DECLINES, JoinVerdict.DECLINED, JointMover.ASKED, "JointAnswerGiven"),
    Step(_ANY, JointAct.JOINS, JoinVerdict.JOINED, JointMover.ASKED, "JointAnswerGiven"),
    Step(_ANY, JointAct.DECLINES, JoinVerdict.DECLINED, JointMover.ASKED, "JointAnswerGiven"),
)
