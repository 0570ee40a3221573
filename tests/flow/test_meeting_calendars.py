"""Calendars that subscribe in four counties, over real Kafka: what they show, and what they answer."""

from datetime import datetime
from typing import Any

import httpx
import pytest

from infra.demo.county import DemoCounty, until, wait_known
from infra.demo.meetings import HOST, call, move, path, shown, wait_for
from tests.support.waiting import DEADLINE
from tests.unit.calendar_files.clients import CLIENTS
from tests.unit.calendar_files.given import READERS, Shown

NORTH, MIDDLE = "norrbotten", "jamtland"


def invitee(meeting: dict[str, Any], county: str) -> dict[str, Any]:
    return next(dict(each) for each in meeting["invitees"] if each["actor"]["county"] == county)


def opened(county: DemoCounty, meeting: dict[str, Any] | None = None) -> str:
    """The address of the county's feed, or of that of its function at the meeting; the one before is no more."""
    where = "/meeting-calendars"
    if meeting is not None:
        mine = invitee(meeting, county.name)
        where += f"/{county.name}/{mine['actor']['id']}/{mine['contact_function']}"
    return county.url + str(county.post(where)["path"])


def text(address: str) -> str:
    """The feed as a calendar gets it, which has no token."""
    got = httpx.get(address, timeout=DEADLINE)
    assert got.status_code == 200, got.text
    return got.text


def entry(address: str, meeting: dict[str, Any]) -> Shown | None:
    """The only entry of the meeting, if it is there."""
    found = [each for each in READERS["vobject"](text(address).encode()) if each.uid.startswith(meeting["id"])]
    assert len(found) <= 1
    return found[0] if found else None


def wait_shown(address: str, meeting: dict[str, Any]) -> Shown:
    """The entry once it has the meeting's sequence."""

    def current() -> bool:
        found = entry(address, meeting)
        return found is not None and found.sequence == meeting["sequence"]

    until(current, f"the feed has sequence {meeting['sequence']}")
    found = entry(address, meeting)
    assert found is not None
    return found


def place(meeting: dict[str, Any], county: str) -> str:
    return f"/invitations/{meeting['county']}/{meeting['id']}/{invitee(meeting, county)['id']}"


def file_of(county: DemoCounty, meeting: dict[str, Any]) -> bytes:
    return county.client.get(place(meeting, county.name) + "/calendar").content


def reply(county: DemoCounty, meeting: dict[str, Any], content: bytes) -> httpx.Response:
    headers = {"Content-Type": "text/calendar"}
    return county.client.post(place(meeting, county.name) + "/reply", content=content, headers=headers)


def test_feeds_keep_the_uid_of_a_meeting_that_moves_and_is_off(named: dict[str, DemoCounty]) -> None:
    host, north = named[HOST], named[NORTH]
    meeting = call(host)
    wait_known([host, north], "meetings", meeting)
    feeds = [opened(host), opened(host, meeting), opened(north), opened(north, meeting)]
    asked = [wait_shown(each, meeting) for each in feeds]

    moved = move(host, meeting)
    after = [wait_shown(each, moved) for each in feeds]
    wait_known([north], "meetings", moved)
    cancelled = host.post(path(moved) + "/cancel", seen=moved["version"])
    off = [wait_shown(each, cancelled) for each in feeds]

    assert {each.uid for each in (*asked, *after, *off)} == {f"{meeting['id']}@{HOST}"}
    begins = datetime.fromisoformat(moved["starts_at"]).replace(microsecond=0)  # files have whole seconds
    assert [each.starts for each in after] == [begins] * 4
    assert {each.status for each in (*asked, *after)} == {"TENTATIVE"}
    assert {(each.method, each.status, each.title) for each in off} == {
        ("PUBLISH", "CANCELLED", f"Inställt: {meeting['title']}")
    }
    wait_known([north], "meetings", cancelled)
    assert b"METHOD:CANCEL" in file_of(north, cancelled)
    for each in feeds:
        assert "ATTENDEE" not in text(each)
        assert not any(one["id"] in text(each) for one in meeting["invitees"])


def test_of_a_neighbours_meeting_the_feed_shows_what_is_shared(named: dict[str, DemoCounty]) -> None:
    host, north = named[HOST], named[NORTH]
    whole = call(host, form="HYBRID", place="Sal Åreskutan", purpose="Gemensam plan")
    apart = call(host, kind="COLLABORATION", title="Samverkansmöte i Skellefteå", purpose="Gemensam plan")
    address = opened(north)

    of_whole, of_apart = wait_shown(address, whole), wait_shown(address, apart)

    assert (of_whole.place, of_apart.place) == ("Sal Åreskutan", None)
    assert (of_whole.description, of_apart.description, of_apart.title) == (None, None, apart["title"])
    assert text(address).count("CATEGORIES:Västerbottens län") >= 2


def test_a_replaced_address_answers_no_more(named: dict[str, DemoCounty]) -> None:
    north = named[NORTH]
    meeting = call(named[HOST])
    wait_known([north], "meetings", meeting)
    for of in (None, meeting):
        old = opened(north, of)
        assert entry(old, meeting)

        new = opened(north, of)

        assert httpx.get(old, timeout=DEADLINE).status_code == 404
        assert entry(new, meeting)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_reply_of_a_calendar_counts_for_its_sequence(named: dict[str, DemoCounty], client: str) -> None:
    host, middle = named[HOST], named[MIDDLE]
    meeting = call(host)
    wait_known([middle], "meetings", meeting)
    accepted = CLIENTS[client](file_of(middle, meeting), "ACCEPTED")
    assert reply(middle, meeting, accepted).status_code == 200
    wait_for(list(named.values()), meeting, {MIDDLE: "ACCEPTED"})
    moved = move(host, meeting)
    wait_known(list(named.values()), "meetings", moved)

    late = reply(middle, moved, accepted)
    assert (late.status_code, late.json()["type"]) == (409, "/problems/moved")
    assert shown(host, moved)[MIDDLE] == {"NEEDS_ACTION"}
    declined = CLIENTS[client](file_of(middle, moved), "DECLINED")
    assert reply(middle, moved, declined).status_code == 200
    wait_for(list(named.values()), moved, {MIDDLE: "DECLINED"})
