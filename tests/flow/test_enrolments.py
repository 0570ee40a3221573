"""One county gives seats to four, also while one is down: each county a process of its own, over real Kafka."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cloudevents.core.v1.event import CloudEvent

from infra.demo import partner
from infra.demo.county import DemoCounty, until, wait_known
from infra.demo.trainings import (
    AFTER_RELEASE,
    AFTER_THE_END,
    ASKER,
    HOST,
    accept,
    cancel,
    certificate_of,
    check,
    enrol,
    move_clock,
    path,
    publish,
    shown,
    wait_for,
)
from infra.engine import Engine
from infra.engine.settings import PROJECT
from shared.contracts.topics import LINKS, all_topics, stream_name
from tests.flow.conftest import COUNTIES
from tests.support.everything import everything_kept
from tests.support.markers import WORD, find, marker

SERVICE = "trainings"


def named(counties: list[DemoCounty], name: str) -> DemoCounty:
    return next(county for county in counties if county.name == name)


def seats(county: DemoCounty, occasion: dict[str, Any]) -> list[tuple[str, str]]:
    """Every seat as the county knows it."""
    return [
        (seat["participant"], seat["state"]) for seat in county.get(path(occasion, "occasions") + "/seats")["items"]
    ]


def agree(counties: list[DemoCounty], occasion: dict[str, Any]) -> list[tuple[str, str]]:
    """The seats, once all counties show the same."""
    host = named(counties, occasion["county"])
    until(lambda: all(seats(each, occasion) == seats(host, occasion) for each in counties), "all show the same seats")
    return seats(host, occasion)


def restore(engine: Engine, *words: str) -> None:
    """The dump is put back, by the administrator of the engine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NORRSAM_")}
    config = engine.config
    ports = {"NORRSAM_KAFKA_PORT": str(config.kafka_port), "NORRSAM_POSTGRES_PORT": str(config.postgres_port)}
    subprocess.run(
        [*config.program, "restore", *words],
        env={**kept, **ports, "NORRSAM_DATA": str(config.data)},
        cwd=PROJECT,
        check=True,
        capture_output=True,
        timeout=120,
    )


@pytest.fixture
def true_clock(engine: Engine) -> Iterator[None]:
    """The host's clock is right again afterwards."""
    yield
    move_clock(engine, HOST, {})


@pytest.mark.usefixtures("true_clock")
def test_seats_offers_and_certificates_cross_counties(counties: list[DemoCounty], engine: Engine) -> None:
    host, asker = named(counties, HOST), named(counties, ASKER)
    occasion = publish(host, list(COUNTIES))
    wait_known(counties, "occasions", occasion)
    first = enrol(asker, occasion, marker(1))
    wait_for(asker, first, ["CONFIRMED"])
    second = enrol(asker, occasion, marker(2))
    wait_for(asker, second, ["WAITING"])
    assert shown(asker, second) == ["reserv 1"]
    others = [each for each in counties if each is not asker]
    for county in others[:2]:
        wait_for(county, enrol(county, occasion, marker(3)), ["CONFIRMED"])
    move_clock(engine, HOST, AFTER_RELEASE)
    wait_for(asker, second, ["OFFERED"])
    late = enrol(others[2], occasion, marker(4))
    wait_for(others[2], late, ["WAITING"])  # four are taken: three confirmed, one offered
    assert [seat["state"] for seat in accept(asker, second)["seats"]] == [None]
    wait_for(asker, second, ["CONFIRMED"])
    taken = [state for _, state in agree(counties, occasion)]
    assert sorted(taken) == ["CONFIRMED"] * 4 + ["WAITING"]
    move_clock(engine, HOST, AFTER_THE_END)
    participant = first["participants"][0]["id"]
    host.post(path(occasion, "occasions") + "/attendance", {"came": [participant]})
    wait_for(asker, first, ["ATTENDED"])

    code = asker.get(path(certificate_of(asker, participant), "certificates") + "/holder")["code"]

    assert all(check(county, code)["valid"] for county in counties)
    assert "CONFIRMED" not in {seat["state"] for seat in others[2].get(path(late))["seats"]}


@pytest.mark.faults
def test_an_asker_waits_visibly_for_a_host_that_is_away(counties: list[DemoCounty], engine: Engine) -> None:
    host, asker = named(counties, HOST), named(counties, ASKER)
    occasion = publish(host, list(COUNTIES), reserved=[], release_at=None, seats=1)
    wait_known(counties, "occasions", occasion)
    engine.kill_county(HOST)
    requests = [enrol(asker, occasion, marker(number)) for number in (11, 12)]
    given_up = cancel(asker, enrol(asker, occasion, marker(13)))
    for request in (*requests, given_up):
        assert shown(asker, request) == ["väntar på svar"]
    engine.start_county(HOST)
    wait_for(asker, requests[0], ["CONFIRMED"])
    wait_for(asker, requests[1], ["WAITING"])
    wait_for(asker, given_up, ["CANCELLED"])
    cancel(asker, requests[0])
    wait_for(asker, requests[1], ["OFFERED"])
    agree(counties, occasion)


@pytest.mark.faults
def test_without_kafka_an_enrolment_waits_and_is_answered_later(counties: list[DemoCounty], engine: Engine) -> None:
    host, away = named(counties, HOST), named(counties, "norrbotten")
    occasion = publish(host, list(COUNTIES), reserved=[], release_at=None)
    wait_known(counties, "occasions", occasion)
    engine.stop_kafka()

    try:
        request = enrol(away, occasion, marker(21))
        assert shown(away, request) == ["väntar på svar"]
        other = publish(host, list(COUNTIES))
        cancelled = host.post(path(other, "occasions") + "/cancel", seen=other["version"])
    finally:
        engine.start_kafka()
    wait_for(away, request, ["CONFIRMED"], 120)
    wait_known(counties, "occasions", cancelled, 120)

    assert away.get(path(cancelled, "occasions"))["status"] == "CANCELLED"


@pytest.mark.faults
@pytest.mark.parametrize("restored", [ASKER, HOST])
def test_after_a_restore_no_seat_is_given_twice_and_nobody_waits(
    counties: list[DemoCounty], engine: Engine, tmp_path: Path, restored: str
) -> None:
    host, asker = named(counties, HOST), named(counties, ASKER)
    occasion = publish(host, list(COUNTIES), reserved=[], release_at=None, seats=1)
    wait_known(counties, "occasions", occasion)
    first = enrol(asker, occasion, marker(41))
    wait_for(asker, first, ["CONFIRMED"])
    engine.command("backup", "--county", restored, "--to", str(tmp_path))
    second = enrol(asker, occasion, marker(42))
    wait_for(asker, second, ["WAITING"])
    cancel(asker, first)
    wait_for(asker, second, ["OFFERED"])
    accept(asker, second)
    wait_for(asker, second, ["CONFIRMED"])
    engine.stop_county(restored)
    (dump,) = tmp_path.glob(f"{COUNTIES[restored].database(SERVICE)}-*.dump")
    place = ("--county", restored, "--service", SERVICE)
    restore(engine, str(dump), *place)
    engine.command("recover", *place)
    engine.start_county(restored)

    third = enrol(named(counties, "norrbotten"), occasion, marker(43))
    wait_for(named(counties, "norrbotten"), third, ["WAITING"], 120)
    wait_for(asker, second, ["CONFIRMED"], 120)
    wait_for(asker, first, ["CANCELLED"], 120)

    assert sorted(state for _, state in agree(counties, occasion)) == ["CANCELLED", "CONFIRMED", "WAITING"]


def test_no_participant_s_name_leaves_the_home_county(counties: list[DemoCounty], engine: Engine) -> None:
    host, asker = named(counties, HOST), named(counties, ASKER)
    occasion = publish(host, list(COUNTIES), reserved=[], release_at=None)
    wait_known(counties, "occasions", occasion)
    request = enrol(asker, occasion, marker(31), marker(32))
    wait_for(asker, request, ["CONFIRMED"] * 2)
    stream = ("--county", ASKER, "--service", SERVICE, "--stream", "enrolments")
    engine.command("restate", *stream)
    wait_for(asker, cancel(asker, enrol(asker, occasion, marker(33))), ["CANCELLED"])
    numbered = [topic for topic in all_topics(COUNTIES) if stream_name(topic) != LINKS]
    read = partner.read_all(engine.kafka, numbered)
    told = [(topic, str([_told(event) for event in seen.events]).encode()) for topic, seen in read.items()]
    assert find(told) == []
    home = everything_kept(engine, COUNTIES[ASKER].database(SERVICE))
    assert WORD in home.pop("participants")
    assert WORD in home.pop("notices"), "a mailbox was told something"
    assert [table for table, rows in home.items() if WORD in rows] == []
    elsewhere = [COUNTIES[name].database(service) for name in COUNTIES for service in ("actors", "shipment-alerts")]

    elsewhere += [county.database(SERVICE) for name, county in COUNTIES.items() if name != ASKER]

    for database in elsewhere:
        kept = everything_kept(engine, database)
        for own in ("participants", "notices"):
            kept.pop(own, None)
        assert [table for table, rows in kept.items() if WORD in rows] == [], database
    files = [path for path in engine.config.data.rglob("*.log") if "postgres" not in path.name]
    assert {path.parent.name.partition(".")[0] for path in files} >= {"logs", *COUNTIES}
    assert find([(str(path), path.read_bytes()) for path in files]) == []


def _told(event: CloudEvent) -> object:
    return event.get_attributes(), event.get_data()
