"""The story of a training over county borders: Jämtland has four seats, and Västernorrland asks for two of them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.demo import partner
from infra.demo.county import PATIENCE_SECONDS, DemoCounty, until, wait_known
from infra.demo.mail import told
from infra.demo.stage import Stage, grid
from infra.engine.engine import Engine
from shared.contracts.topics import topic_name

HOST, ASKER = "jamtland", "vasternorrland"
TITLE = "Tillsammans mot illegala försändelser – grund"
MAILBOX = "{}@ombud.example"
DAY = timedelta(days=1)
RELEASE, BEGIN = 10 * DAY, 30 * DAY
"""After so long reserved seats are for all, and the occasion begins."""
AFTER_RELEASE, AFTER_THE_END = {"NORRSAM_CLOCK": "P11D"}, {"NORRSAM_CLOCK": "P31D"}
_TRAINING = {
    "title": TITLE,
    "goal": "Personal vet hur en misstänkt försändelse hanteras.",
    "mandate_area": "COMPETENCE",
    "method_component": "KNOWLEDGE",
    "level": "BASIC",
    "target_groups": ["POST_AGENT"],
    "trainers": ["TRAINER"],
}


def publish(host: DemoCounty, names: Sequence[str], **changes: object) -> dict[str, Any]:
    """Publish an occasion with four seats, one reserved for each county, in the catalogue of ``host``."""
    training = host.post("/trainings", _TRAINING)
    now = datetime.now(UTC)
    times = {"opens_at": -DAY, "release_at": RELEASE, "closes_at": BEGIN - DAY, "starts_at": BEGIN}
    occasion = {
        "training": training["id"],
        **{name: (now + after).isoformat() for name, after in times.items()},
        "ends_at": (now + BEGIN + timedelta(hours=3)).isoformat(),
        "form": "WEBINAR",
        "seats": 4,
        "open_for": list(names),
        "reserved": [{"county": name, "seats": 1} for name in names],
    }
    return dict(host.post("/occasions", occasion | changes))


def enrol(county: DemoCounty, occasion: dict[str, Any], *who: str, **more: object) -> dict[str, Any]:
    """Ask for seats for agents, who are named after their towns."""
    persons = [
        {"name": f"Ombud {name}", "mailbox": MAILBOX.format(name), "actor_type": "POST_AGENT", "function": "POST_STAFF"}
        for name in who
    ]
    place = {"county": occasion["county"], "id": occasion["id"]}
    return dict(county.post("/enrolments", {"occasion": place, "participants": persons, **more}))


def shown(county: DemoCounty, request: dict[str, Any]) -> list[str]:
    """The participants of an occasion as the county shows them."""
    return [str(seat["swedish"]) for seat in county.get(path(request))["seats"]]


def wait_for(
    county: DemoCounty, request: dict[str, Any], states: list[str], seconds: float = PATIENCE_SECONDS
) -> float:
    """Wait until the county shows these states of the seats; the seconds it took."""

    def holds() -> bool:
        return [seat["state"] for seat in county.get(path(request))["seats"]] == states

    return until(holds, f"{county.name} shows {states}", seconds)


def accept(county: DemoCounty, request: dict[str, Any]) -> dict[str, Any]:
    """Accept the offer."""
    return dict(county.post(path(request) + "/accept", {}, seen=county.version(path(request))))


def cancel(county: DemoCounty, request: dict[str, Any]) -> dict[str, Any]:
    """Cancel the participants' seats."""
    return dict(county.post(path(request) + "/cancel", {}, seen=county.version(path(request))))


def path(aggregate: dict[str, Any], resource: str = "enrolments") -> str:
    """The path of the aggregate."""
    return f"/{resource}/{aggregate['county']}/{aggregate['id']}"


def move_clock(engine: Engine, county: str, clock: dict[str, str]) -> None:
    """Restart the county's process with its clock moved."""
    engine.stop_county(county)
    engine.start_county(county, env=clock)


def tell(stage: Stage, engine: Engine, counties: Sequence[DemoCounty]) -> None:
    """Tell the story: an absent host, a waiting list, an offer, and a certificate that another county checks."""
    named = {county.name: county for county in counties}
    host, asker = named[HOST], named[ASKER]
    occasion = publish(host, list(named))
    wait_known(counties, "occasions", occasion)
    first = _ask_while_the_host_is_away(stage, engine, asker, occasion)
    second = enrol(asker, occasion, "bredbyn")
    with stage.step(f"{HOST} is back: it alone gives out the seats"):
        engine.start_county(HOST)
        seconds = [wait_for(asker, first, ["CONFIRMED"]), wait_for(asker, second, ["WAITING"])]
        rows = [("ornskoldsvik", *shown(asker, first)), ("bredbyn", *shown(asker, second))]
        stage.console.print(grid(f"shown in {ASKER}", ("", "seat"), rows))
        stage.say(f"both were answered, {max(seconds):.1f} s after it answered its own users")
    _read_mails(stage, engine)
    with stage.step("Ten days later reserved seats are for all: whoever waits is offered one, and accepts"):
        move_clock(engine, HOST, AFTER_RELEASE)
        wait_for(asker, second, ["OFFERED"])
        accepted = accept(asker, second)
        stage.check("until the host has answered, nothing is confirmed", accepted["seats"][0]["state"] is None)
        wait_for(asker, second, ["CONFIRMED"])
        stage.check("then it is", shown(asker, second) == ["bekräftad"])
    _certify(stage, engine, named, occasion, first)
    with stage.step("Who has seen a name?"):
        of = {each.name: [topic_name(each.name, stream) for stream in ("trainings", "enrolments")] for each in counties}
        read = [seen for name, topics in of.items() for seen in partner.read_at(engine, name, topics).values()]
        events = [f"{event.get_attributes()} {event.get_data()}" for seen in read for event in seen.events]
        shown_there = any("ombud.example" in event or "Ombud" in event for event in events)
        stage.check("no topic of the four counties has one", bool(events) and not shown_there)


def _ask_while_the_host_is_away(
    stage: Stage, engine: Engine, asker: DemoCounty, occasion: dict[str, Any]
) -> dict[str, Any]:
    with stage.step(f"{HOST} gives a training with four seats, and is away. {ASKER} asks for a seat"):
        stage.say(f"{TITLE}, {occasion['when']}")
        engine.stop_county(HOST)
        request = enrol(asker, occasion, "ornskoldsvik")
        stage.say(f"{ASKER} shows: {', '.join(shown(asker, request))}")
        stage.check("nothing is confirmed before the host has answered", shown(asker, request) == ["väntar på svar"])
    return request


def _read_mails(stage: Stage, engine: Engine) -> None:
    with stage.step(f"The participants are told by e-mail, by {ASKER}, which alone knows their mailboxes"):
        until(lambda: len(told(engine, ASKER)) == 2 and not told(engine, HOST), f"{ASKER} has told both")
        stage.say(", ".join(f"{mailbox}: {subject}" for mailbox, subject in told(engine, ASKER).items()))
        expected = {f"Din plats är klar: {TITLE}", f"Du står i kö: {TITLE}"}
        stage.check("of a seat, and of a position in line", {*told(engine, ASKER).values()} == expected)


def _certify(
    stage: Stage, engine: Engine, named: dict[str, DemoCounty], occasion: dict[str, Any], request: dict[str, Any]
) -> None:
    host, asker = named[HOST], named[ASKER]
    with stage.step("After the training the host records who came. The home county issues the certificate"):
        move_clock(engine, HOST, AFTER_THE_END)
        participant = request["participants"][0]["id"]
        host.post(path(occasion, "occasions") + "/attendance", {"came": [participant]})
        wait_for(asker, request, ["ATTENDED"])
        certificate = certificate_of(asker, participant)
        code = asker.get(path(certificate, "certificates") + "/holder")["code"]
        checked = {county.name: check(county, code) for county in named.values()}
        stage.say(f"{code}: {checked[HOST]}")
        stage.check(
            "whoever has its code can check it in every county", all(each["valid"] for each in checked.values())
        )
        move_clock(engine, HOST, {})


def certificate_of(county: DemoCounty, participant: str) -> dict[str, Any]:
    """The participant's certificate, once it is there."""

    def found() -> list[dict[str, Any]]:
        items = county.get("/certificates", limit=500)["items"]
        return [item for item in items if item["participant"] == participant]

    until(found, f"{county.name} has issued the certificate")
    return found()[0]


def check(county: DemoCounty, code: str) -> dict[str, Any]:
    """The open check's answer to the code, once the county has heard of it."""
    address = f"/certificates/check/{code}"
    until(lambda: county.client.get(address).is_success, f"{county.name} knows the certificate")
    return dict(county.get(address))
