"""Suspected shipments between four counties: each story ends as it must, and what must not be is nowhere."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx

from infra import topics
from infra.cli.county import local_token
from infra.demo import partner
from infra.demo.county import DemoCounty, until, wait_until_seen
from infra.demo.police import Police
from infra.demo.shipments import HANDLING, case
from infra.engine import Engine
from infra.engine.county import MigrationRun
from shared.contracts.counties import DEFAULT
from shared.contracts.topics import SERVICES, topic_name
from shared.swedish import day_of
from shared.transport.kafka import KafkaCluster
from shared.transport.sending import HOUR_MS
from tests.flow.conftest import COUNTIES
from tests.support.everything import everything_kept, rows_kept
from tests.support.waiting import DEADLINE, eventually

TODAY = day_of(datetime.now(UTC))
PATIENCE = 120.0
NEW = "gavleborg"
SERVICE = "shipment-alerts"
DRILL = replace(HANDLING, exercise=True)
POWDER = {
    "valid_from": TODAY.isoformat(),
    "audience": ["AGENT", "TERMINAL", "DELIVERY_OFFICE"],
    "steps": ["CALL_112", "DO_NOT_TOUCH", "LEAVE_ROOM"],
    "calls": ["EMERGENCY"],
    "tlp": "GREEN",
    "hazard_class": "H2",
}
SNUS = {"dangers": [], "at_work": True, "condition": "WHOLE", "suspicion": "TOBACCO"}


def this_week() -> int:
    """The number of the week now: a run may begin in the one before."""
    return day_of(datetime.now(UTC)).isocalendar().week


def path(signal: dict[str, Any]) -> str:
    return f"/shipment-signals/{signal['county']}/{signal['id']}"


def named(counties: list[DemoCounty], name: str) -> DemoCounty:
    return next(county for county in counties if county.name == name)


def view(county: DemoCounty) -> dict[str, Any]:
    """All that a county shows of signals: each in its version, and how many count by week."""
    weeks = county.client.get("/shipment-signals/weeks").json()["items"]
    return {**county.signals("ANY"), "weeks": weeks}


def withdrawn_number(engine: Engine, signal: dict[str, Any]) -> int:
    """The number of the signal's last event on its topic."""
    (topic,) = partner.read_all(engine.kafka, [topic_name(signal["county"], "shipment-signals")]).values()
    return int(topic.newest[signal["id"]].get_extension("sequence"))


def record_times(engine: Engine, topic: str) -> list[int]:
    """The time, in milliseconds, that each record of the topic carries beside its event."""

    async def read() -> list[int]:
        return [record.timestamp async for batch in KafkaCluster(engine.kafka).read(topic, 1_000) for record in batch]

    return asyncio.run(read())


def joined(engine: Engine) -> tuple[str, str]:
    """A fifth county has joined by settings alone: its address, and a token for it."""
    five = {"NORRSAM_COUNTIES": f"{DEFAULT},{NEW}:21"}
    topics.apply(engine.kafka, [*COUNTIES, NEW])
    engine.create_databases(f"{NEW}_{service}".replace("-", "_") for service in SERVICES)
    process = engine.county(NEW, env=five)
    migration = MigrationRun.begin(process.program, SERVICES, {**process.env, "NORRSAM_COUNTIES": f"{NEW}:21"})
    migration.wait()
    return engine.start_county(NEW, env=five), local_token(engine.config.data, NEW, ["READER"])


def seen_everywhere(
    counties: list[DemoCounty], signal: dict[str, Any], say: Callable[[str, object], None]
) -> dict[str, float]:
    """How long it took each county to know this version. Reported, never asserted."""
    place = (signal["county"], signal["id"])
    seconds = wait_until_seen(counties, place, signal["version"], PATIENCE, path(signal))
    say("seconds_until_seen_everywhere", round(max(seconds.values()), 2))
    return seconds


def test_powder_means_112_first_and_a_notice_without_a_place(
    counties: list[DemoCounty],
    police: dict[str, Police],
    engine: Engine,
    record_property: Callable[[str, object], None],
) -> None:
    home = named(counties, "vasterbotten")
    first = httpx.post(f"{home.url}/shipment-alerts/advice", json={"dangers": ["POWDER"]}, timeout=DEADLINE).json()
    assert (first["text"][0], first["asked"], first["form"]) == ("Ring 112 nu.", None, False)
    draft = police[home.name].client.post("/guidance/safety-advice/drafts", json={"details": POWDER}).json()
    token = local_token(engine.config.data, home.name, ["COUNTY_COORDINATOR"], function="COUNTY_COORDINATOR")
    headers = {"Authorization": f"Bearer {token}"}
    approved = home.client.post(f"/guidance/drafts/{draft['id']}/approve", headers=headers)
    assert approved.status_code == 201, approved.text
    advice = approved.json()
    place = (home.name, advice["id"])
    seconds = wait_until_seen(counties, place, 1, PATIENCE, f"/guidance/safety-advice/{place[0]}/{place[1]}")

    record_property("seconds_until_seen_everywhere", round(max(seconds.values()), 2))

    for county in counties:
        answer = county.client.get("/guidance", params={"audience": "TERMINAL"})
        assert advice["id"] in {item["id"] for item in answer.json()["items"]}
        assert not {"Umeå", "2480", "UMEA"} & set(json.dumps(answer.json(), ensure_ascii=False).split('"'))
    (topic,) = partner.read_all(engine.kafka, [topic_name(home.name, "guidance")]).values()
    assert not [event for event in topic.events if partner.mentions(event.get_data(), "2480")]


async def test_no_figure_counts_events_that_not_all_may_see(
    counties: list[DemoCounty], police: dict[str, Police], engine: Engine
) -> None:
    home = named(counties, "vasternorrland")
    signal = police[home.name].release(case("2281"), HANDLING)
    seen_everywhere(counties, signal, lambda *_: None)

    def labelled(url: str) -> list[str]:
        lines = httpx.get(f"{url}/metrics", timeout=DEADLINE).text.splitlines()
        found = [line for line in lines if "guidance" in line or "shipment-signals" in line]
        # A process leaves out what its database does not answer within three seconds.
        return found if any(line.startswith("norrsam_gap_numbers") for line in found) else []

    counts = ("norrsam_checkpoint_number", "norrsam_relay_sent_total")
    for county in counties:
        found = await eventually(lambda: labelled(county.url))  # noqa: B023 - it is awaited at once
        assert not [line for line in found if line.startswith(counts) or 'outcome="applied"' in line]


def test_snus_for_a_minor_is_stopped_and_leaves_no_record(counties: list[DemoCounty], engine: Engine) -> None:
    home = named(counties, "jamtland")
    log = engine.county(home.name).part.log

    def kept() -> dict[str, Any]:
        return {
            name: rows
            for name, rows in everything_kept(engine, COUNTIES[home.name].database(SERVICE)).items()
            if name not in ("links",)
        }

    def stops() -> float:
        lines = httpx.get(f"{home.url}/metrics", timeout=DEADLINE).text.splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith("norrsam_gate_stops_total{"))

    def is_quiet() -> bool:
        before = kept()
        time.sleep(1)
        return unlike(before) == []

    def unlike(before: dict[str, Any]) -> list[str]:
        after = kept()
        assert after.keys() == before.keys()
        return [name for name in after if name not in ("checkpoints", "identity") and after[name] != before[name]]

    until(is_quiet, "all that other counties have sent is here")
    before, said, counted = kept(), log.read_text(), stops()

    answer = httpx.post(
        f"{home.url}/shipment-alerts/advice",
        json=SNUS,
        headers={"X-Correlation-ID": "snus-4711"},
        timeout=DEADLINE,
    )

    assert answer.json()["outcome"] == "STOP"
    assert "x-correlation-id" not in answer.headers
    assert stops() == counted  # a single try does not show
    assert unlike(before) == []
    assert "snus-4711" not in log.read_text()
    assert "advice" not in log.read_text()[len(said) :]


def test_bjurholm_is_generalised_to_its_police_area_everywhere(
    counties: list[DemoCounty],
    police: dict[str, Police],
    engine: Engine,
    record_property: Callable[[str, object], None],
) -> None:
    signal = police["vasterbotten"].release(case("2403"), HANDLING)
    week = this_week()

    seen_everywhere(counties, signal, record_property)

    for county in counties:
        shown = county.signals()[signal["id"]]
        assert shown["swedish"] == (
            f"Lokalpolisområde Umeå, v. {week}, brev, inrikes, förpackning, H0, narkotika (misstanke)"
        )
        kept = rows_kept(engine, COUNTIES[county.name].database(SERVICE))
        own = kept.pop("sites")  # the own county's register; it leaves in no event
        kept.pop("actors")  # the directory of all counties names every municipality, with or without a signal
        assert partner.mentions(own, "2403") == (county.name == "vasterbotten")
        assert not [table for table, rows in kept.items() if partner.mentions(rows, "2403")]
        assert not [table for table, rows in kept.items() if partner.mentions(rows, "Bjurholm")]
        for answer in (
            county.client.get("/shipment-signals", params={"status": "ANY"}),
            county.client.get("/shipment-signals/weeks"),
            county.client.get(path(signal)),
        ):
            assert not partner.mentions(answer.text, "2403")
            assert "Bjurholm" not in answer.text
    (topic,) = partner.read_all(engine.kafka, [topic_name("vasterbotten", "shipment-signals")]).values()
    event = topic.newest[signal["id"]]
    assert not partner.mentions([event.get_data(), event.get_attributes()], "2403")


def test_sundsvall_is_named_in_all_four_counties(
    counties: list[DemoCounty], police: dict[str, Police], record_property: Callable[[str, object], None]
) -> None:
    signal = police["vasternorrland"].release(case("2281"), HANDLING)
    seen_everywhere(counties, signal, record_property)

    shown = [county.signals()[signal["id"]] for county in counties]

    assert all(each == shown[0] for each in shown)
    assert shown[0]["swedish"].startswith(f"Sundsvall, v. {this_week()}, ombud, brev")


def test_a_false_alarm_is_withdrawn_everywhere_for_good(
    counties: list[DemoCounty],
    police: dict[str, Police],
    engine: Engine,
    record_property: Callable[[str, object], None],
) -> None:
    home = "vasternorrland"
    signal = police[home].release(case("2262"), HANDLING)
    seen_everywhere(counties, signal, record_property)
    before = [county.signals_of(home) for county in counties]
    withdrawn = police[home].withdraw(signal["id"])
    seen_everywhere(counties, withdrawn, record_property)
    for county, counted in zip(counties, before, strict=True):
        assert signal["id"] not in county.signals()
        shown = county.signals("WITHDRAWN")[signal["id"]]
        assert (shown["status"], shown["swedish"].partition(",")[0]) == ("WITHDRAWN", "Återkallad")
        assert county.signals_of(home) == counted - 1
    views = [view(county) for county in counties]
    assert all(each == views[0] for each in views)
    stream = ("--county", home, "--service", SERVICE, "--stream", "shipment-signals")
    engine.command("republish", "1", str(withdrawn_number(engine, signal)), *stream)  # the release comes again, late
    engine.command("restate", *stream)
    engine.command("rebuild", "--county", "jamtland", "--service", SERVICE)
    marker = police[home].release(case("2281"), DRILL)
    seen_everywhere(counties, marker, record_property)  # all that was sent before it has been applied

    after = [{key: each for key, each in view(county).items() if key != marker["id"]} for county in counties]

    assert after == views


def test_nothing_joins_a_signal_s_event_to_anything_else(
    counties: list[DemoCounty],
    police: dict[str, Police],
    engine: Engine,
    record_property: Callable[[str, object], None],
) -> None:
    signal = police["vasternorrland"].release(case("2281"), HANDLING)
    seen_everywhere(counties, signal, record_property)
    stream = ("--county", "vasternorrland", "--service", SERVICE, "--stream", "shipment-signals")
    engine.command("restate", *stream)
    seen_everywhere(counties, police["vasternorrland"].release(case("2281"), HANDLING), record_property)

    (topic,) = partner.read_all(engine.kafka, [topic_name("vasternorrland", "shipment-signals")]).values()

    assert any(event.get_type().split(".")[3] == "StreamRestated" for event in topic.events)
    for event in topic.events:
        at = event.get_time()
        assert UUID(event.get_id()).version == 4
        assert at is not None
        assert (at.minute, at.second, at.microsecond) == (0, 0, 0)
        assert not {"correlationid", "causationid", "traceparent"} & event.get_attributes().keys()
    assert {each % HOUR_MS for each in record_times(engine, topic_name("vasternorrland", "shipment-signals"))} == {0}


def test_an_exercise_reaches_all_and_is_counted_nowhere(
    counties: list[DemoCounty], police: dict[str, Police], record_property: Callable[[str, object], None]
) -> None:
    seen_everywhere(counties, police["vasternorrland"].release(case("2281"), DRILL), record_property)
    before = [county.signals_of("vasternorrland") for county in counties]  # and of all that was released before
    drill = police["vasternorrland"].release(case("2281"), DRILL)

    seen_everywhere(counties, drill, record_property)

    assert all(county.signals()[drill["id"]]["exercise"] for county in counties)
    assert [county.signals_of("vasternorrland") for county in counties] == before


async def test_the_police_see_another_county_s_answer_to_their_signal(
    counties: list[DemoCounty], police: dict[str, Police], record_property: Callable[[str, object], None]
) -> None:
    signal = police["vasterbotten"].release(case("2480"), HANDLING)
    seen_everywhere(counties, signal, record_property)
    answering = named(counties, "norrbotten")
    given = answering.client.put(f"{path(signal)}/feedback", json={"code": "ACTED", "version": 1})
    assert given.status_code == httpx.codes.CREATED, given.text
    client = police["vasterbotten"].client

    def answers() -> list[tuple[str, str]]:
        items = client.get(f"{path(signal)}/feedback").json()["items"]
        return [(item["county"], item["code"]) for item in items]

    assert await eventually(answers, PATIENCE) == [("norrbotten", "ACTED")]


def test_after_twelve_weeks_a_signal_expires_and_still_counts(
    counties: list[DemoCounty],
    police: dict[str, Police],
    engine: Engine,
    record_property: Callable[[str, object], None],
) -> None:
    home = named(counties, "norrbotten")
    signal = police[home.name].release(case("2584"), HANDLING)
    seen_everywhere(counties, signal, record_property)
    before = [county.signals_of(home.name) for county in counties]
    engine.stop_county(home.name)
    engine.start_county(home.name, env={"NORRSAM_CLOCK": "P92D"})

    try:
        seen_everywhere(counties, signal | {"version": 2}, record_property)
    finally:
        engine.stop_county(home.name)
        engine.start_county(home.name)

    for county, counted in zip(counties, before, strict=True):
        assert county.signals("EXPIRED")[signal["id"]]["status"] == "EXPIRED"
        assert signal["id"] not in county.signals()
        assert county.signals_of(home.name) == counted


async def test_given_a_new_county_then_it_sees_the_same_as_an_old_one(
    counties: list[DemoCounty],
    police: dict[str, Police],
    engine: Engine,
    record_property: Callable[[str, object], None],
) -> None:
    withdrawn = police["vasterbotten"].withdraw(police["vasterbotten"].release(case("2480"), HANDLING)["id"])
    seen_everywhere(counties, withdrawn, record_property)
    old, newcomer = named(counties, "jamtland"), DemoCounty(NEW, *joined(engine))
    try:
        await eventually(lambda: view(newcomer) == view(old), PATIENCE)
    finally:
        newcomer.close()
        engine.kill_county(NEW)
