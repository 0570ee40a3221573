"""The shipment-alerts service: all that the runner needs to know of it."""

from collections.abc import Mapping
from pathlib import Path

from services.shipment_alerts.api import router
from services.shipment_alerts.handlers import HANDLERS, JOBS, PARTNERS
from shared.runtime.auth import INSIDE, Role
from shared.runtime.service import OPEN, Right, Service

ALL = frozenset(Role)
COUNTY = frozenset({Role.COUNTY_COORDINATOR})
POLICE = frozenset({Role.POLICE})
AUTHORS = COUNTY | POLICE
OPERATORS = COUNTY | {Role.OPERATOR}

RIGHTS: Mapping[str, Right] = {
    "give_advice": OPEN,
    "put_operator": COUNTY,
    "list_operators": COUNTY,
    "register_site": COUNTY,
    "list_sites": OPERATORS,
    "change_site": COUNTY,
    "close_site": COUNTY,
    "count_sites": AUTHORS,
    "release_signal": POLICE,
    "correct_signal": POLICE,
    "withdraw_signal": POLICE,
    "list_signals": ALL,
    "get_signal": ALL,
    "count_weeks": ALL,
    "export_signals": ALL,
    "give_feedback": COUNTY,
    "withdraw_feedback": COUNTY,
    "list_feedback": INSIDE,
    "get_feedback": INSIDE,
    "list_partner_replies": INSIDE,
    "release_report_numbers": POLICE,
    "correct_report_numbers": POLICE,
    "withdraw_report_numbers": POLICE,
    "list_report_numbers": ALL,
    "get_report_numbers": ALL,
    "show_guidance": ALL,
    "list_routines": INSIDE,
    "get_routine": INSIDE,
    "withdraw_routine": AUTHORS,
    "list_safety_advice": INSIDE,
    "get_safety_advice": INSIDE,
    "withdraw_safety_advice": AUTHORS,
    "draft_routine": AUTHORS,
    "draft_safety_advice": AUTHORS,
    "list_drafts": AUTHORS,
    "approve_draft": AUTHORS,
    "discard_draft": AUTHORS,
    "acknowledge_routine": OPERATORS,
    "choose_digest": COUNTY,
    "count_acknowledgements": INSIDE,
    "register_method": COUNTY,
    "list_methods": ALL,
    "get_method": ALL,
    "rename_method": COUNTY,
    "publish_method_version": COUNTY,
    "put_implementation": COUNTY | {Role.MUNICIPAL_COORDINATOR},
    "list_implementations": ALL,
    "get_implementation": ALL,
}

service = Service(
    "shipment-alerts",
    router,
    HANDLERS,
    Path(__file__).parent / "migrations",
    RIGHTS,
    due=JOBS,
    untraced=frozenset({"give_advice"}),
    discreet=True,
    partners=PARTNERS,
)
