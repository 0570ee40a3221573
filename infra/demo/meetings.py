"""The story of a steering meeting of four counties: called, answered, moved, answered again, held."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.demo.county import DemoCounty, until, wait_known
from infra.demo.mail import coordinator, told
from infra.demo.stage import Stage, grid
from infra.demo.trainings import move_clock
from infra.engine.engine import Engine

HOST = "vasterbotten"
BEGINS = timedelta(days=11)
AFTER_THE_MEETING = {"NORRSAM_CLOCK": "P12D"}
PATH = "/meetings"


def plan(host: DemoCounty, **changes: Any) -> dict[str, Any]:
    """A steering meeting to which the four boards, police and customs are invited, as far as the host knows them."""
    wanted = [("COUNTY_BOARD", "COUNTY_COORDINATOR"), ("POLICE", "POLICE_DUTY"), ("CUSTOMS", "CUSTOMS_OFFICER")]
    actors = [each for kind, _ in wanted for each in host.get("/actors", type=kind, limit=100)["items"]]
    functions = dict(wanted)
    invitees = [
        {"actor": {"county": actor["county"], "id": actor["id"]}, "contact_function": contact["id"]}
        for actor in actors
        if actor["level"] != "LOCAL"
        for contact in actor["contact_functions"]
        if contact["function"] == functions[actor["type"]]
    ]
    begins = (datetime.now(UTC) + BEGINS).replace(hour=12, minute=0)
    fields = {
        "kind": "STEERING",
        "title": "Styrgruppsmöte för fyra län",
        "level": "REGIONAL",
        "organiser": "COUNTY_COORDINATOR",
        "form": "ONLINE",
        "url": "https://mote.example/styrgrupp",
        "starts_at": begins.isoformat(),
        "ends_at": (begins + timedelta(hours=2)).isoformat(),
        "agenda": [{"title": "Gemensam utbildningsplan", "minutes": 30}],
        "invitees": invitees,
    }
    return {**fields, **changes}


def call(host: DemoCounty, **changes: Any) -> dict[str, Any]:
    """Plan a meeting, and invite to it. Actors that the service has not heard of yet are waited for."""
    body = plan(host, **changes)
    drafts: list[dict[str, Any]] = []

    def planned() -> bool:
        answer = host.client.post(PATH, json=body)
        if answer.status_code != 409:
            answer.raise_for_status()
            drafts.append(answer.json())
        return bool(drafts)

    until(planned, f"{host.name} knows the actors")
    return dict(host.post(path(drafts[0]) + "/invite", seen=drafts[0]["version"]))


def move(host: DemoCounty, meeting: dict[str, Any], hours: int = 1) -> dict[str, Any]:
    """The meeting begins later."""
    times = {
        name: (datetime.fromisoformat(meeting[name]) + timedelta(hours=hours)).isoformat()
        for name in ("starts_at", "ends_at")
    }
    return dict(host.put(path(meeting), details(meeting) | times, meeting["version"]))


def details(meeting: dict[str, Any]) -> dict[str, Any]:
    """The fields of a meeting that may be changed, as they are."""
    names = ("kind", "title", "level", "organiser", "form", "url", "starts_at", "ends_at", "agenda")
    invitees = [{name: each[name] for name in ("actor", "contact_function", "role")} for each in meeting["invitees"]]
    return {**{name: meeting[name] for name in names}, "invitees": invitees}


def answer(county: DemoCounty, meeting: dict[str, Any], state: str) -> list[str]:
    """The county answers for each of its functions, to the sequence of ``meeting``; the Swedish words for it."""
    mine = [each["id"] for each in meeting["invitees"] if each["actor"]["county"] == county.name]
    given = {"state": state, "sequence": meeting["sequence"]}
    place = f"/invitations/{meeting['county']}/{meeting['id']}"
    return [county.post(f"{place}/{each}/answer", given)["invitee"]["swedish"] for each in mine]


def shown(county: DemoCounty, meeting: dict[str, Any]) -> dict[str, set[str]]:
    """The states of the answers, by the county that gives them, as the county shows them."""
    found: dict[str, set[str]] = {}
    for each in county.get(path(meeting))["invitees"]:
        found.setdefault(each["actor"]["county"], set()).add(each["state"])
    return found


def wait_for(counties: Sequence[DemoCounty], meeting: dict[str, Any], states: dict[str, str]) -> float:
    """Wait until all counties show these answers, by the county that gives them; the seconds it took."""

    def holds() -> bool:
        wanted = {name: {state} for name, state in states.items()}
        return all(wanted.items() <= shown(each, meeting).items() for each in counties)

    return until(holds, f"all show {states}")


def path(meeting: dict[str, Any]) -> str:
    """The address of a meeting."""
    return f"{PATH}/{meeting['county']}/{meeting['id']}"


def tell(stage: Stage, engine: Engine, counties: Sequence[DemoCounty]) -> None:
    """Tell the story."""
    named = {county.name: county for county in counties}
    host, others = named[HOST], [county for county in counties if county.name != HOST]
    states = dict(zip([each.name for each in others], ("ACCEPTED", "TENTATIVE", "DECLINED"), strict=True))
    with stage.step(f"{HOST} calls four counties, police and customs to a steering meeting"):
        meeting = call(host)
        seconds = wait_known(counties, "meetings", meeting)
        stage.say(f"{meeting['when']}: {len(meeting['invitees'])} functions, seen everywhere after {seconds:.1f} s")
        read_mail(stage, engine, others, f"Kallelse: {meeting['title']}, {meeting['when']}")
        for county in others:
            answer(county, meeting, states[county.name])
        seconds = wait_for([host], meeting, states)
        rows = [(name, ", ".join(sorted(found))) for name, found in sorted(shown(host, meeting).items())]
        stage.console.print(grid(f"shown in {HOST}", ("county", "answer"), rows))
        stage.check("each county has answered for its own functions", shown(host, meeting).items() >= _sets(states))
    with stage.step("The meeting is moved by an hour: everybody is asked anew"):
        moved = move(host, meeting)
        read_mail(stage, engine, others, f"Svara igen: {moved['title']}, {moved['when']}")
        everybody = dict.fromkeys(named, "NEEDS_ACTION")
        seconds = wait_for(counties, moved, everybody)
        stage.check(f"no answer counts in any county, {seconds:.1f} s after the move", True)
        late = others[0].client.post(_place(moved, others[0].name), json={"state": "ACCEPTED", "sequence": 0})
        stage.check("an answer to the time before is refused", late.status_code == 409)
        for county in counties:
            answer(county, moved, "ACCEPTED")
        wait_for(counties, moved, dict.fromkeys(named, "ACCEPTED"))
        stage.check("all have accepted the new time, and all counties show it", True)
    with stage.step("The meeting is held, and it is recorded who came"):
        move_clock(engine, HOST, AFTER_THE_MEETING)
        marks = [{"invitee": each["id"], "presence": "ATTENDED"} for each in moved["invitees"]]
        held = host.post(path(moved) + "/attendance", {"attendance": marks}, host.version(path(moved)))
        wait_known(counties, "meetings", held)
        statuses = {county.get(path(moved))["status"] for county in counties}
        stage.check("all counties know that it was held", statuses == {"HELD"})
        move_clock(engine, HOST, {})


def read_mail(stage: Stage, engine: Engine, counties: Sequence[DemoCounty], subject: str) -> None:
    """Wait for this mail to the coordinator of each county, and show it as it arrives."""

    def newest(name: str) -> str | None:
        return told(engine, name, f"{name}.example").get(coordinator(name))

    until(lambda: all(newest(each.name) == subject for each in counties), f"all coordinators are told: {subject}")
    for each in counties:
        stage.say(f"mail to {coordinator(each.name)}: {subject}")


def _sets(states: dict[str, str]) -> Any:
    return {name: {state} for name, state in states.items()}.items()


def _place(meeting: dict[str, Any], county: str) -> str:
    mine = next(each["id"] for each in meeting["invitees"] if each["actor"]["county"] == county)
    return f"/invitations/{meeting['county']}/{meeting['id']}/{mine}/answer"
