"""Calendar files over HTTP: a participant's, and the county's feed under its secret."""

import threading
from typing import Any

import httpx
import pytest
import vobject

from services.trainings.api import calendars
from shared import threads
from shared.runtime.calendar_files.writing import write
from tests.service.offices import CLOCK, ok
from tests.service.trainings.offices import Offices, enrolled, ids, path
from tests.unit.trainings.given import ENDS, STARTS, TRAINING, Y, at

NOBODY = {"Authorization": ""}
PLACE = "Residensgränd 7, Östersund: sal Åreskutan"


def read(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    return vobject.readOne(answer.content.decode())


async def test_the_secret_address_shows_occasions_and_no_participant(offices: Offices) -> None:
    occasion = await offices.opened(place=PLACE, form="ON_SITE")
    await enrolled(offices.asker, occasion, "kramfors")
    await offices.settle()
    address = (await offices.asker.post("/calendars", status=201))["path"]
    answer = await offices.asker.api.get(address, headers=NOBODY)

    event = read(answer).vevent

    assert (event.summary.value, event.location.value) == (TRAINING["title"], PLACE)
    assert (event.dtstart.value, event.dtend.value) == (STARTS, ENDS)
    assert event.categories.value == ["Jämtlands län"]
    assert "x-correlation-id" not in answer.headers
    assert event.organizer.value == "mailto:no-reply@jamtland.invalid"
    spared = await offices.asker.api.get(address, headers=NOBODY | {"If-None-Match": answer.headers["ETag"]})
    assert (spared.status_code, spared.content, spared.headers["Cache-Control"]) == (304, b"", "private, no-cache")
    for word in ("kramfors", "ATTENDEE"):
        assert word not in answer.text


async def test_a_large_feed_is_written_beside_other_requests(offices: Offices, monkeypatch: pytest.MonkeyPatch) -> None:
    await offices.opened()
    address = (await offices.asker.post("/calendars", status=201))["path"]
    used: list[int] = []

    def noted(*given: Any) -> Any:
        used.append(threading.get_ident())
        return write(*given)

    monkeypatch.setattr(calendars, "write", noted)
    for many in (1, 2):
        monkeypatch.setattr(threads, "MANY", many)
        read(await offices.asker.api.get(address, headers=NOBODY))

    assert [each == threading.get_ident() for each in used] == [False, True]


async def test_another_secret_finds_no_feed_and_no_secret_is_stored(offices: Offices) -> None:
    first, second = [(await offices.asker.post("/calendars", status=201))["path"] for _ in range(2)]

    for address in (first, "/calendars/nobodys-secret"):
        answer = await offices.asker.api.get(address, headers=NOBODY)
        assert answer.status_code == 404
        assert address.rpartition("/")[2] not in answer.text

    read(await offices.asker.api.get(second, headers=NOBODY))
    secret = second.rpartition("/")[2]
    for table in ("calendar_feeds", "idempotency_keys"):
        assert secret not in str(await offices.asker.db.fetch(f"SELECT * FROM {table}"))


async def test_a_feed_lacks_the_occasions_that_are_not_for_its_county(offices: Offices) -> None:
    await offices.opened(open_for=["norrbotten"])

    address = (await offices.asker.post("/calendars", status=201))["path"]

    assert b"VEVENT" not in (await offices.asker.api.get(address)).content

    address = (await offices.host.post("/calendars", status=201))["path"]
    assert b"VEVENT" in (await offices.host.api.get(address)).content


async def test_a_participants_file_comes_and_goes_with_the_seat(offices: Offices) -> None:
    occasion = await offices.opened(url="https://www.lansstyrelsen.se/jamtland")
    request = await enrolled(offices.asker, occasion, "a")
    (participant,) = ids(request)
    address = f"{path(request)}/participants/{participant}/calendar"

    assert (await offices.asker.api.get(address)).status_code == 404

    await offices.settle()
    first = read(await offices.asker.api.get(address))
    uid = f"{occasion['id']}@jamtland"
    assert (first.method.value, first.vevent.uid.value) == ("PUBLISH", uid)
    (listed,) = (await offices.host.get(path(occasion, "occasions") + "/seats"))["items"]
    assert listed["code"] in first.vevent.description.value

    details = {name: occasion[name] for name in occasion if name in _DETAILS}
    body = {**details, "starts_at": at(8, 4, 14).isoformat()}
    ok(await offices.host.api.put(path(occasion, "occasions"), json=body, headers={"If-Match": _tag(occasion)}))
    await offices.settle()
    moved = read(await offices.asker.api.get(address)).vevent
    assert (moved.uid.value, moved.sequence.value, moved.dtstart.value) == (uid, "1", at(8, 4, 14))

    CLOCK.now = at(9, 3)
    await offices.asker.post(path(request) + "/cancel", {}, seen=request)
    await offices.settle()
    last = read(await offices.asker.api.get(address))
    assert (last.method.value, last.vevent.uid.value, last.vevent.status.value) == (
        "CANCEL",
        uid,
        "CANCELLED",
    )
    assert int(last.vevent.sequence.value) > 1
    assert (await offices.host.api.get(address)).status_code == 403
    assert request["county"] == Y
    again = await enrolled(offices.asker, ok(await offices.host.api.get(path(occasion, "occasions"))), "a")
    await offices.settle()
    back = read(await offices.asker.api.get(f"{path(again)}/participants/{ids(again)[0]}/calendar")).vevent
    assert (back.uid.value, back.status.value) == (uid, "CONFIRMED")
    assert int(back.sequence.value) >= int(last.vevent.sequence.value)


async def test_a_feed_is_the_same_until_something_changes(offices: Offices) -> None:
    await offices.opened()
    address = (await offices.host.post("/calendars", status=201))["path"]
    first = await offices.host.api.get(address)
    CLOCK.now = at(9, 3)
    assert (await offices.host.api.get(address)).content == first.content


def _tag(aggregate: dict[str, Any]) -> str:
    return f'"{aggregate["version"]}"'


_DETAILS = (
    *("training", "starts_at", "ends_at", "form", "place", "municipality", "url", "seats", "min_participants"),
    *("open_for", "reserved", "release_at", "opens_at", "closes_at"),
)
