"""All that follows from a meeting, in four counties: minutes, an approval, a decision and what is done about it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from infra.demo import partner
from infra.demo.county import DemoCounty, until
from infra.demo.follow_ups import (
    APPROVER,
    DECISION,
    HOST,
    OWNER,
    assign,
    circulate,
    draft_of,
    hold_meeting,
    wait_shown,
)
from infra.demo.mail import coordinator
from infra.demo.mail import told as told_by_mail
from infra.demo.trainings import move_clock, path
from infra.engine import Engine
from shared import calendar
from shared.contracts.topics import topic_name
from tests.flow.conftest import COUNTIES
from tests.support.everything import everything_kept

EPIPHANY = date(datetime.now(UTC).year + 1, 1, 6)
SLIPPED = "wqjxzvkbyq"
DUE = calendar.working_day_from(EPIPHANY)


@pytest.fixture
def true_clocks(engine: Engine) -> Iterator[None]:
    """The clocks are right again afterwards."""
    yield
    for name in (HOST, OWNER):
        move_clock(engine, name, {})


def mine(county: DemoCounty) -> list[str]:
    """The action items of the county's coordinator."""
    return [each["id"] for each in county.get("/action-items", mine="true")["items"]]


@pytest.mark.usefixtures("true_clocks")
def test_minutes_a_decision_and_an_action_item_cross_counties(named: dict[str, DemoCounty], engine: Engine) -> None:
    host, approver, owner = (named[name] for name in (HOST, APPROVER, OWNER))
    counties = list(named.values())
    meeting = hold_meeting(host, counties)
    stopped = host.client.post("/minutes/drafts", json=draft_of(meeting, text="Gäller 121212-1212"))
    assert (stopped.status_code, "line 1, column 8" in stopped.text, "121212" in stopped.text) == (422, True, False)

    minutes = circulate(host, meeting)
    where = path(minutes, "minutes")
    wait_shown([approver], where, "status", "CIRCULATED")
    assert [each["id"] for each in approver.get("/minutes", waiting="true")["items"]] == [minutes["id"]]
    approver.post(where + "/approve", {}, seen=approver.version(where))
    wait_shown(counties, where, "status", "APPROVED")
    for county in counties:
        (decision,) = county.get("/decisions", q="UTBILDNINGSPLAN")["items"]
        assert (decision["number"], decision["text"], decision["county"]) == (4, DECISION, HOST)

    # Must not: a change of § 4 after approval.
    changed = draft_of(meeting, decisions=[{"number": 4, "text": "Ingen plan", "decided_on": "2026-12-09"}])
    del changed["meeting"]
    for county in counties:
        answer = county.client.put(where, json=changed, headers={"If-Match": f'"{county.version(where)}"'})
        assert answer.json()["type"] == ("/problems/approved" if county is host else "/problems/not-owner")
    late = {"reason": "Det beslutades inte"}
    assert approver.client.post(where + "/object", json=late, headers=seen(approver, where)).status_code == 409

    done, left = assign(host, minutes, EPIPHANY), assign(host, minutes, EPIPHANY, "Bjud in till kurs")
    places = [path(each, "action-items") for each in (done, left)]
    wait_shown(counties, places[1], "received", value=True)
    assert {done["id"], left["id"]} <= set(mine(owner))
    assert owner.get(places[0])["due_swedish"] == calendar.moved_day(EPIPHANY, DUE)
    owner.post(places[0] + "/report", {"work": "DONE"}, seen=owner.version(places[0]))
    wait_shown(counties, places[0], "swedish", "klar")

    days = (DUE - datetime.now(UTC).date()) + timedelta(days=1)
    engine.stop_kafka()
    try:  # neither hears of the other
        for name in (HOST, OWNER):
            move_clock(engine, name, {"NORRSAM_CLOCK": f"P{days.days}D"})
        for county in (host, owner):
            until(lambda county=county: county.client.get(places[1]).is_success, f"{county.name} is there")  # type: ignore[misc]
            assert (county.get(places[1])["progress"], county.get(places[0])["progress"]) == ("OVERDUE", "DONE")
    finally:
        engine.start_kafka()

    assert named["vasternorrland"].get(places[1])["progress"] == "OPEN"  # by its own clock
    assert [each.get(where)["decisions"][0]["text"] for each in counties] == [DECISION] * 4
    told = partner.read_all(engine.kafka, [topic_name(name, "meetings") for name in COUNTIES])
    events = [str(event.get_data()) for each in told.values() for event in each.events]
    assert events
    there_is = f"{OWNER} tells its coordinator, whose address might leak"
    until(lambda: coordinator(OWNER) in told_by_mail(engine, OWNER, f"{OWNER}.example"), there_is)
    assert not any("OVERDUE" in event or "121212" in event or coordinator(OWNER) in event for event in events)


def seen(county: DemoCounty, where: str) -> dict[str, Any]:
    """The condition of a command on what the county knows."""
    return {"If-Match": f'"{county.version(where)}"'}


def test_words_masked_in_approved_minutes_are_gone_from_all(named: dict[str, DemoCounty], engine: Engine) -> None:
    host, counties = named[HOST], list(named.values())
    minutes = circulate(host, hold_meeting(host, counties), text=f"{SLIPPED} var med.", decisions=[])
    where = path(minutes, "minutes")
    wait_shown([named[APPROVER]], where, "status", "CIRCULATED")
    named[APPROVER].post(where + "/approve", {}, seen=named[APPROVER].version(where))
    wait_shown(counties, where, "status", "APPROVED")

    host.post(where + "/mask", {"words": [SLIPPED]}, seen=host.version(where))

    wait_shown(counties, where, "text", "MASKERAT var med.")
    for county in counties:
        kept = everything_kept(engine, COUNTIES[county.name].database("meetings"))
        assert {table for table, rows in kept.items() if SLIPPED in rows.casefold()} <= (
            {"outbox"} if county is host else set()  # an event stays in its owner's log until its retention ends
        )
