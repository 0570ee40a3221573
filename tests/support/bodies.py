"""A right body for each route that takes one."""

from typing import Any
from uuid import uuid4

from tests.service.shipment_alerts.given import ROUTINE, SIGNAL

SITE = {"type": "AGENT", "operator": "postnord", "municipality": "2480"}
MEMBERS = [{"county": "vasterbotten", "id": str(uuid4())}, {"county": "jamtland", "id": str(uuid4())}]
ACTOR = {"name": "Umeå kommun", "type": "MUNICIPALITY", "level": "LOCAL", "municipality": "2480"}
ORGANISER = {"function": "COUNTY_COORDINATOR", "mailbox": "samordnare@lan.example"}
CONTACT = {"function": "MUNICIPAL_COORDINATOR", "mailbox": "trygghet@umea.example"}
TRAINING = {
    "title": "Grund",
    "goal": "Personal vet",
    "mandate_area": "COMPETENCE",
    "method_component": "KNOWLEDGE",
    "level": "BASIC",
    "target_groups": ["POST_AGENT"],
    "trainers": ["TRAINER"],
}
OCCASION = {
    "training": str(uuid4()),
    "opens_at": "2040-01-01T08:00:00+01:00",
    "closes_at": "2040-02-01T08:00:00+01:00",
    "starts_at": "2040-03-01T08:00:00+01:00",
    "ends_at": "2040-03-01T10:00:00+01:00",
    "release_at": "2040-01-05T08:00:00+01:00",
    "form": "WEBINAR",
    "seats": 4,
    "open_for": ["vasterbotten", "jamtland"],
    "reserved": [{"county": "jamtland", "seats": 1}],
}
COOPERATION = {
    "name": "Samverkan",
    "parties": MEMBERS,
    "purposes": ["Trygghet"],
    "areas": ["Umeå"],
    "signed": "2026-01-01",
    "valid_from": "2026-01-01",
}
NETWORK = {"name": "Nätverket", "level": "LOCAL", "policy_areas": ["ANDT"], "members": MEMBERS}
PERSON = {"name": "Ombud", "mailbox": "ombud@ombud.example", "actor_type": "POST_AGENT", "function": "POST_STAFF"}
MEETING = {
    "kind": "STEERING",
    "title": "Styrgruppen",
    "purpose": "Trygghet",
    "level": "REGIONAL",
    "organiser": ORGANISER["function"],
    "form": "HYBRID",
    "place": "Umeå",
    "url": "https://mote.example/42",
    "starts_at": "2040-03-01T08:00:00+01:00",
    "ends_at": "2040-03-01T10:00:00+01:00",
    "agenda": [{"title": "Plan", "minutes": 10, "presenter": "TRAINER"}],
    "answer_by": "2040-02-01",
    "network": MEMBERS[1],
    "invitees": [{"actor": MEMBERS[0], "contact_function": str(uuid4()), "role": "CHAIR"}],
}
INVITEE = str(uuid4())
DECISION = {
    "number": 4,
    "text": "En plan",
    "decided_by": {"county": "vasterbotten", "function": "COUNTY_COORDINATOR"},
    "decided_on": "2026-12-09",
    "dissent": "Två planer",
    "replaces": {"county": "jamtland", "minutes": str(uuid4()), "number": 2},
}
MINUTES = {
    "type": "NOTES",
    "text": "# Styrgruppen",
    "present": [INVITEE],
    "absent": [str(uuid4())],
    "decisions": [DECISION],
}
ITEM = {
    "text": "Ta fram en plan",
    "owner": {"county": "jamtland", "function": "COUNTY_COORDINATOR", "actor": str(uuid4())},
    "asked_due": "2040-01-06",
    "decision": {"county": "jamtland", "minutes": str(uuid4()), "number": 2},
}
PICTURE = {
    "municipalities": ["2480"],
    "theme": "LOCAL",
    "local_theme": "Skolvägar",
    "policy_areas": ["ANDT"],
    "title": "Handel på torget",
    "first_day": "2026-01-01",
    "last_day": "2026-12-31",
    "summary": "Kvällstid",
    "sources": ["EST"],
    "factors": [{"element": each, "text": "Ingen där"} for each in ("OFFENDER", "TARGET", "GUARDIAN")],
    "place_factors": ["Mörkt"],
    "causes": [{"number": 1, "text": "Skymt torg", "element": "GUARDIAN", "grade": "KNOWN"}],
    "priority": 1,
}
MEASURE = {
    **{
        key: PICTURE[key] for key in ("municipalities", "theme", "local_theme", "policy_areas", "first_day", "last_day")
    },
    "title": "Vuxna på torget",
    "picture": str(uuid4()),
    "causes": [1],
    "targets": ["GUARDIAN"],
    "controllers": ["MANAGER"],
    "prevention_type": "SITUATIONAL",
    "prevention_level": "UNIVERSAL",
    "operational_goal": "Vuxna varje kväll",
    "indicator": {"text": "Kvällar", "unit": "antal", "baseline": 0, "target": 9},
    "who": "MUNICIPAL_COORDINATOR",
    "model": {"county": "jamtland", "id": str(uuid4())},
}
FOCUS = {
    "year": 2027,
    "text": "Stöd till kommuner",
    "goals": [{"text": "Alla har en lägesbild", "mandate_area": "KNOWLEDGE_BASED"}],
    "themes": ["CANNABIS"],
    "policy_areas": ["ANDT"],
    "confirmed": True,
}
LESSON = {
    "municipalities": ["2480"],
    "theme": "LOCAL",
    "local_theme": "Skolvägar",
    "policy_areas": ["ANDT"],
    "title": "Ljus på torget",
    "text": "Färre samlingar",
    "year": 2025,
    "learnt_from": [MEMBERS[0]],
    "links": ["https://example.se/ljus"],
    "confirmed": True,
}
RESOURCE = {
    "kind": "LEGAL_SOURCE",
    "title": "Kommuner mot brott",
    "publishers": ["Justitiedepartementet"],
    "published": 2021,
    "designation": "SOU 2021:49",
    "section": "avsnitt 5",
    "url": "https://example.se/sou",
    "checked_on": "2026-01-01",
    "themes": ["DRUGS"],
    "policy_areas": ["ANDT"],
}
AREA = {
    "name": "Centrum",
    "first_day": "2040-01-02",
    "last_day": "2041-12-31",
    "reports_until": {"weekday": 1, "clock": "12:00"},
    "closes": {"weekday": 1, "clock": "15:00"},
}
WEEK = {"iso_week_year": 2040, "iso_week": 1, "confirmed": True}
JOINT = {key: value for key, value in MEASURE.items() if key != "model"} | {
    "municipalities": ["2480", "2482"],
    "confirmed": True,
}
EVIDENCE = {"kind": "DECISION", "title": "Beslut i styrelsen", "dated": "2026-03-02", "diary_number": "KS 2026-1"}
ASSESSMENT = {"status": "IN_PLACE", "parts": ["MAPPING", "OTHER_INFORMATION", "ANALYSIS"], "evidence": [EVIDENCE]}
PROCESS = {"title": "Samverkan i kommunen", "municipalities": ["2480"], "policy_areas": ["ANDT"]}
AGREEMENT = {
    "title": "Överenskommelse",
    "signed_on": "2026-03-02",
    "valid_to": "2040-12-31",
    "purposes": ["Tryggt i centrum"],
    "areas": ["Centrum"],
    "signed_by": ["MUNICIPAL_EXECUTIVE", "LPO_CHIEF"],
    "url": "https://example.se/overenskommelse",
}
SUPPORT = {
    "municipalities": ["2480"],
    "theme": "LOCAL",
    "local_theme": "Skolvägar",
    "form": "COMPETENCE",
    "need": "En dag om orsaksanalys",
    "wanted_by": "2040-05-01",
}
BODIES: dict[str, dict[str, Any]] = {
    "register_actor": ACTOR | {"reference": "one", "contact_functions": [CONTACT], "policy_areas": ["ANDT"]},
    "change_actor": ACTOR | {"contact_functions": [CONTACT]},
    "name_person": {"name": "Somebody"},
    "register_cooperation": COOPERATION,
    "change_cooperation": COOPERATION,
    "register_network": NETWORK,
    "change_network": NETWORK,
    "publish_training": TRAINING,
    "change_training": TRAINING,
    "register_occasion": OCCASION,
    "change_occasion": OCCASION,
    "enrol": {"occasion": MEMBERS[0], "participants": [PERSON]},
    "record_attendance": {"came": [str(uuid4())], "absent": [str(uuid4())]},
    "turn_away": {"request": MEMBERS[1], "participants": [str(uuid4())]},
    "give_advice": {
        "dangers": [],
        "at_work": True,
        "condition": "WHOLE",
        "suspicion": "NARCOTICS",
        "from_abroad": "NO",
        "signs": ["ODOUR", "PRINTED_LABEL"],
    },
    "put_operator": {"name": "Op", "routine": "DIRECT"},
    "register_site": SITE,
    "change_site": SITE,
    "release_signal": SIGNAL,
    "correct_signal": SIGNAL,
    "give_feedback": {"code": "RECEIVED", "version": 1},
    "release_report_numbers": {"year": 2025, "quarter": 1, "checked": 20},
    "correct_report_numbers": {"year": 2025, "quarter": 1, "checked": 20},
    "draft_routine": {"details": ROUTINE},
    "draft_safety_advice": {"details": ROUTINE | {"hazard_class": "H2"}},
    "choose_digest": {"wanted": False},
    "choose_meeting_digest": {"wanted": False},
    "acknowledge_routine": {"site": str(uuid4()), "number": 1},
    "register_method": {"code": "TOGETHER_AGAINST_NET_DRUGS", "valid_from": "2016-01-01"},
    "rename_method": {"code": "TOGETHER_AGAINST_ILLEGAL_SHIPMENTS", "valid_from": "2023-01-02"},
    "publish_method_version": {"valid_from": "2023-04-01"},
    "put_implementation": {"municipality": "2480", "status": "PLANNED"},
    "plan_meeting": MEETING,
    "change_meeting": MEETING,
    "hold_meeting": {"attendance": [{"invitee": INVITEE, "presence": "ATTENDED"}]},
    "answer_invitation": {"state": "DELEGATED", "delegated_to": "REGISTRAR", "sequence": 0},
    "draft_minutes": MINUTES | {"meeting": str(uuid4()), "approve_by": "2040-03-15"},
    "change_minutes_draft": MINUTES | {"approve_by": "2040-03-15"},
    "mask_minutes": {"words": ["Ord"]},
    "circulate_minutes": {"confirmed": True},
    "correct_minutes": MINUTES | {"confirmed": True},
    "approve_minutes": {"approver": INVITEE},
    "object_to_minutes": {"approver": INVITEE, "reason": "Fel datum"},
    "assign_item": ITEM | {"meeting": str(uuid4())},
    "change_item": ITEM,
    "report_item": {"work": "DONE"},
    "begin_picture": PICTURE,
    "change_picture": PICTURE | {"confirmed": True},
    "merge_pictures": {"pictures": [str(uuid4())]},
    "release_picture": {"confirmed": True},
    "propose_measure": MEASURE,
    "propose_joint_measure": JOINT,
    "change_joint_measure": JOINT,
    "answer_joint_measure": {"verdict": "JOINED", "revision": 1},
    "follow_up_joint_measure": {"colour": "RED", "text": "Ingen", "day": "2026-06-01", "confirmed": True},
    "change_measure": MEASURE | {"confirmed": True},
    "follow_up_measure": {"colour": "RED", "text": "Ingen", "day": "2026-06-01", "confirmed": True},
    "release_measure": {"confirmed": True},
    "decide_focus": FOCUS,
    "share_lesson": LESSON,
    "change_lesson": LESSON,
    "recommend_resource": RESOURCE,
    "change_resource": RESOURCE,
    "register_est_area": AREA,
    "change_est_area": AREA,
    "report_est_observation": WEEK | {"category": "FIRE", "place": "Torget", "scale": 1, "reporter": "HOUSING"},
    "note_est_measure": WEEK | {"text": "Städas i dag", "function": "MUNICIPAL_COORDINATOR"},
    "prioritise_est_quarter": {"year": 2040, "quarter": 1, "areas": [str(uuid4())], "reason": "Mest att göra"},
    "review_est_year": {"year": 2040, "text": "Lugnt", "conclusions": [{"text": "Ljus", "categories": ["FIRE"]}]},
    "change_readiness": {"responsible_board": "OTHER", "board_name": "Trygghetsnämnden", "share_details": True},
    "assess_requirement": ASSESSMENT,
    "record_evidence": EVIDENCE,
    "propose_assessment": {"status": "IN_PROGRESS", "text": "Kartläggningen är från i fjol"},
    "start_process": PROCESS,
    "change_process": PROCESS,
    "sign_agreement": AGREEMENT,
    "step_back": {"step": "INITIATED", "reason": "Ny lägesbild"},
    "record_milestone": {"code": "START_DECISION", "done_on": "2026-03-02"},
    "ask_for_support": SUPPORT,
    "change_support_request": SUPPORT,
    **{f"{verb}_support": {"text": "Vi kommer i maj"} for verb in ("decline", "offer", "provide")},
    "write_yearly_report": {"exchange": "Nätverket möttes"},
    "accept_offer": {"participants": [str(uuid4())]},
    "cancel_enrolment": {"participants": [str(uuid4())]},
}
"""A right body for each route that takes one."""
