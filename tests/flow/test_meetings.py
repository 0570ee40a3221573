"""A steering meeting of four counties, each a process of its own, over real Kafka: asked, moved, cancelled."""

from contextlib import closing
from typing import Any

import httpx
import pytest

from infra.cli.county import local_token
from infra.demo import partner
from infra.demo.county import DemoCounty, until, wait_known
from infra.demo.meetings import HOST, answer, call, move, path, plan, shown, wait_for
from infra.engine import Engine
from services.meetings.domain.plan import MUNICIPAL
from shared.contracts.topics import LINKS, all_topics, stream_name, topic_name
from tests.flow.conftest import COUNTIES
from tests.support.everything import everything_kept
from tests.support.markers import WORD, find, marker

NORTH, MIDDLE, SOUTH = "norrbotten", "jamtland", "vasternorrland"


def listed(county: DemoCounty, meeting: dict[str, Any]) -> list[dict[str, Any]]:
    """How the county's list shows the meeting."""
    return [each for each in county.get("/meetings", limit=500)["items"] if each["id"] == meeting["id"]]


def waits(county: DemoCounty, meeting: dict[str, Any]) -> list[dict[str, Any]]:
    """The invitations to the meeting that wait for the county's answer."""
    return [each for each in county.get("/invitations", limit=500)["items"] if each["id"] == meeting["id"]]


def late_answer(county: DemoCounty, meeting: dict[str, Any], sequence: int) -> httpx.Response:
    """An answer to this sequence."""
    mine = next(each["id"] for each in meeting["invitees"] if each["actor"]["county"] == county.name)
    place = f"/invitations/{meeting['county']}/{meeting['id']}/{mine}/answer"
    return county.client.post(place, json={"state": "ACCEPTED", "sequence": sequence})


def test_a_steering_meeting_is_answered_moved_and_cancelled(named: dict[str, DemoCounty]) -> None:
    host, every = named[HOST], list(named.values())
    meeting = call(host)
    wait_known(every, "meetings", meeting)
    assert (meeting["sequence"], len(meeting["invitees"])) == (0, 6)
    assert [len(waits(named[name], meeting)) for name in (NORTH, MIDDLE, SOUTH, HOST)] == [1, 1, 1, 3]
    answer(named[NORTH], meeting, "ACCEPTED")
    answer(named[MIDDLE], meeting, "TENTATIVE")
    wait_for(every, meeting, {NORTH: "ACCEPTED", MIDDLE: "TENTATIVE", SOUTH: "NEEDS_ACTION"})

    moved = move(host, meeting)
    wait_for(every, moved, dict.fromkeys(named, "NEEDS_ACTION"))
    assert moved["sequence"] == 1
    assert late_answer(named[NORTH], moved, 0).json()["type"] == "/problems/moved"
    answer(named[SOUTH], moved, "DECLINED")
    wait_for(every, moved, {NORTH: "NEEDS_ACTION", SOUTH: "DECLINED"})

    cancelled = host.post(path(moved) + "/cancel", seen=moved["version"])
    wait_known(every, "meetings", cancelled)

    assert (cancelled["id"], cancelled["sequence"]) == (meeting["id"], 2)
    for county in every:
        assert [(each["status"], each["sequence"]) for each in listed(county, meeting)] == [("CANCELLED", 2)]
        assert waits(county, meeting) == []
    assert late_answer(named[NORTH], cancelled, 2).json()["type"] == "/problems/not-open"


@pytest.mark.faults
def test_an_answer_that_crosses_a_move_does_not_count(named: dict[str, DemoCounty], engine: Engine) -> None:
    host, every = named[HOST], list(named.values())
    meeting = call(host)
    wait_known(every, "meetings", meeting)
    engine.stop_kafka()

    try:
        answer(named[NORTH], meeting, "ACCEPTED")
        moved = move(host, meeting)
        assert shown(named[NORTH], meeting)[NORTH] == {"ACCEPTED"}
    finally:
        engine.start_kafka()
    wait_known(every, "meetings", moved, 120)
    wait_for(every, moved, dict.fromkeys(named, "NEEDS_ACTION"))

    assert len(waits(named[NORTH], moved)) == 1
    answer(named[NORTH], moved, "DECLINED")
    wait_for(every, moved, {NORTH: "DECLINED"})


@pytest.mark.faults
def test_a_county_that_was_away_learns_only_that_it_is_cancelled(named: dict[str, DemoCounty], engine: Engine) -> None:
    host, away = named[HOST], named[MIDDLE]
    engine.kill_county(MIDDLE)
    meeting = call(host)
    cancelled = host.post(path(meeting) + "/cancel", seen=meeting["version"])
    engine.start_county(MIDDLE)

    wait_known([away], "meetings", cancelled, 120)

    assert [each["status"] for each in listed(away, meeting)] == ["CANCELLED"]
    assert waits(away, meeting) == []


def test_what_is_not_shared_never_leaves_the_county(named: dict[str, DemoCounty], engine: Engine) -> None:
    host, every = named[HOST], list(named.values())
    token = local_token(engine.config.data, HOST, ["MUNICIPAL_COORDINATOR"], municipality="2480")
    with closing(DemoCounty(HOST, host.url, token)) as umea:
        for number, kind in enumerate(("COUNCIL", "EST_WEEKLY", "DIALOGUE", "WORKING")):
            words = {"title": f"Möte {marker(number)}", "purpose": f"Om {marker(number)}"}
            hosting = umea if kind in MUNICIPAL else host
            words["organiser"] = "MUNICIPAL_COORDINATOR" if kind in MUNICIPAL else "COUNTY_COORDINATOR"
            move(hosting, call(hosting, kind=kind, **words))
    host.post("/meetings", {**plan(host), "title": f"Utkast {marker(9)}"})
    told = call(host, kind="COLLABORATION", title="Samverkansmöte", purpose=f"Om {marker(10)}", place=marker(11))
    moved = move(host, told)
    until(lambda: all(listed(each, told) for each in every), "all know of the collaboration meeting")
    until(lambda: all(listed(each, told)[0]["sequence"] == moved["sequence"] for each in every), "all know its time")

    numbered = [topic for topic in all_topics(COUNTIES) if stream_name(topic) != LINKS]
    read = partner.read_all(engine.kafka, numbered)

    said = {
        topic: [(event.get_attributes(), event.get_data()) for event in seen.events] for topic, seen in read.items()
    }
    assert find([(topic, str(events).encode()) for topic, events in said.items()]) == []
    of_it = [str(each) for each in said[topic_name(HOST, "meetings")] if told["id"] in str(each)]
    assert len(of_it) >= 2
    assert not any("invitees" in each or "contact_function" in each for each in of_it)
    for county in every:
        if county is not host:
            assert "invitees" not in county.get(path(told))
            kept = everything_kept(engine, COUNTIES[county.name].database("meetings"))
            assert [table for table, rows in kept.items() if WORD in rows] == []
    at_home = everything_kept(engine, COUNTIES[HOST].database("meetings"))
    assert {table for table, rows in at_home.items() if WORD in rows} <= {
        "home_meetings",
        "idempotency_keys",
        "notices",
    }
    assert WORD in at_home["home_meetings"]
