import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from infra.demo.partner import mentions
from services.shipment_alerts.store.signals import SHIPMENT_SIGNALS
from shared.runtime import cursors
from tests.service.given import outbox
from tests.service.shipment_alerts.conftest import Callers
from tests.service.shipment_alerts.given import (
    BJURHOLM,
    SIGNAL,
    SMALL,
    TODAY,
    UMEA,
    VANNAS,
    WEEK,
    YEAR,
    neighbours,
    ok,
    path,
    received,
    released,
    seen,
    with_sites,
)


async def listed(api: httpx.AsyncClient, **query: Any) -> list[str]:
    """The ids of the signals in a list."""
    return [item["id"] for item in ok(await api.get("/shipment-signals", params=query))["items"]]


async def weeks(api: httpx.AsyncClient, **query: Any) -> dict[tuple[str, int, int], int]:
    """The number of signals per county and week."""
    items = ok(await api.get("/shipment-signals/weeks", params=query))["items"]
    return {(item["county"], item["iso_week_year"], item["iso_week"]): item["signals"] for item in items}


async def test_a_released_signal_is_its_event_and_causes_nothing_else(api: Callers, db: asyncpg.Connection) -> None:
    await with_sites(api)
    asked = {"X-Correlation-ID": "case-4711", "traceparent": "00-" + "a" * 32 + "-" + "b" * 16 + "-01"}
    answer = await api.police.post("/shipment-signals", json=SIGNAL, headers=asked)

    body = ok(answer, 201)

    assert UUID(body["id"]).version == 4
    assert answer.headers["Location"] == path(body)
    assert ok(await api.reader.get(path(body))) == body
    ((event, version, data),) = await outbox(db)
    assert (event, version) == ("ShipmentSignalReleased", 1)
    assert body == {**data, "version": 1, "swedish": body["swedish"], "english": body["english"]}

    row = await db.fetchrow("SELECT id, headers FROM outbox")
    assert row is not None
    headers = json.loads(row["headers"])
    assert (row["id"].version, headers["ce_id"]) == (4, str(row["id"]))
    assert headers["ce_time"].endswith(":00:00.000Z")
    assert not {"ce_correlationid", "ce_causationid", "traceparent"} & headers.keys()
    assert "case-4711" not in str(dict(row))


async def test_a_small_places_signal_says_the_police_area(api: Callers) -> None:
    await with_sites(api)
    body = await released(api, **SMALL)
    expected = f"Lokalpolisområde Umeå, v. {WEEK}, brev, inrikes, förpackning, H0, narkotika (misstanke)"

    assert body["swedish"] == expected

    large = await released(api)
    assert large["swedish"].startswith(f"Umeå, v. {WEEK}, ombud, brev")
    assert large["english"].startswith(f"Umeå, week {WEEK}, postal agent, letter")

    county = await released(api, **SMALL, police_area=None, exercise=True)
    assert county["swedish"].startswith(f"Övning, Västerbottens län, v. {WEEK}")


@pytest.mark.parametrize("municipality", [BJURHOLM, VANNAS, "2404"])
async def test_a_named_small_place_is_refused_and_not_repeated(
    api: Callers, db: asyncpg.Connection, municipality: str
) -> None:
    await with_sites(api)
    named = SIGNAL | {"municipality": municipality, "site_type": None}

    answer = await api.police.post("/shipment-signals", json=named, headers={"Idempotency-Key": "k"})

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/too-exact")
    kept = [tuple(row) for row in await db.fetch("SELECT * FROM idempotency_keys")]
    assert kept
    for told in (answer.text, *kept):
        assert not mentions(told, municipality)
        assert not mentions(told, "Bjurholm")
    assert await outbox(db) == []


async def test_a_dry_run_says_how_exact_it_may_be_and_keeps_nothing(api: Callers, db: asyncpg.Connection) -> None:
    await with_sites(api)
    asked: dict[str, Any] = {"params": {"dry_run": True}, "headers": {"Idempotency-Key": "k"}}

    small = await api.police.post("/shipment-signals", json=SIGNAL | {"municipality": BJURHOLM}, **asked)
    large = await api.police.post("/shipment-signals", json=SIGNAL, **asked)
    elsewhere = await api.police.post(
        "/shipment-signals", json=SIGNAL | {"municipality": "2281", "police_area": "MEDELPAD"}, **asked
    )

    shown = ok(small)
    assert {name: shown[name] for name in SMALL} == SMALL
    assert shown["police_area"] == "UMEA"
    assert shown["swedish"].startswith(f"Lokalpolisområde Umeå, v. {WEEK}, brev")
    assert {name: ok(large)[name] for name in SIGNAL} == SIGNAL
    assert elsewhere.json()["type"] == "/problems/invalid-municipality"
    assert await outbox(db) == []
    assert await db.fetchval("SELECT count(*) FROM idempotency_keys") == 0
    assert await db.fetchval("SELECT count(*) FROM signals") == 0
    released_so = {name: value for name, value in shown.items() if name != "swedish"}
    ok(await api.police.post("/shipment-signals", json=released_so), 201)


async def test_a_place_is_too_exact_once_a_site_has_closed(api: Callers) -> None:
    sites = await with_sites(api, {UMEA: 3})
    await released(api)
    ok(await api.coordinator.post(f"/shipment-alerts/sites/{sites[UMEA][0]}/close", headers={"If-Match": '"1"'}))

    answer = await api.police.post("/shipment-signals", json=SIGNAL)

    assert answer.json()["type"] == "/problems/too-exact"


async def test_a_withdrawn_signal_has_its_versions_and_is_not_listed(api: Callers, db: asyncpg.Connection) -> None:
    await with_sites(api)
    first, other = await released(api), await released(api)

    assert await weeks(api.reader) == {("vasterbotten", YEAR, WEEK): 2}

    second = ok(await api.police.put(path(first), json=SIGNAL | {"hazard_class": "H1"}, headers=seen(first)))
    assert (second["version"], second["hazard_class"], second["message_kind"]) == (2, "H1", "FOLLOW_UP")

    third = ok(await api.police.post(path(first) + "/withdraw", headers=seen(second)))
    assert (third["version"], third["status"]) == (3, "WITHDRAWN")
    assert await listed(api.reader) == [other["id"]]
    assert await listed(api.reader, status="WITHDRAWN") == [first["id"]]
    assert await weeks(api.reader) == {("vasterbotten", YEAR, WEEK): 1}

    again = await api.police.put(path(first), json=SIGNAL, headers=seen(third))
    assert (again.status_code, again.json()["type"]) == (409, "/problems/ended")
    assert [(name, version) for name, version, data in await outbox(db) if data["id"] == first["id"]] == [
        ("ShipmentSignalReleased", 1),
        ("ShipmentSignalCorrected", 2),
        ("ShipmentSignalWithdrawn", 3),
    ]


async def test_a_neighbours_signal_is_listed_counted_and_not_changed(api: Callers, db: asyncpg.Connection) -> None:
    signal = neighbours()

    await SHIPMENT_SIGNALS.project(db, [received("ShipmentSignalReleased", 1, signal)])

    assert await listed(api.reader) == [signal["id"]]
    assert await weeks(api.reader) == {("vasternorrland", YEAR, WEEK): 1}
    for answer in (
        await api.police.put(path(signal), json=SIGNAL, headers={"If-Match": '"1"'}),
        await api.police.post(path(signal) + "/withdraw", headers={"If-Match": '"1"'}),
    ):
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-owner")


async def test_a_late_or_restated_release_leaves_a_signal_withdrawn(api: Callers, db: asyncpg.Connection) -> None:
    signal = neighbours()
    withdrawn = signal | {"status": "WITHDRAWN", "message_kind": "WITHDRAWAL"}
    late = received("ShipmentSignalReleased", 1, signal, number=1)
    await SHIPMENT_SIGNALS.project(db, [received("ShipmentSignalWithdrawn", 2, withdrawn, number=2)])

    for arriving in (late, received("ShipmentSignalReleased", 1, signal, number=77)):
        await SHIPMENT_SIGNALS.project(db, [arriving])

    assert await listed(api.reader) == []
    assert await listed(api.reader, status="ANY") == [signal["id"]]
    assert await weeks(api.reader) == {}
    assert ok(await api.reader.get(path(signal)))["status"] == "WITHDRAWN"


async def test_restating_without_an_ended_signal_changes_nothing(api: Callers, db: asyncpg.Connection) -> None:
    expired, withdrawn, lost = neighbours(status="EXPIRED"), neighbours(status="WITHDRAWN"), neighbours()
    names = ("ShipmentSignalExpired", "ShipmentSignalWithdrawn", "ShipmentSignalReleased")
    events = zip(names, (expired, withdrawn, lost), strict=True)
    await SHIPMENT_SIGNALS.project(db, [received(name, 2, data) for name, data in events])
    before = await weeks(api.reader)

    await db.execute("UPDATE signals SET withdrawn = true")

    assert await listed(api.reader, status="EXPIRED") == [expired["id"]]
    assert await listed(api.reader, status="WITHDRAWN") == [withdrawn["id"]]
    assert await listed(api.reader) == []
    assert (await api.reader.get(path(lost))).status_code == 404
    assert (before, await weeks(api.reader)) == (
        {("vasternorrland", YEAR, WEEK): 2},
        {("vasternorrland", YEAR, WEEK): 1},
    )


async def test_an_exercise_is_shown_as_such_and_not_counted(api: Callers) -> None:
    await with_sites(api)
    drill, real = await released(api, exercise=True), await released(api)

    assert set(await listed(api.reader)) == {drill["id"], real["id"]}
    assert await listed(api.reader, exercise=True) == [drill["id"]]
    assert await listed(api.reader, exercise=False) == [real["id"]]
    assert await weeks(api.reader) == {("vasterbotten", YEAR, WEEK): 1}


async def test_lists_of_signals_agree_with_their_filters(api: Callers, db: asyncpg.Connection) -> None:
    await with_sites(api)
    year, week, _ = (TODAY - timedelta(weeks=3)).isocalendar()
    old = await released(api, iso_week_year=year, iso_week=week, kind="PARCEL")
    new, small = await released(api, category="WEAPONS"), await released(api, **SMALL)
    foreign = neighbours()
    await SHIPMENT_SIGNALS.project(db, [received("ShipmentSignalReleased", 1, foreign)])

    everything = await listed(api.reader)

    assert everything[-1] == old["id"]
    assert set(everything[:-1]) == {new["id"], small["id"], foreign["id"]}
    for query, expected in (
        ({"week": f"{year}-W{week:02}"}, [old]),
        ({"kind": "PARCEL"}, [old]),
        ({"category": "WEAPONS"}, [new]),
        ({"municipality": UMEA, "week": f"{YEAR}-W{WEEK:02}"}, [new]),
        ({"county": "vasternorrland"}, [foreign]),
        ({"police_area": "MEDELPAD"}, [foreign]),
        ({"hazard_class": "H4"}, []),
    ):
        assert await listed(api.reader, **query) == [each["id"] for each in expected], query

    assert (await weeks(api.reader, category="WEAPONS")) == {("vasterbotten", YEAR, WEEK): 1}

    pages = ok(await api.reader.get("/shipment-signals", params={"limit": 3}))
    rest = ok(await api.reader.get("/shipment-signals", params={"limit": 3, "cursor": pages["next"]}))
    assert [item["id"] for page in (pages, rest) for item in page["items"]] == everything
    assert rest["next"] is None
    _, sort_key, county, signal = cursors.decode(pages["next"])
    assert [county, signal] == [pages["items"][-1]["county"], pages["items"][-1]["id"]]
    assert sort_key == f"{9999 - YEAR} {99 - WEEK}"  # a week, and no place
    assert {each["county"] for each in pages["counties"]} == {"norrbotten", "jamtland", "vasternorrland"}


async def test_the_label_decides_what_those_outside_see_or_can_count(api: Callers) -> None:
    await with_sites(api)
    amber, green = await released(api), await released(api, tlp="GREEN", site_type=None)

    for outside in (api.operator, api.municipality):
        assert await listed(outside) == [green["id"]]
        assert await weeks(outside) == {("vasterbotten", YEAR, WEEK): 1}
        assert (await outside.get(path(amber))).status_code == 404
        assert (await outside.get(path(green))).status_code == 200

    narrowed = {**SIGNAL, "tlp": "AMBER+STRICT", "site_type": None}
    ok(await api.police.put(path(green), json=narrowed, headers=seen(green)))
    assert await listed(api.operator) == []
    assert (await api.operator.get(path(green))).status_code == 404
    assert len(await listed(api.reader)) == 2


async def test_a_signal_with_a_newer_countys_label_is_not_shown(api: Callers, db: asyncpg.Connection) -> None:
    strange = neighbours(tlp="VIOLET")

    await SHIPMENT_SIGNALS.project(db, [received("ShipmentSignalReleased", 1, strange)])

    assert await listed(api.police, status="ANY") == []
    assert await weeks(api.police) == {}
    assert (await api.police.get(path(strange))).status_code == 404


async def test_one_key_sent_twice_makes_one_signal(api: Callers, db: asyncpg.Connection) -> None:
    await with_sites(api)
    key = {"Idempotency-Key": str(uuid4())}

    answers = [await api.police.post("/shipment-signals", json=SIGNAL, headers=key) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert len(await outbox(db)) == 1


async def test_no_number_tells_an_operator_of_an_amber_signal(api: Callers, db: asyncpg.Connection) -> None:
    shown = []
    for number in (9, 10):
        await db.execute(
            "INSERT INTO checkpoints (topic, number) VALUES ($1, $2) ON CONFLICT (topic) DO UPDATE SET number = $2",
            "jamtland.shared.shipment-signals.v1",
            number,
        )
        lists = [ok(await api.operator.get(f"/shipment-signals{each}"))["counties"] for each in ("", "/weeks")]
        links = ok(await api.operator.get("/links/shipment-alerts"))
        assert "shipment-signals" not in str(links)
        shown.append([*lists, links["read"], links["written"]])  # the faults come and go: there is no Kafka
        inside = {each["county"]: each for each in ok(await api.reader.get("/shipment-signals"))["counties"]}
        assert inside["jamtland"]["applied_number"] == number
    assert shown[0] == shown[1]
    assert {each["applied_number"] for each in shown[0][0]} == {None}
    assert "complete_until" in shown[0][0][0]


async def test_no_figure_tells_how_many_events_a_labelled_stream_has(api: Callers) -> None:
    lines = [
        line for line in (await api.nobody.get("/metrics")).text.splitlines() if 'service="shipment-alerts"' in line
    ]

    numbered = [line for line in lines if line.startswith("norrsam_checkpoint_number")]
    assert numbered
    assert all(".shared.actors.v1" in line for line in numbered)
    assert any(line.startswith("norrsam_gap_numbers") and "shipment-signals" in line for line in lines)
