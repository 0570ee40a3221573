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
ASKERS = COUNTY | {Role.MUNICIPAL_COORDINATOR}

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
    "enrol": ASKERS,
    "list_enrolments": INSIDE | ASKERS,
    "get_enrolment": INSIDE | ASKERS,
    "accept_offer": ASKERS,
    "cancel_enrolment": ASKERS,
    "list_participants": ASKERS,
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
