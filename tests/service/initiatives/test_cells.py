"""Who may do what to whose rows, tried in every cell: each command that locks a row, by each caller of two counties.

Whoever may write names a version that never was, and is told so (412); the others name the newest. So nothing changes
from cell to cell.
"""

import re
from typing import Any

from services.initiatives.service import RIGHTS, service
from tests.service.initiatives.callers import Counties, address, released
from tests.service.initiatives.test_joint_measures import proposed
from tests.service.offices import CLOCK
from tests.support.bodies import BODIES
from tests.unit.initiatives.given_measures import MEASURE

HOME, LOCAL = {"municipality"}, {"municipality", "police"}
COUNTY = {"county"}
WRITERS = {
    "problem-pictures": LOCAL,
    "measures": LOCAL,
    "joint-measures": HOME,
    "yearly-focuses": COUNTY,
    "lessons": COUNTY,
    "resources": COUNTY,
    "est-areas": HOME,
    "est-priorities": HOME,
    "cooperation-processes": HOME,
    "support-requests": HOME,
    "readiness": HOME,
}
"""Who of the own county writes in a row of each kind: the rows are of the municipality, or of the county board."""
OTHERWISE = {
    "record_milestone": LOCAL,
    "sign_agreement": LOCAL,
    **dict.fromkeys(("offer_support", "provide_support", "decline_support", "propose_assessment"), COUNTY),
}
LOCKS_NOTHING = {
    "see_model_news",
    "answer_joint_measure",
    "report_est_observation",
    "take_back_est_observation",
    "note_est_measure",
    "withdraw_est_review",
}
"""Commands without a version, and one about a year that must be over: an area cannot begin in the past."""
ROUTES = {
    each.name: each
    for each in service.routes()
    if each.methods & {"PUT", "POST"} and "{" in each.path and each.name not in LOCKS_NOTHING
}


async def rows(counties: Counties) -> dict[str, Any]:
    """A row of each kind, of the first municipality or of its county."""
    home = counties.jamtland
    board, today = home.by("county"), CLOCK.now.date().isoformat()
    picture = await released(home)
    area = await home.post(
        "/est-areas", BODIES["register_est_area"] | {"first_day": today, "last_day": None}, status=201
    )
    quarter = {"year": CLOCK.now.year, "quarter": 2, "areas": [area["id"]], "reason": "Mest att göra"}
    local: dict[str, Any] = {"municipalities": ["2380"]}
    made = {
        "problem-pictures": picture,
        "measures": await home.post("/measures", MEASURE | local | {"picture": picture["id"]}, status=201),
        "joint-measures": await proposed(counties),
        "lessons": await board.post("/lessons", BODIES["share_lesson"] | {"municipalities": []}, status=201),
        "resources": await board.post("/resources", BODIES["recommend_resource"] | {"checked_on": today}, status=201),
        "est-areas": area,
        "cooperation-processes": await home.post("/cooperation-processes", BODIES["start_process"] | local, status=201),
        "support-requests": await home.post("/support-requests", BODIES["ask_for_support"] | local, status=201),
    }
    focus = await board.api.put("/yearly-focuses", json=BODIES["decide_focus"] | {"year": CLOCK.now.year})
    priority = await home.api.put("/est-priorities", json=quarter)
    made |= {"yearly-focuses": focus.json(), "est-priorities": priority.json()}
    return made


def body_of(name: str, picture: str) -> Any:
    """A right body of the command, for rows of the municipality."""
    found = BODIES.get(name)
    if not isinstance(found, dict):
        return found
    own = {"municipalities": ["2380"], "picture": picture}
    return {**found, **{field: value for field, value in own.items() if field in found}}


async def test_each_row_is_written_by_those_of_its_own_alone(counties: Counties) -> None:
    known = await rows(counties)
    at_home, elsewhere = counties.jamtland.clients, counties.norrbotten.clients
    callers = {**at_home, **{f"elsewhere {who}": each for who, each in elsewhere.items()}}
    wrong, cells = [], 0
    for name, route in ROUTES.items():
        kind = route.path.split("/")[1]
        begin = address(known[kind], kind) if kind in known else "/readiness/2380"
        path = begin + re.sub(r"^/[a-z-]+(/\{county\}/\{id\}|/\{municipality\})", "", route.path)
        (method,) = route.methods & {"PUT", "POST"}
        body = body_of(name, known["problem-pictures"]["id"])
        for who, client in callers.items():
            may = who in OTHERWISE.get(name, WRITERS[kind])
            version = 999 if may or kind not in known else known[kind]["version"]
            answer = await client.request(
                method, path.replace("{requirement}", "R7"), json=body, headers={"If-Match": f'"{version}"'}
            )
            cells += 1
            if answer.status_code not in ((412,) if may else (403, 404, 409)):
                wrong.append(f"{name} by {who}: {answer.status_code} {answer.text[:90]}")
    assert "\n".join(wrong) == ""
    assert cells == len(ROUTES) * 10 > 450


def test_every_command_that_locks_a_row_is_in_a_cell() -> None:
    assert {each.path.split("/")[1] for each in ROUTES.values()} == WRITERS.keys()
    assert LOCKS_NOTHING | OTHERWISE.keys() <= RIGHTS.keys()
