"""The aggregates that are counted, of every county: each stream's in a table, as their owners have published them.

`sort_key` is the day in Sweden to which an aggregate belongs: a meeting's or an occasion's, the first of a measure or
a quarter, or the Thursday of a signal's ISO week, whose year and quarter are those of the week. So a period is a range
of it.
"""

from datetime import date, timedelta
from typing import Any

from shared.contracts.actors import Actor
from shared.contracts.enrolments import Certificate, EnrolmentRequest, SeatAnswer
from shared.contracts.guidance import MethodImplementation
from shared.contracts.joint_measures import JointMeasure
from shared.contracts.measures import Measure
from shared.contracts.meeting_counts import MeetingCounts
from shared.contracts.meetings import CollaborationMeeting, Meeting
from shared.contracts.problem_pictures import ProblemPicture
from shared.contracts.readiness import ReadinessSums
from shared.contracts.shipment_signals import ShipmentSignal
from shared.contracts.support_requests import SupportRequest
from shared.contracts.trainings import Occasion, Training
from shared.runtime.aggregates import StreamTable
from shared.swedish import day_of


def _day(state: Any) -> str:
    if isinstance(state, ShipmentSignal):
        thursday = date.fromisocalendar(state.iso_week_year, 1, 4) + timedelta(weeks=state.iso_week - 1)
        return thursday.isoformat()
    if isinstance(state, Measure | JointMeasure):
        return state.first_day.isoformat()
    if isinstance(state, MeetingCounts):
        return date(state.year, 3 * state.quarter - 2, 1).isoformat()
    return day_of(state.starts_at).isoformat() if isinstance(state, Occasion | Meeting | CollaborationMeeting) else ""


ACTORS = StreamTable("actors", "actors", 1, {"actor": Actor}, _day)
TRAININGS = StreamTable("trainings", "trainings", 1, {"training": Training, "occasion": Occasion}, _day)
ENROLMENTS = StreamTable(
    "enrolments",
    "enrolments",
    2,
    {"request": EnrolmentRequest, "answer": SeatAnswer, "certificate": Certificate},
    _day,
    ended_sql="(state ->> 'status' IN ('REVOKED', 'EXPIRED') OR state @> '{\"settled\": true}')",
)
MEETINGS = StreamTable(
    "meetings",
    "meetings",
    1,
    {"meeting": Meeting, "collaboration": CollaborationMeeting, "counts": MeetingCounts},
    _day,
)
SIGNALS = StreamTable(
    "shipment-signals",
    "signals",
    1,
    {"signal": ShipmentSignal},
    _day,
    ended_sql="state ->> 'status' IN ('WITHDRAWN', 'EXPIRED')",
)
GUIDANCE = StreamTable("guidance", "guidance", 1, {"implementation": MethodImplementation}, _day)
INITIATIVES = StreamTable(
    "initiatives",
    "initiatives",
    2,
    {
        "picture": ProblemPicture,
        "measure": Measure,
        "joint": JointMeasure,
        "support": SupportRequest,
        "readiness-sums": ReadinessSums,
    },
    _day,
)
