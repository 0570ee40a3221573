"""The meetings service: all that the runner needs to know of it."""

from collections.abc import Mapping
from pathlib import Path

from services.meetings.api import router
from services.meetings.handlers import HANDLERS, JOBS
from shared.runtime.auth import Role
from shared.runtime.service import OPEN, Right, Service

COUNTY = frozenset({Role.COUNTY_COORDINATOR})
HOSTS = COUNTY | {Role.MUNICIPAL_COORDINATOR}
ANSWERERS = HOSTS | {Role.POLICE}
MEMBERS = ANSWERERS | {Role.READER}

RIGHTS: Mapping[str, Right] = {
    "plan_meeting": HOSTS,
    "list_meetings": MEMBERS,
    "get_meeting": MEMBERS,
    "change_meeting": HOSTS,
    "invite_to_meeting": HOSTS,
    "confirm_meeting": HOSTS,
    "postpone_meeting": HOSTS,
    "cancel_meeting": HOSTS,
    "hold_meeting": HOSTS,
    "close_meeting": HOSTS,
    "list_presence": MEMBERS,
    "list_invitations": ANSWERERS,
    "answer_invitation": ANSWERERS,
    "read_invitation": ANSWERERS,
    "reply_to_invitation": ANSWERERS,
    "reply_by_mail": ANSWERERS,
    "open_meeting_calendar": COUNTY,
    "open_function_calendar": ANSWERERS,
    "read_meeting_calendar": OPEN,
    "draft_minutes": COUNTY,
    "list_minutes_drafts": COUNTY,
    "get_minutes_draft": COUNTY,
    "change_minutes_draft": COUNTY,
    "discard_minutes_draft": COUNTY,
    "circulate_minutes": COUNTY,
    "list_minutes": MEMBERS,
    "get_minutes": MEMBERS,
    "correct_minutes": COUNTY,
    "mask_minutes": COUNTY,
    "approve_minutes": ANSWERERS,
    "object_to_minutes": ANSWERERS,
    "list_decisions": MEMBERS,
    "export_decisions": MEMBERS,
    "assign_item": COUNTY,
    "list_items": MEMBERS,
    "export_items": MEMBERS,
    "get_item": MEMBERS,
    "change_item": COUNTY,
    "cancel_item": COUNTY,
    "report_item": ANSWERERS,
    "reply_to_letter": ANSWERERS,
    "choose_meeting_digest": COUNTY,
}

service = Service(
    "meetings",
    router,
    HANDLERS,
    Path(__file__).parent / "migrations",
    RIGHTS,
    due=JOBS,
    untraced=frozenset({"read_meeting_calendar"}),
    discreet=True,
)
