"""The HTTP interface against its description: whatever is sent to a running service, the answer is as described.

The process is the one of operation, with a real PostgreSQL. Kafka is away, which no caller may notice.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.engine import Engine
from services.actors.service import service as actors
from services.initiatives.service import service as initiatives
from services.meetings.service import service as meetings
from services.shipment_alerts.service import service as shipment_alerts
from services.trainings.service import service as trainings
from shared.contracts.actors import EVENTS
from shared.contracts.counties import County
from shared.messaging.leading import Connect
from shared.runtime.auth import Role
from shared.runtime.service import Service
from shared.runtime.settings import Settings
from shared.swedish import day_of
from tests.contract import interface_initiatives, interface_meetings
from tests.contract.served import Values, registered, send_anything, serving, types_written
from tests.support.databases import fresh
from tests.support.tokens import Tokens

BODEN = {
    "name": "Bodens kommun",
    "type": "MUNICIPALITY",
    "level": "LOCAL",
    "municipality": "2582",
    "contact_functions": [{"function": "DPO"}],
}
AGREED = {"name": "K", "purposes": ["p"], "areas": ["a"], "signed": "2026-01-01", "valid_from": "2026-01-01"}
IN_ACTORS: Values = {
    "path.county": ["norrbotten"],
    "path.event_type": [event.event_type for event in EVENTS],
    "header.If-Match": ['"1"', '"1"', '"1"', '"2"', 'W/"3"'],
    "query.county": ["norrbotten", "jamtland"],
    "query.municipality": ["2582"],
    "query.police_area": ["LULEA_BODEN"],
    "body.name": ["Boden", "Åre"],
    "body.type": ["POLICE", "SCHOOL"],
    "body.level": ["LOCAL", "REGIONAL"],
    "body.municipality": ["2582"],
    "body.police_area": ["LULEA_BODEN"],
    "body.contact_functions[*].function": ["DPO"],
    "body.policy_areas[*]": ["ANDT"],
    "body.members[*].county": ["norrbotten"],
    "body.parties[*].county": ["norrbotten"],
    "body.purposes[*]": ["Trygghet"],
    "body.areas[*]": ["Boden"],
}
TODAY = day_of(datetime.now(UTC))
YEAR, WEEK, _ = TODAY.isocalendar()
SIGNAL: dict[str, Any] = {
    "iso_week_year": YEAR,
    "iso_week": WEEK,
    "hazard_class": "H0",
    "category": "NARCOTICS",
    "kind": "LETTER",
    "origin": "DOMESTIC",
    "tlp": "GREEN",
    "source_grade": "A",
    "information_grade": "2",
}
TOMORROW = (TODAY + timedelta(days=1)).isoformat()
ROUTINE = {"valid_from": TOMORROW, "audience": ["AGENT"], "steps": ["DO_NOT_OPEN"], "tlp": "GREEN"}
IN_ALERTS: Values = {
    "path.county": ["norrbotten"],
    "path.slug": ["postnord", "citymail"],
    "header.If-Match": ['"1"', '"1"', '"1"', '"2"', 'W/"3"'],
    "query.county": ["norrbotten", "jamtland"],
    "query.week": [f"{YEAR}-W{WEEK:02}"],
    "query.audience": ["AGENT"],
    "body.operator": ["postnord"],
    "body.municipality": ["2582"],
    "body.police_area": ["LULEA_BODEN"],
    "body.type": ["AGENT", "TERMINAL"],
    "body.hazard_class": ["H0", "H2"],
    "body.category": ["NARCOTICS"],
    "body.kind": ["LETTER"],
    "body.origin": ["EU"],
    "body.tlp": ["GREEN", "AMBER"],
    "body.source_grade": ["A"],
    "body.information_grade": ["2"],
    "body.code": ["TOGETHER_AGAINST_ILLEGAL_SHIPMENTS", "RECEIVED"],
    "body.status": ["PLANNED", "STARTED"],
    "body.valid_from": [TOMORROW],
    "body.details.valid_from": [TOMORROW],
    "body.details.audience[*]": ["AGENT"],
    "body.details.steps[*]": ["DO_NOT_OPEN"],
    "body.details.tlp": ["GREEN"],
    "body.details.hazard_class": ["H1"],
}

TRAINING = {
    "title": "Grundutbildning",
    "goal": "Personal vet vad de gör.",
    "mandate_area": "COMPETENCE",
    "level": "BASIC",
    "target_groups": ["POST_AGENT"],
    "trainers": ["TRAINER"],
}
TIMES = {
    "opens_at": datetime.now(UTC) - timedelta(days=1),
    "closes_at": datetime.now(UTC) + timedelta(days=20),
    "starts_at": datetime.now(UTC) + timedelta(days=30),
    "ends_at": datetime.now(UTC) + timedelta(days=31),
}
OCCASION = {"form": "WEBINAR", "seats": 9, "open_for": ["norrbotten", "jamtland"]} | {
    name: moment.isoformat() for name, moment in TIMES.items()
}
PERSON = {"name": "Ombud", "actor_type": "POST_AGENT", "function": "POST_STAFF"}
IN_TRAININGS: Values = {
    "path.county": ["norrbotten"],
    "path.code": ["0000000000"],
    "header.If-Match": ['"1"', '"2"', '"2"', '"3"', 'W/"3"'],
    "query.county": ["norrbotten"],
    "body.title": ["Grundutbildning"],
    "body.goal": ["Trygghet"],
    "body.mandate_area": ["COMPETENCE"],
    "body.level": ["BASIC", "ADVANCED"],
    "body.target_groups[*]": ["POST_AGENT"],
    "body.trainers[*]": ["TRAINER"],
    "body.language": ["sv"],
    "body.form": ["WEBINAR"],
    "body.open_for[*]": ["norrbotten", "jamtland"],
    **{f"body.{name}": [moment.isoformat()] for name, moment in TIMES.items()},
    "body.occasion.county": ["norrbotten"],
    "body.request.county": ["norrbotten"],
    "body.participants[*].name": ["Ombud"],
    "body.participants[*].mailbox": [f"{number}@ombud.example" for number in range(50)],
    "body.participants[*].actor_type": ["POST_AGENT"],
    "body.participants[*].function": ["POST_STAFF"],
}


Prepared = tuple[Values, Values]


async def _actors(client: httpx.AsyncClient, *_: object) -> Prepared:
    known = [await registered(client, "/actors", BODEN) for _ in range(8)]
    pair = [{"county": each["county"], "id": each["id"]} for each in known[:2]]
    networks = [await registered(client, "/networks", {"name": "N", "members": pair}) for _ in range(8)]
    agreements = [await registered(client, "/cooperations", AGREED | {"parties": pair}) for _ in range(8)]
    ids = {"/actors": _ids(known), "/networks": _ids(networks), "/cooperations": _ids(agreements)}
    contacts = [str(each["contact_functions"][0]["id"]) for each in known]  # type: ignore[index]
    members = {"body.members[*].id": ids["/actors"], "body.parties[*].id": ids["/actors"]}
    return {**IN_ACTORS, "path.contact": contacts, **members}, ids


async def _alerts(client: httpx.AsyncClient, tokens: Tokens, _: Connect) -> Prepared:
    (await client.put("/shipment-alerts/operators/postnord", json={"name": "PostNord"})).raise_for_status()
    site = {"type": "AGENT", "operator": "postnord", "municipality": "2582"}
    sites = [await registered(client, "/shipment-alerts/sites", site) for _ in range(8)]
    signals = [await registered(client, "/shipment-signals", SIGNAL) for _ in range(8)]
    drafts = [await registered(client, "/guidance/routines/drafts", {"details": ROUTINE}) for _ in range(8)]
    name = {"code": "TOGETHER_AGAINST_NET_DRUGS", "valid_from": "2016-01-01"}
    method = await registered(client, "/guidance/methods", name)
    numbers = [{"year": YEAR - 2, "quarter": quarter, "checked": 9} for quarter in (1, 2, 3, 4)]
    reports = [await registered(client, "/shipment-signals/report-numbers", each) for each in numbers]
    second = tokens.headers("norrbotten", *Role, sub="second", function="SAFETY_REP")
    approvals = [client.post(f"/guidance/drafts/{each['id']}/approve", headers=second) for each in drafts[:4]]
    routines = [(await each).json() for each in approvals]
    ids = {
        "/shipment-alerts/sites": sites,
        "/shipment-signals": signals,
        "/shipment-signals/report-numbers": reports,
        "/guidance/drafts": drafts[4:],
        "/guidance/routines": routines,
        "/guidance/methods": [method],
    }
    found = {path: _ids(each) for path, each in ids.items()}
    return {**IN_ALERTS, "body.site": found["/shipment-alerts/sites"]}, found


async def _trainings(client: httpx.AsyncClient, *_: object) -> Prepared:
    courses = [await registered(client, "/trainings", TRAINING) for _ in range(8)]
    held = [await registered(client, "/occasions", OCCASION | {"training": each["id"]}) for each in courses]
    requests = []
    for number, occasion in enumerate(held):
        place = {"county": occasion["county"], "id": occasion["id"]}
        asked = {"occasion": place, "participants": [PERSON | {"mailbox": f"a{number}@ombud.example"}]}
        requests.append(await registered(client, "/enrolments", asked))
    ids = {"/trainings": _ids(courses), "/occasions": _ids(held), "/enrolments": _ids(requests)}
    chosen = [each["participants"][0]["id"] for each in requests]  # type: ignore[index]
    named = {"body.training": ids["/trainings"], "body.occasion.id": ids["/occasions"]}
    return {**IN_TRAININGS, **named, "body.request.id": ids["/enrolments"], "path.participant": chosen}, ids


async def _meetings(client: httpx.AsyncClient, _: Tokens, connect: Connect) -> Prepared:
    return await interface_meetings.prepare(client, connect)


async def _initiatives(client: httpx.AsyncClient, tokens: Tokens, _: Connect) -> Prepared:
    police = tokens.headers("norrbotten", "POLICE", function="MUNICIPAL_POLICE")
    return await interface_initiatives.prepare(client, police)


SERVICES = [pytest.param(actors, _actors, id="actors"), pytest.param(shipment_alerts, _alerts, id="shipment-alerts")]
SERVICES.append(pytest.param(trainings, _trainings, id="trainings"))
SERVICES.append(pytest.param(initiatives, _initiatives, id="initiatives"))
SERVICES.append(pytest.param(meetings, _meetings, id="meetings"))


@pytest.mark.parametrize(("service", "prepare"), SERVICES)
async def test_any_call_is_answered_as_described(
    service: Service, prepare: Any, settings: Settings, county: County, tokens: Tokens, postgres: Engine, tmp_path: Path
) -> None:
    connect = await fresh(postgres, settings, county, service)
    async with serving(service, settings, county, tokens, tmp_path / "log") as client:
        known, ids = await prepare(client, tokens, connect)
        everybody = [client.headers["Authorization"]]
        run = await send_anything(client, service, known, ids, tmp_path, "fuzzing,stateful", everybody)

    assert run.returncode == 0, run.stdout + run.stderr
    assert await types_written(connect) > 5, "hardly a command got past the checks, so this proves little"


@pytest.mark.faults
@pytest.mark.parametrize(("service", "prepare"), SERVICES)
async def test_any_call_of_any_role_is_answered_as_described(
    service: Service, prepare: Any, settings: Settings, county: County, tokens: Tokens, postgres: Engine, tmp_path: Path
) -> None:
    connect = await fresh(postgres, settings, county, service)
    async with serving(service, settings, county, tokens, tmp_path / "log") as client:
        known, ids = await prepare(client, tokens, connect)
        each = [
            tokens.headers(county.name, role, function=role.value, organisation="postnord")["Authorization"]
            for role in Role
        ]
        callers = [*each, client.headers["Authorization"]]
        run = await send_anything(client, service, known, ids, tmp_path, "examples,coverage,fuzzing,stateful", callers)

    assert run.returncode == 0, run.stdout + run.stderr


def _ids(aggregates: list[dict[str, object]]) -> list[str]:
    return [str(each["id"]) for each in aggregates]
