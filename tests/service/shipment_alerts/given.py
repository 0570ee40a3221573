"""Sites, signals and guidance to begin with, and neighbours' events."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx

from shared.contracts.registry import EVENTS
from shared.protocol.envelope import Envelope
from shared.protocol.received import Received
from shared.swedish import day_of
from tests.service.shipment_alerts.conftest import Callers

BJURHOLM, UMEA, VANNAS, SKELLEFTEA = "2403", "2480", "2460", "2482"
SITES = {UMEA: 6, SKELLEFTEA: 4, BJURHOLM: 1, VANNAS: 2}
"""Bjurholm and Vännäs are too small to be named: together they give the police area."""

TODAY = day_of(datetime.now(UTC))
YEAR, WEEK, _ = TODAY.isocalendar()

SIGNAL: dict[str, Any] = {
    "municipality": UMEA,
    "police_area": "UMEA",
    "site_type": "AGENT",
    "iso_week_year": YEAR,
    "iso_week": WEEK,
    "indicator_groups": ["PACKAGING"],
    "hazard_class": "H0",
    "category": "NARCOTICS",
    "kind": "LETTER",
    "origin": "DOMESTIC",
    "tlp": "AMBER",
    "source_grade": "A",
    "information_grade": "2",
}
SMALL = {"municipality": None, "site_type": None}
"""The changes to a signal where only the police area may be named."""

ROUTINE: dict[str, Any] = {
    "valid_from": TODAY.isoformat(),
    "audience": ["AGENT"],
    "steps": ["DO_NOT_OPEN", "PUT_ASIDE", "TELL_MANAGER"],
    "calls": ["POLICE"],
    "tlp": "GREEN",
}


def ok(answer: httpx.Response, status: int = 200) -> Any:
    """The body of an answer, which must have this status."""
    assert answer.status_code == status, answer.text
    return answer.json()


async def with_sites(api: Callers, counts: Mapping[str, int] = SITES) -> dict[str, list[str]]:
    """Register so many agents in each municipality, and return their ids."""
    ok(await api.coordinator.put("/shipment-alerts/operators/postnord", json={"name": "PostNord"}))
    found: dict[str, list[str]] = {}
    for municipality, count in counts.items():
        site = {"type": "AGENT", "operator": "postnord", "municipality": municipality}
        answers = [await api.coordinator.post("/shipment-alerts/sites", json=site) for _ in range(count)]
        found[municipality] = [ok(answer, 201)["id"] for answer in answers]
    return found


async def released(api: Callers, **changes: Any) -> dict[str, Any]:
    """Release a signal as the police, and return it."""
    return dict(ok(await api.police.post("/shipment-signals", json=SIGNAL | changes), 201))


def path(aggregate: Mapping[str, Any], resource: str = "shipment-signals") -> str:
    """The path of the aggregate."""
    return f"/{resource}/{aggregate['county']}/{aggregate['id']}"


def seen(aggregate: Mapping[str, Any]) -> dict[str, str]:
    """The If-Match header of a caller who has seen this version."""
    return {"If-Match": f'"{aggregate["version"]}"'}


async def published(api: Callers, **changes: Any) -> dict[str, Any]:
    """Publish a routine: one coordinator drafts it and another approves it."""
    draft = {"details": ROUTINE | changes}
    waiting = ok(await api.coordinator.post("/guidance/routines/drafts", json=draft), 201)
    return dict(ok(await api.second.post(f"/guidance/drafts/{waiting['id']}/approve"), 201))


def received(name: str, version: int, data: Mapping[str, Any], number: int = 1, epoch: int = 1) -> Received:
    """An event of a neighbour, as the inbox hands it to a projection."""
    event_type = next(each for each in EVENTS if each.split(".")[3] == name and name != "StreamRestated")
    event = EVENTS[event_type].read(json.dumps(data).encode())
    envelope = Envelope(
        id=str(uuid4()),
        type=event_type,
        subject=event.id,
        time=datetime.now(UTC),
        epoch=epoch,
        number=number,
        version=version,
        correlation_id=None,
        causation_id=None,
        traceparent=None,
    )
    return Received(event.county, event, envelope)


def neighbours(identity: UUID | None = None, **changes: Any) -> dict[str, Any]:
    """The data of a signal from Sundsvall."""
    place = {"municipality": "2281", "police_area": "MEDELPAD"}
    kept = {"id": str(identity or uuid4()), "county": "vasternorrland"}
    return {**SIGNAL, **place, **kept, "message_kind": "WARNING", "status": "RELEASED", **changes}
