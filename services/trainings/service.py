"""The trainings service: all that the runner needs to know of it."""

from collections.abc import Mapping
from pathlib import Path

from services.trainings.api import router
from services.trainings.handlers import HANDLERS, JOBS
from shared.runtime.auth import Role
from shared.runtime.service import OPEN, Right, Service

ALL = frozenset(Role)
COUNTY = frozenset({Role.COUNTY_COORDINATOR})
INSIDE = COUNTY | {Role.READER}

RIGHTS: Mapping[str, Right] = {
    "publish_training": COUNTY,
    "list_trainings": ALL,
    "get_training": ALL,
    "change_training": COUNTY,
    "retire_training": COUNTY,
    "open_calendar": COUNTY,
    "read_calendar": OPEN,
    "read_ticket": COUNTY,
    "register_occasion": COUNTY,
    "list_occasions": ALL,
    "get_occasion": ALL,
    "change_occasion": COUNTY,
    "cancel_occasion": COUNTY,
    "list_seats": INSIDE,
    "record_attendance": COUNTY,
    "turn_away": COUNTY,
    "enrol": COUNTY,
    "list_enrolments": INSIDE,
    "get_enrolment": INSIDE,
    "accept_offer": COUNTY,
    "cancel_enrolment": COUNTY,
    "list_participants": COUNTY,
    "check_certificate": OPEN,
    "list_certificates": INSIDE,
    "get_certificate": INSIDE,
    "get_holder": COUNTY,
    "revoke_certificate": COUNTY,
}

service = Service(
    "trainings",
    router,
    HANDLERS,
    Path(__file__).parent / "migrations",
    RIGHTS,
    due=JOBS,
    untraced=frozenset({"read_calendar", "check_certificate"}),
    discreet=True,
)
