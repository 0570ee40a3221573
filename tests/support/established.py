"""One thing of each kind in a county, so that what is planted meets a thing that is there, and not a 404 alone."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from shared.swedish import day_of
from tests.support.bodies import BODIES, CONTACT, DECISION, ORGANISER
from tests.support.waiting import eventually

NOW, DAY = datetime.now(UTC), timedelta(days=1)
SOON = {
    "opens_at": NOW - DAY,
    "release_at": NOW - DAY,
    "closes_at": NOW + DAY,
    "starts_at": NOW + 2 * DAY,
    "ends_at": NOW + 3 * DAY,
}


def establish(client: httpx.Client) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
    """Make them. The id that belongs into each path, by the path up to it; and bodies that name what is there."""
    known: dict[str, str] = {}
    bodies = dict(BODIES)

    def make(path: str, name: str, then: str = "", **changes: Any) -> dict[str, Any]:
        for each in filter(None, (name, then)):
            bodies[each] = BODIES.get(each, {}) | {key: changes[key] for key in changes.keys() & BODIES.get(each, {})}
        answer = client.post(path, json=BODIES[name] | changes)
        assert answer.status_code == 201, f"{name}: {answer.text}"
        made: dict[str, Any] = answer.json()
        known[path] = made["id"]
        return made

    board: dict[str, Any] = {"type": "COUNTY_BOARD", "level": "REGIONAL", "municipality": None}
    make("/actors", "register_actor", reference="board", contact_functions=[ORGANISER], **board)
    other, actor = (make("/actors", "register_actor", reference=each) for each in ("other", "known"))
    members = [{"county": each["county"], "id": each["id"]} for each in (actor, other)]
    contact = known[f"/actors/{actor['id']}/contact-functions"] = actor["contact_functions"][0]["id"]
    known["/reports/yearly"] = "2040"
    known["/meeting-digests"] = known["/shipment-alerts/digests"] = contact
    make("/networks", "register_network", "change_network", members=members)
    make("/cooperations", "register_cooperation", "change_cooperation", parties=members)
    training = make("/trainings", "publish_training")
    times = {name: moment.isoformat() for name, moment in SOON.items()}
    occasion = make("/occasions", "register_occasion", "change_occasion", training=training["id"], **times)
    place = {"county": occasion["county"], "id": occasion["id"]}
    request = make("/enrolments", "enrol", occasion=place)
    known[f"/enrolments/{request['id']}/participants"] = request["participants"][0]["id"]
    make("/shipment-alerts/sites", "register_site")
    make("/shipment-signals", "release_signal")
    make("/shipment-signals/report-numbers", "release_report_numbers")
    make("/guidance/routines/drafts", "draft_routine")
    known["/guidance/drafts"] = known["/guidance/routines/drafts"]
    make("/guidance/methods", "register_method")
    picture = make("/problem-pictures", "begin_picture", "change_picture")
    for each in ("own", "prioritise", "analyse"):
        address = f"/problem-pictures/{picture['county']}/{picture['id']}/{each}"
        picture = client.post(address, headers={"If-Match": f'"{picture["version"]}"'}).raise_for_status().json()
    make("/measures", "propose_measure", "change_measure", picture=picture["id"], model=None)
    make("/cooperation-processes", "start_process", "change_process")
    make("/support-requests", "ask_for_support", "change_support_request")
    known["/readiness"], known["/readiness/2480"] = "2480", "R1"
    make("/lessons", "share_lesson", "change_lesson")
    make("/resources", "recommend_resource", "change_resource")
    week = day_of(NOW).isoformat()
    make("/est-areas", "register_est_area", "change_est_area", first_day=week, last_day=None)
    year, number, _ = day_of(NOW).isocalendar()
    for each in ("report_est_observation", "note_est_measure"):
        bodies[each] = BODIES[each] | {"iso_week_year": year, "iso_week": number}

    invitee = {"actor": members[0], "contact_function": contact, "role": "APPROVER"}
    plan = {"invitees": [invitee], "network": None}
    asyncio.run(eventually(lambda: asyncio.to_thread(make, "/meetings", "plan_meeting", "change_meeting", **plan)))
    address = f"/meetings/{actor['county']}/{known['/meetings']}/invite"
    meeting = client.post(address, headers={"If-Match": '"1"'}).raise_for_status().json()
    known["/invitations"], known[f"/invitations/{meeting['id']}"] = meeting["id"], meeting["invitees"][0]["id"]
    due = (NOW + 30 * DAY).date().isoformat()
    owner = {"county": actor["county"], "function": CONTACT["function"], "actor": actor["id"]}
    make(
        "/action-items", "assign_item", "change_item", meeting=meeting["id"], owner=owner, asked_due=due, decision=None
    )
    text = {"present": [meeting["invitees"][0]["id"]], "absent": [], "decisions": [DECISION | {"replaces": None}]}
    make("/minutes/drafts", "draft_minutes", "change_minutes_draft", meeting=meeting["id"], **text)
    return known, bodies
