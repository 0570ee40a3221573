"""The story of a local problem: Östersund's picture, Luleå's borrowed measure, and a readiness red and green."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from infra.cli.county import local_token
from infra.demo import partner
from infra.demo.county import DemoCounty, until, wait_known
from infra.demo.stage import Stage, grid
from infra.demo.trainings import path
from infra.engine.engine import Engine
from shared.contracts.topics import topic_name
from shared.swedish import day_of

LENDER, BORROWER = "jamtland", "norrbotten"
OSTERSUND, LULEA = "2380", "2580"
PICTURES, MEASURES, NEWS = "problem-pictures", "measures", "/measures/model-news"
_PICTURE = {
    "theme": "DRUGS",
    "policy_areas": ["ANDT"],
    "title": "Droghandel vid busstorget",
    "summary": "Handel sker kvällstid.",
    "factors": [
        {"element": "OFFENDER", "text": "Säljare från andra orter"},
        {"element": "TARGET", "text": "Unga som väntar på bussen"},
        {"element": "GUARDIAN", "text": "Ingen vuxen på torget efter klockan 18"},
    ],
    "causes": [{"number": 1, "text": "Torget är skymt", "element": "GUARDIAN", "grade": "LIKELY"}],
    "priority": 2,
}
_MEASURE = {
    "theme": "DRUGS",
    "title": "Vuxna på torget",
    "causes": [1],
    "targets": ["GUARDIAN"],
    "prevention_type": "SITUATIONAL",
    "prevention_level": "UNIVERSAL",
    "operational_goal": "Vuxna finns på torget varje kväll",
    "indicator": {"text": "Kvällar med vuxna", "unit": "kvällar", "baseline": 2, "target": 20},
    "who": "MUNICIPAL_COORDINATOR",
}


@dataclass(frozen=True)
class Locals:
    """Those who write in a county: the coordinator of a municipality, by its code, and the police."""

    code: str
    municipality: DemoCounty
    police: DemoCounty


@contextmanager
def locals_of(engine: Engine, county: DemoCounty, code: str) -> Iterator[Locals]:
    """The municipality's coordinator and the county's police, each with a token of its own."""
    with ExitStack() as stack:

        def holder(role: str, **claims: str) -> DemoCounty:
            token = local_token(engine.config.data, county.name, [role], **claims)
            made = DemoCounty(county.name, county.url, token)
            made.client.timeout = county.client.timeout
            stack.callback(made.close)
            return made

        municipality = holder("MUNICIPAL_COORDINATOR", sub=code, municipality=code)
        yield Locals(code, municipality, holder("POLICE", sub="police", function="MUNICIPAL_POLICE"))


def step(who: DemoCounty, found: Mapping[str, Any], name: str, body: object = None, of: str = PICTURES) -> Any:
    """The next step of what was answered, as it is then."""
    return who.post(f"{path(dict(found), of)}/{name}", body, seen=found["version"])


def draft(who: Locals, **changes: object) -> Any:
    """A picture of the municipality that it has begun."""
    today = day_of(datetime.now(UTC))
    days = {"first_day": today.replace(month=1, day=1).isoformat(), "last_day": today.isoformat()}
    return who.municipality.post(f"/{PICTURES}", {**_PICTURE, **days, "municipalities": [who.code], **changes})


def agreed(who: Locals, **changes: object) -> Any:
    """A picture that the municipality and the police agree on. It stays at home."""
    found = draft(who, **changes)
    for name in ("own", "prioritise", "analyse"):
        found = step(who.municipality, found, name)
    return step(who.municipality, step(who.police, found, "contribute"), "agree")


def plan(picture: Mapping[str, Any], **changes: object) -> dict[str, object]:
    """A measure against the cause of the picture."""
    today = day_of(datetime.now(UTC)).isoformat()
    days = {"first_day": today, "last_day": f"{today[:4]}-12-31"}
    return {**_MEASURE, **days, "picture": picture["id"], "municipalities": picture["municipalities"], **changes}


def ongoing(who: Locals, picture: Mapping[str, Any], **changes: object) -> Any:
    """A measure against the picture that is under way."""
    found = who.municipality.post(f"/{MEASURES}", plan(picture, **changes))
    return step(who.municipality, step(who.municipality, found, "decide", of=MEASURES), "start", of=MEASURES)


def followed_up(who: Locals, measure: Mapping[str, Any], colour: str, text: str) -> Any:
    """The measure goes like this, as seen today."""
    seen = {"colour": colour, "text": text, "day": day_of(datetime.now(UTC)).isoformat()}
    return step(who.municipality, measure, "follow-up", seen, MEASURES)


def borrowed(who: Locals, model: Mapping[str, Any]) -> Any:
    """A measure under way against a picture of their own that follows this one; its county knows the model."""
    wait_known([who.municipality], MEASURES, model)
    return ongoing(who, agreed(who), model={"county": model["county"], "id": model["id"]})


def assess_picture(who: Locals, dated: date) -> Any:
    """The municipality has a situation picture (R1) of that day; its readiness."""
    evidence = {"kind": "DOCUMENT", "title": "Kommunens egen lägesbild", "dated": dated.isoformat()}
    body = {"status": "IN_PLACE", "parts": ["MAPPING", "OTHER_INFORMATION", "ANALYSIS"], "evidence": [evidence]}
    return who.municipality.client.put(f"/readiness/{who.code}/R1", json=body).raise_for_status().json()


def sums(county: DemoCounty, of: str) -> dict[str, tuple[int, int]]:
    """Between which numbers each requirement is in place in the county ``of``, as the other shows it."""
    found = [each for each in county.get("/readiness/sums")["items"] if each["county"] == of]
    return {each["requirement"]: (each["at_least"], each["at_most"]) for one in found for each in one["requirements"]}


def told(engine: Engine, county: str) -> list[str]:
    """Every event of the county's initiatives, as text."""
    (seen,) = partner.read_at(engine, county, [topic_name(county, "initiatives")]).values()
    return [f"{event.get_attributes()} {event.get_data()}" for event in seen.events]


def tell(stage: Stage, engine: Engine, counties: Sequence[DemoCounty]) -> None:
    """Tell the story."""
    named = {county.name: county for county in counties}
    with locals_of(engine, named[LENDER], OSTERSUND) as lender, locals_of(engine, named[BORROWER], LULEA) as borrower:
        picture = _release(stage, engine, counties, lender)
        _borrow(stage, counties, lender, borrower, picture)
        _readiness(stage, named, lender)


def _release(stage: Stage, engine: Engine, counties: Sequence[DemoCounty], lender: Locals) -> Any:
    with stage.step("Östersund and the police agree on a picture of a local problem, and release it"):
        found = agreed(lender)
        stage.say(f"{found['title']}: {len(found['causes'])} cause, offender, target and guardian")
        stage.check(
            "no event tells of it before it is released",
            not [each for each in told(engine, LENDER) if found["id"] in each],
        )
        released = step(lender.municipality, found, "release", {})
        seconds = wait_known(counties, PICTURES, released)
        stage.say(f"all four counties read it after {seconds:.1f} s")
    return released


def _borrow(
    stage: Stage, counties: Sequence[DemoCounty], lender: Locals, borrower: Locals, picture: Mapping[str, Any]
) -> None:
    with stage.step("Luleå follows Östersund's measure as its model, and hears how that goes"):
        model = step(lender.municipality, ongoing(lender, picture), "release", {}, MEASURES)
        measure = borrowed(borrower, model)
        stage.say(f"{model['title']}: {model['swedish']} in Östersund, {measure['swedish']} in Luleå")
        followed_up(lender, model, "YELLOW", "Vuxna saknas på helger")
        seconds = until(lambda: borrower.municipality.get(NEWS)["items"], "Luleå is told")
        (news,) = borrower.municipality.get(NEWS)["items"]
        stage.say(f"after {seconds:.1f} s Luleå reads: {news['follow_up']['text']}")
        stage.check("the news are of Luleå's measure", news["measure"] == measure["id"])
        told_too = [each.name for each in counties if each.name != BORROWER and each.get(NEWS)["items"]]
        stage.check("no other county has news", not told_too)


def _readiness(stage: Stage, named: Mapping[str, DemoCounty], lender: Locals) -> None:
    with stage.step("What Östersund has of what the law asks for: its picture is three years old"):
        today = day_of(datetime.now(UTC))
        readiness = assess_picture(lender, today.replace(year=today.year - 3, day=1))
        shown = [("three years old", *_renewal(readiness))]
        evidence = {
            "kind": "DECISION",
            "title": "Uppdaterad bild",
            "dated": today.isoformat(),
            "diary_number": "KS 118",
        }
        renewed = lender.municipality.post(f"/readiness/{OSTERSUND}/R3/evidence", evidence, readiness["version"])
        shown.append(("renewed today", *_renewal(renewed)))
        stage.console.print(grid("R3, the picture is renewed every two years", ("", "status", "colour", "due"), shown))
        stage.check("it was red, and is green", [colour for _, _, colour, _ in shown] == ["RED", "GREEN"])
        other = named[BORROWER]
        until(lambda: sums(other, LENDER), "the neighbour has the sums")
        least, most = sums(other, LENDER)["R3"]
        stage.say(f"{BORROWER} reads: R3 is in place in {least} to {most} municipalities of {LENDER}")
        refused = other.client.get(f"/readiness/{OSTERSUND}").status_code
        stage.check("and nothing of Östersund alone", least != most and refused == 404)


def _renewal(readiness: Mapping[str, Any]) -> tuple[str, str, str]:
    found = next(each for each in readiness["requirements"] if each["requirement"] == "R3")
    return found["status"], found["colour"], found["due"] or ""
