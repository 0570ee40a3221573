"""Values with which calls of the service `initiatives` come further than with random ones."""

from collections.abc import Mapping
from typing import Any

import httpx

from tests.contract.served import Values, registered

PICTURE: dict[str, Any] = {
    "municipalities": ["2580", "2582"],
    "theme": "DRUGS",
    "title": "Handel på torget",
    "first_day": "2026-01-01",
    "last_day": "2026-12-31",
    "summary": "Kvällstid",
    "factors": [{"element": each, "text": "Ingen där"} for each in ("OFFENDER", "TARGET", "GUARDIAN")],
    "causes": [{"number": 1, "text": "Skymt torg", "element": "GUARDIAN", "grade": "KNOWN"}],
    "priority": 1,
}
PLAN: dict[str, Any] = {
    "theme": "DRUGS",
    "title": "Vuxna på torget",
    "causes": [1],
    "targets": ["GUARDIAN"],
    "prevention_type": "SITUATIONAL",
    "prevention_level": "UNIVERSAL",
    "operational_goal": "Vuxna varje kväll",
    "indicator": {"text": "Kvällar", "unit": "antal", "baseline": 0, "target": 9},
    "first_day": "2026-03-01",
    "last_day": "2026-12-31",
    "who": "MUNICIPAL_COORDINATOR",
}
IN_INITIATIVES: Values = {
    "path.county": ["norrbotten"],
    "header.If-Match": ['"1"', '"4"', '"7"', '"7"', '"5"', '"8"', 'W/"2"'],
    "query.county": ["norrbotten", "jamtland"],
    "query.municipality": ["2582"],
    "body.municipalities[*]": ["2582", "2580"],
    "body.theme": ["DRUGS", "VIOLENCE"],
    "body.title": ["Handel på torget"],
    "body.first_day": ["2026-01-01"],
    "body.last_day": ["2026-12-31"],
    "body.summary": ["Kvällstid"],
    "body.operational_goal": ["Vuxna varje kväll"],
    "body.factors[*].element": ["OFFENDER", "TARGET", "GUARDIAN"],
    "body.factors[*].text": ["Ingen där"],
    "body.place_factors[*]": ["Mörkt"],
    "body.causes[*]": ["1"],
    "body.causes[*].text": ["Skymt torg"],
    "body.causes[*].element": ["GUARDIAN"],
    "body.causes[*].grade": ["KNOWN"],
    "body.targets[*]": ["GUARDIAN"],
    "body.controllers[*]": ["MANAGER"],
    "body.prevention_type": ["SOCIAL"],
    "body.prevention_level": ["SELECTIVE"],
    "body.indicator.text": ["Kvällar"],
    "body.indicator.unit": ["antal"],
    "body.who": ["MUNICIPAL_COORDINATOR"],
    "body.model.county": ["jamtland"],
    "body.colour": ["GREEN", "RED"],
    "body.text": ["Bra"],
    "body.day": ["2026-10-01"],
    "body.verdict": ["JOINED"],
    "body.revision": ["1"],
}


async def prepare(client: httpx.AsyncClient, police: dict[str, str]) -> tuple[Values, Values]:
    """Pictures, most of them released, and measures of these, with values that name them. ``police`` is a token."""
    pictures = [await registered(client, "/problem-pictures", PICTURE) for _ in range(8)]
    for each in pictures[:6]:
        for name in ("own", "prioritise", "analyse", "contribute", "agree", "release"):
            await _step(client, "problem-pictures", each, name, police if name == "contribute" else None)
    named = [str(each["id"]) for each in pictures]
    plans = [PLAN | {"picture": each, "municipalities": ["2582"]} for each in named[:6]]
    measures = [await registered(client, "/measures", plan) for plan in plans]
    for each in measures[:4]:
        for name in ("decide", "start", "release"):
            await _step(client, "measures", each, name)
    await _step(
        client, "measures", measures[0], "follow-up", body={"colour": "GREEN", "text": "Bra", "day": "2026-10-01"}
    )
    joint = [await registered(client, "/joint-measures", plan | {"municipalities": ["2582", "2580"]}) for plan in plans]
    ids = {"/problem-pictures": pictures, "/measures": measures, "/joint-measures": joint}
    found = {path: [str(one["id"]) for one in every] for path, every in ids.items()}
    return {**IN_INITIATIVES, "body.picture": named[:6]}, found


async def _step(
    client: httpx.AsyncClient,
    path: str,
    found: dict[str, object],
    name: str,
    headers: Mapping[str, str] | None = None,
    body: Mapping[str, str] | None = None,
) -> None:
    """The next step of something that was registered, whose version is counted."""
    seen = {"If-Match": f'"{found["version"]}"', **(headers or {})}
    answer = await client.post(f"/{path}/{found['county']}/{found['id']}/{name}", json=body or {}, headers=seen)
    answer.raise_for_status()
    found["version"] = answer.json()["version"]
