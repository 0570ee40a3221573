"""The story after a meeting: Västerbotten sends minutes, Jämtland approves them, Norrbotten does what was decided."""

import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from infra.demo.county import DemoCounty, until
from infra.demo.stage import Stage, grid
from infra.demo.trainings import path

HOST, APPROVER, OWNER = "vasterbotten", "jamtland", "norrbotten"
DECISION = "En gemensam utbildningsplan"
SECONDS = 5
"""The meeting begins so soon after it was planned, so that it can be held at once."""


def board(county: DemoCounty) -> dict[str, Any]:
    """The county's board, registered if it is not there, as an invitee."""
    query = {"county": county.name, "type": "COUNTY_BOARD"}
    found = county.get("/actors", **query)["items"]
    coordinator = {"function": "COUNTY_COORDINATOR", "mailbox": f"samordnare@{county.name}.example"}
    new = {"name": f"Länsstyrelsen {county.name}", "type": "COUNTY_BOARD", "level": "REGIONAL"}
    actor = found[0] if found else county.register({**new, "contact_functions": [coordinator]})
    functions = {each["function"]: each["id"] for each in actor["contact_functions"]}
    reference = {"county": actor["county"], "id": actor["id"]}
    return {"actor": reference, "contact_function": functions["COUNTY_COORDINATOR"]}


def hold_meeting(host: DemoCounty, counties: Sequence[DemoCounty]) -> dict[str, Any]:
    """A steering meeting of the counties was held; the approver's board approves its minutes."""
    roles = {HOST: "CHAIR", APPROVER: "APPROVER"}
    invitees = [{**board(county), "role": roles.get(county.name, "PARTICIPANT")} for county in counties]
    plan = {
        "kind": "STEERING",
        "title": "Styrgruppsmöte",
        "level": "REGIONAL",
        "organiser": "COUNTY_COORDINATOR",
        "form": "ONLINE",
        "url": "https://mote.example/styrgrupp",
        "invitees": invitees,
    }
    draft = _planned(host, plan)
    meeting = host.post(path(draft, "meetings") + "/invite", seen=draft["version"])
    starts = datetime.fromisoformat(meeting["starts_at"])
    time.sleep(max(0.0, (starts - datetime.now(UTC)).total_seconds()) + 1)
    marks = [{"invitee": each["id"], "presence": "ATTENDED"} for each in meeting["invitees"]]
    return dict(host.post(path(meeting, "meetings") + "/attendance", {"attendance": marks}, seen=meeting["version"]))


def draft_of(meeting: dict[str, Any], **changes: object) -> dict[str, Any]:
    """The minutes of the meeting as they are drafted."""
    day = str(datetime.now(UTC).date())
    return {
        "meeting": meeting["id"],
        "type": "NOTES",
        "text": "# Styrgruppen\n\nGruppen talade om utbildningar.",
        "present": [each["id"] for each in meeting["invitees"]],
        "decisions": [{"number": 4, "text": DECISION, "decided_on": day}],
        **changes,
    }


def circulate(host: DemoCounty, meeting: dict[str, Any], **changes: object) -> dict[str, Any]:
    """The minutes of the meeting are sent."""
    draft = host.post("/minutes/drafts", draft_of(meeting, **changes))
    return dict(host.post(f"/minutes/drafts/{draft['id']}/circulate", {}, seen=draft["version"]))


def assign(host: DemoCounty, minutes: dict[str, Any], due: date, text: str = "Ta fram planen") -> dict[str, Any]:
    """Norrbotten's coordinator is to do it."""
    item = {
        "meeting": minutes["meeting"],
        "text": text,
        "owner": {"county": OWNER, "function": "COUNTY_COORDINATOR"},
        "asked_due": due.isoformat(),
        "decision": {"county": minutes["county"], "minutes": minutes["id"], "number": 4},
    }
    return dict(host.post("/action-items", item))


def wait_shown(counties: Sequence[DemoCounty], place: str, field: str, value: object) -> float:
    """Wait until all counties show this value of a field there; the seconds it took."""

    def holds() -> bool:
        return all(each.get(place)[field] == value for each in counties)

    return until(holds, f"all show {field} {value} at {place}")


def tell(stage: Stage, counties: Sequence[DemoCounty]) -> None:
    """Tell the story: minutes are approved in another county, and what was decided is done in a third."""
    named = {county.name: county for county in counties}
    host, approver, owner = named[HOST], named[APPROVER], named[OWNER]
    with stage.step(f"{HOST} holds a steering meeting, and writes its minutes"):
        meeting = hold_meeting(host, counties)
        wrong = draft_of(meeting, text="Gäller 121212-1212")
        refused = host.client.post("/minutes/drafts", json=wrong).json()["detail"]
        stage.say(f"a personnummer in them: {refused}")
        stage.check("they are refused, with the place and without the number", "121212" not in refused)
        minutes = circulate(host, meeting)
        stage.say(minutes["notice"])
    where = path(minutes, "minutes")
    with stage.step(f"{APPROVER} approves them; after that nothing changes them"):
        wait_shown([approver], where, "revision", 1)
        approver.post(where + "/approve", {}, seen=approver.version(where))
        seconds = wait_shown(counties, where, "status", "APPROVED")
        stage.say(f"all four counties show it after {seconds:.1f} s")
        changed = {**draft_of(meeting, text="Något annat"), "confirmed": True}
        del changed["meeting"]
        answer = host.client.put(where, json=changed, headers={"If-Match": f'"{host.version(where)}"'})
        stage.check("the host itself cannot change them any more", answer.json()["type"] == "/problems/approved")
    with stage.step(f"{OWNER} is to do what was decided until Epiphany, and does it"):
        item = assign(host, minutes, date(datetime.now(UTC).year + 1, 1, 6))
        place = path(item, "action-items")
        wait_shown([owner], place, "received", value=True)
        owner.post(place + "/report", {"work": "DONE"}, seen=owner.version(place))
        wait_shown(counties, place, "progress", "DONE")
        rows = [(each.name, each.get(place)["due_swedish"], each.get(place)["swedish"]) for each in counties]
        stage.console.print(grid("the action item as shown in …", ("in", "due", ""), rows))
        found = [each.get("/decisions", q="utbildningsplan")["items"] for each in counties]
        stage.check("every county's register has the decision", all(len(each) == 1 for each in found))


def _planned(host: DemoCounty, plan: dict[str, Any]) -> dict[str, Any]:
    """The draft of the meeting, which begins soon, once the host knows whom it invites."""
    drafts: list[dict[str, Any]] = []

    def planned() -> bool:
        starts = datetime.now(UTC) + timedelta(seconds=SECONDS)
        times = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=2)).isoformat()}
        answer = host.client.post("/meetings", json=plan | times)
        drafts.extend([answer.json()] if answer.is_success else [])
        return answer.is_success

    until(planned, f"{host.name} knows whom it invites")
    return drafts[0]
