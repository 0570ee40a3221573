from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from services.shipment_alerts.store.signals import SHIPMENT_SIGNALS
from tests.service.given import outbox
from tests.service.shipment_alerts.conftest import Callers
from tests.service.shipment_alerts.given import neighbours, ok, path, received, released, seen, with_sites


async def known(db: asyncpg.Connection, version: int = 1, **changes: Any) -> dict[str, Any]:
    """A signal of a neighbour."""
    signal = neighbours(**changes)
    await SHIPMENT_SIGNALS.project(db, [received("ShipmentSignalReleased", version, signal)])
    return signal


async def give(api: httpx.AsyncClient, signal: dict[str, Any], code: str, version: int = 1, **more: Any) -> Any:
    return await api.put(path(signal) + "/feedback", json={"code": code, "version": version}, **more)


async def test_a_neighbours_signal_has_one_answer_that_may_change(api: Callers, db: asyncpg.Connection) -> None:
    signal = await known(db)
    answer = await give(api.coordinator, signal, "RECEIVED")

    first = ok(answer, 201)

    assert ok(await api.reader.get(answer.headers["Location"])) == first
    assert (first["message_kind"], first["exercise"]) == ("ACK", False)
    assert (await give(api.coordinator, signal, "ACTED")).status_code == 428

    second = ok(await give(api.coordinator, signal, "FALSE_POSITIVE", headers=seen(first)))
    assert (second["id"], second["version"], second["message_kind"]) == (first["id"], 2, "FEEDBACK")
    assert ok(await api.police.get(path(signal) + "/feedback"))["items"] == [second]

    third = ok(await api.coordinator.post(path(signal) + "/feedback/withdraw", headers=seen(second)))
    assert third["status"] == "RETIRED"
    assert ok(await api.police.get(path(signal) + "/feedback"))["items"] == []
    assert ok(await api.police.get(path(signal) + "/feedback?status=ANY"))["items"] == [third]
    assert [name for name, _, _ in await outbox(db)] == [
        "SignalFeedbackGiven",
        "SignalFeedbackChanged",
        "SignalFeedbackWithdrawn",
    ]


async def test_an_own_unknown_or_later_signal_is_not_answered(api: Callers, db: asyncpg.Connection) -> None:
    await with_sites(api)

    own = await released(api)

    assert (await give(api.coordinator, own, "RECEIVED")).json()["type"] == "/problems/own-signal"
    assert (await give(api.coordinator, neighbours(uuid4()), "RECEIVED")).status_code == 404

    later = await give(api.coordinator, await known(db), "RECEIVED", version=2)
    assert (later.status_code, later.json()["type"]) == (422, "/problems/invalid-version")


async def test_a_neighbours_answer_is_shown_at_the_signal(api: Callers, db: asyncpg.Connection) -> None:
    await with_sites(api)
    signal = await released(api)
    data = {
        "id": str(uuid4()),
        "county": "jamtland",
        "signal": {"county": signal["county"], "id": signal["id"], "version": 1},
        "code": "ACTED",
        "message_kind": "ACK",
    }
    await SHIPMENT_SIGNALS.project(db, [received("SignalFeedbackGiven", 1, data)])

    (shown,) = ok(await api.coordinator.get(path(signal) + "/feedback"))["items"]

    assert (shown["county"], shown["code"]) == ("jamtland", "ACTED")
