"""The initiatives service: all that the runner needs to know of it."""

from collections.abc import Mapping
from pathlib import Path

from services.initiatives.api import router
from services.initiatives.handlers import HANDLERS, JOBS
from shared.runtime.auth import Role
from shared.runtime.service import Right, Service

COUNTY = frozenset({Role.COUNTY_COORDINATOR})
MUNICIPAL = frozenset({Role.MUNICIPAL_COORDINATOR})
HOME = MUNICIPAL | COUNTY | {Role.READER}
AUTHORS = MUNICIPAL | {Role.POLICE}
COORDINATORS = AUTHORS | COUNTY
MEMBERS = COORDINATORS | {Role.READER}

RIGHTS: Mapping[str, Right] = {
    "list_home_pictures": COORDINATORS,
    "begin_picture": AUTHORS,
    "list_pictures": MEMBERS,
    "get_picture": MEMBERS,
    "change_picture": AUTHORS,
    "contribute_to_picture": AUTHORS,
    "own_picture": AUTHORS,
    "merge_pictures": AUTHORS,
    "prioritise_picture": AUTHORS,
    "analyse_picture": AUTHORS,
    "agree_on_picture": AUTHORS,
    "release_picture": AUTHORS,
    "archive_picture": AUTHORS,
    "propose_measure": AUTHORS,
    "list_measures": MEMBERS,
    "list_home_measures": COORDINATORS,
    "list_model_news": COORDINATORS,
    "get_measure": MEMBERS,
    "change_measure": AUTHORS,
    "decide_on_measure": AUTHORS,
    "start_measure": AUTHORS,
    "follow_up_measure": AUTHORS,
    "finish_measure": AUTHORS,
    "stop_measure": AUTHORS,
    "release_measure": AUTHORS,
    "see_model_news": AUTHORS,
    "register_est_area": MUNICIPAL,
    "list_est_areas": MEMBERS,
    "get_est_area": MEMBERS,
    "change_est_area": MUNICIPAL,
    "retire_est_area": MUNICIPAL,
    "report_est_observation": MUNICIPAL,
    "take_back_est_observation": MUNICIPAL,
    "get_est_week": COORDINATORS,
    "note_est_measure": MUNICIPAL,
    "list_est_pictures": MEMBERS,
    "get_est_picture": MEMBERS,
    "prioritise_est_quarter": MUNICIPAL,
    "list_est_priorities": MEMBERS,
    "get_est_priority": MEMBERS,
    "withdraw_est_priority": MUNICIPAL,
    "get_est_year": COORDINATORS,
    "review_est_year": MUNICIPAL,
    "list_est_reviews": MEMBERS,
    "get_est_review": MEMBERS,
    "withdraw_est_review": MUNICIPAL,
    "decide_focus": COUNTY,
    "list_focuses": MEMBERS,
    "get_focus": MEMBERS,
    "withdraw_focus": COUNTY,
    "share_lesson": COUNTY,
    "list_lessons": MEMBERS,
    "get_lesson": MEMBERS,
    "change_lesson": COUNTY,
    "withdraw_lesson": COUNTY,
    "recommend_resource": COUNTY,
    "list_resources": MEMBERS,
    "get_resource": MEMBERS,
    "change_resource": COUNTY,
    "withdraw_resource": COUNTY,
    "propose_joint_measure": MUNICIPAL,
    "list_joint_measures": MEMBERS,
    "get_joint_measure": MEMBERS,
    "change_joint_measure": MUNICIPAL,
    "answer_joint_measure": MUNICIPAL,
    "start_joint_measure": MUNICIPAL,
    "follow_up_joint_measure": MUNICIPAL,
    "finish_joint_measure": MUNICIPAL,
    "stop_joint_measure": MUNICIPAL,
    "list_readiness": MEMBERS,
    "list_readiness_sums": MEMBERS,
    "list_home_readiness": HOME,
    "get_readiness": MEMBERS,
    "change_readiness": MUNICIPAL,
    "assess_requirement": MUNICIPAL,
    "record_evidence": MUNICIPAL,
    "propose_assessment": COUNTY,
    "dismiss_proposal": MUNICIPAL,
    "start_process": MUNICIPAL,
    "list_processes": MEMBERS,
    "get_process": MEMBERS,
    "change_process": MUNICIPAL,
    "record_milestone": AUTHORS,
    "sign_agreement": AUTHORS,
    "step_on": MUNICIPAL,
    "step_back": MUNICIPAL,
    "end_process": MUNICIPAL,
    "ask_for_support": MUNICIPAL,
    "list_support_requests": MEMBERS,
    "get_support_request": MEMBERS,
    "change_support_request": MUNICIPAL,
    "take_back_support_request": MUNICIPAL,
    "offer_support": COUNTY,
    "provide_support": COUNTY,
    "decline_support": COUNTY,
}

service = Service(
    "initiatives", router, HANDLERS, Path(__file__).parent / "migrations", RIGHTS, due=JOBS, discreet=True
)
