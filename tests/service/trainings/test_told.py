"""Participants are told by their own county what has become of their seats: each thing once, and nothing old."""

from datetime import timedelta
from typing import Any

from icalendar import Calendar

from services.trainings.commands.upkeep import TIDY_EVERY
from shared.contracts.enrolments import SeatAnswer
from shared.runtime.notices.queue import Notice
from tests.service.offices import CLOCK
from tests.service.trainings.offices import Offices, enrolled, ids, path, persons
from tests.unit.trainings.given import ENDS, OPEN_DAY, STARTS, TRAINING

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def read(letter: Notice) -> tuple[str, str, int]:
    """The UID of the letter's calendar file, its method, and its sequence."""
    assert letter.calendar is not None
    calendar = Calendar.from_ical(letter.calendar)
    (event,) = calendar.walk("VEVENT")
    return str(event["UID"]), str(calendar["METHOD"]), int(str(event["SEQUENCE"]))


def details(occasion: dict[str, Any]) -> dict[str, Any]:
    """The occasion's details, as a command takes them."""
    fields = (
        *("training", "opens_at", "closes_at", "form", "seats", "open_for", "place"),
        *("starts_at", "ends_at", "reserved", "release_at", "min_participants", "municipality", "url"),
    )
    return {name: occasion[name] for name in fields if occasion.get(name) is not None}


async def moved(offices: Offices, occasion: dict[str, Any], days: int) -> None:
    """The host moves the occasion; nothing is carried."""
    now = await offices.host.get(path(occasion, "occasions"))
    body = details(now) | {"starts_at": (STARTS + days * DAY).isoformat(), "ends_at": (ENDS + days * DAY).isoformat()}
    headers = {"If-Match": f'"{now["version"]}"'}
    answer = await offices.host.api.put(path(occasion, "occasions"), json=body, headers=headers)
    assert answer.status_code == 200, answer.text


async def test_a_seat_is_told_by_the_home_county_to_its_participant(offices: Offices) -> None:
    occasion = await offices.opened()
    request = await enrolled(offices.asker, occasion, "a")
    assert await offices.asker.letters() == []

    await offices.settle()

    (letter,) = await offices.asker.letters()
    assert (letter.kind, letter.address) == ("seat-confirmed", "a@ombud.example")
    assert (str(letter.recipient), str(letter.about)) == (ids(request)[0], occasion["id"])
    assert letter.subject == f"Din plats är klar: {TRAINING['title']}"
    assert "Tid: torsdag 8 april 2027 kl. 13.00–16.00 (v. 14)" in str(letter.text)
    assert (letter.method, read(letter)) == ("REQUEST", (f"{occasion['id']}@jamtland", "REQUEST", 0))
    assert await offices.host.letters() == []


async def test_a_participant_of_the_host_is_told_at_once(offices: Offices) -> None:
    occasion = await offices.opened()

    await enrolled(offices.host, occasion, "a")

    assert await offices.host.told() == ["seat-confirmed"]


async def test_the_line_an_offer_and_its_lapse_are_told_once_each(offices: Offices) -> None:
    occasion = await offices.opened(seats=1)
    first = await enrolled(offices.host, occasion, "a")
    await enrolled(offices.asker, occasion, "b", "c")
    await offices.settle()
    assert await offices.asker.told() == ["seat-waiting", "seat-waiting"]
    assert [
        f"på plats {place} i kön" in str(letter.text) for place, letter in enumerate(await offices.asker.letters(), 1)
    ]

    await offices.host.post(path(first) + "/cancel", {}, seen=first)
    await offices.settle()
    offered = (await offices.asker.letters())[-1]
    assert (offered.kind, offered.address) == ("seat-offered", "b@ombud.example")
    assert "Svara JA på det här mejlet före onsdag 10 mars 2027 kl. 12.00." in str(offered.text)

    await offices.pass_time(4 * DAY)
    assert [(letter.kind, letter.address) for letter in (await offices.asker.letters())[-2:]] == [
        ("seat-lapsed", "b@ombud.example"),
        ("seat-offered", "c@ombud.example"),
    ]


async def test_an_accepted_offer_is_told_as_a_seat(offices: Offices) -> None:
    occasion = await offices.opened(seats=1)
    first = await enrolled(offices.host, occasion, "a")
    request = await enrolled(offices.asker, occasion, "b")
    await offices.settle()
    await offices.host.post(path(first) + "/cancel", {}, seen=first)
    await offices.settle()
    seen = await offices.asker.get(path(request))

    await offices.asker.post(path(request) + "/accept", {}, seen=seen)
    await offices.settle()

    assert await offices.asker.told() == ["seat-waiting", "seat-offered", "seat-confirmed"]


async def test_what_has_not_changed_is_not_told_again(offices: Offices) -> None:
    occasion = await offices.opened()
    request = await enrolled(offices.asker, occasion, "a", "b")
    await offices.settle()
    seen = await offices.asker.get(path(request))

    await offices.asker.post(path(request) + "/cancel", {"participants": [ids(request)[0]]}, seen=seen)
    await offices.settle()
    for event in await offices.host.sent():
        await offices.asker.receive([event])

    assert [(letter.kind, letter.address) for letter in await offices.asker.letters()] == [
        ("seat-confirmed", "a@ombud.example"),
        ("seat-confirmed", "b@ombud.example"),
        ("seat-cancelled", "a@ombud.example"),
    ]


async def test_a_move_is_told_with_the_new_time_whatever_comes_first(offices: Offices) -> None:
    occasion = await offices.opened()
    await enrolled(offices.asker, occasion, "a")
    await offices.settle()
    last = (await offices.host.sent())[-1].envelope.number
    await moved(offices, occasion, days=1)
    news = await offices.host.sent(last)
    answers = [each for each in news if isinstance(each.event, SeatAnswer)]

    await offices.asker.receive(answers)
    assert await offices.asker.told() == ["seat-confirmed"]

    await offices.asker.receive([each for each in news if each not in answers])
    await offices.asker.turn(CLOCK.now + TIDY_EVERY)
    letter = (await offices.asker.letters())[-1]
    assert (letter.kind, read(letter)) == ("occasion-moved", (f"{occasion['id']}@jamtland", "REQUEST", 1))
    assert "fredag 9 april 2027" in str(letter.text)


async def test_a_cancelled_occasion_is_told_to_all_who_had_a_seat_or_waited(offices: Offices) -> None:
    occasion = await offices.opened(seats=1)
    await enrolled(offices.asker, occasion, "a", "b")
    times = {"starts_at": (STARTS + DAY).isoformat(), "ends_at": (ENDS + DAY).isoformat()}
    await offices.host.post("/occasions", details(occasion) | times, status=201)
    await offices.settle()
    now = await offices.host.get(path(occasion, "occasions"))

    await offices.host.post(path(occasion, "occasions") + "/cancel", seen=now)
    await offices.settle()

    letters = (await offices.asker.letters())[2:]
    assert [letter.method for letter in letters] == ["CANCEL", None], "who waited has nothing in a calendar"
    assert read(letters[0]) == (f"{occasion['id']}@jamtland", "CANCEL", 1)
    assert [letter.kind for letter in letters] == ["occasion-cancelled"] * 2
    assert ["fredag 9 april 2027 kl. 13.00–16.00 (v. 14)" in str(letter.text) for letter in letters] == [True, True]


async def test_nothing_is_told_of_what_is_restated_or_late(offices: Offices) -> None:
    occasion = await offices.opened()
    await enrolled(offices.asker, occasion, "a")
    await offices.asker.carry_to(offices.host)
    offices.host.restated = True
    await offices.host.carry_to(offices.asker)
    assert await offices.asker.letters() == []

    offices.host.restated = False
    offices.host.ago = timedelta(hours=25)
    await enrolled(offices.asker, occasion, "b")
    await offices.settle()

    assert await offices.asker.letters() == []


async def test_nothing_is_told_again_after_a_recovery(offices: Offices) -> None:
    occasion = await offices.opened()
    await enrolled(offices.asker, occasion, "a")
    await offices.asker.carry_to(offices.host)
    await offices.asker.db.execute("UPDATE identity SET epoch = $1", int((CLOCK.now + HOUR).timestamp()))

    await offices.settle()

    assert await offices.asker.letters() == []


async def test_nothing_is_told_of_seats_once_the_occasion_has_begun(offices: Offices) -> None:
    occasion = await offices.opened(seats=1)
    await enrolled(offices.asker, occasion, "a", "b")
    await offices.settle()

    await offices.pass_time(STARTS + HOUR - OPEN_DAY)

    assert await offices.asker.told() == ["seat-confirmed", "seat-waiting"]


async def test_a_certificate_is_told_with_its_code_and_forgotten_with_it(offices: Offices) -> None:
    occasion = await offices.opened()
    request = await enrolled(offices.asker, occasion, "a", "b")
    await offices.settle()
    await offices.pass_time(ENDS + HOUR - CLOCK.now)
    came, absent = ids(request)

    await offices.host.post(path(occasion, "occasions") + "/attendance", {"came": [came], "absent": [absent]})
    await offices.settle()

    letter = (await offices.asker.letters())[-1]
    assert (letter.kind, letter.address) == ("certificate-ready", "a@ombud.example")
    (certificate,) = (await offices.asker.get("/certificates"))["items"]
    holder = await offices.asker.get(path(certificate, "certificates") + "/holder")
    assert f"http://county.test/certificates/check/{holder['code']}" in str(letter.text)

    await offices.pass_time(31 * DAY)
    assert {letter.address for letter in await offices.asker.letters()} == {"a@ombud.example", None}
    await offices.pass_time(3 * 366 * DAY)
    assert {letter.address for letter in await offices.asker.letters()} == {None}


async def test_no_letter_names_anybody_and_no_event_has_an_address(offices: Offices) -> None:
    occasion = await offices.opened()
    await enrolled(offices.asker, occasion, "a", "b")
    await offices.settle()

    assert [letter for letter in await offices.asker.letters() if "Ombud" in f"{letter.subject} {letter.text}"] == []
    events = [each.event.write() for office in (offices.asker, offices.host) for each in await office.sent()]
    assert [event for event in events if b"@" in event] == []


async def test_a_colleague_s_entry_stays_until_the_last_seat_is_gone(offices: Offices) -> None:
    occasion = await offices.opened(seats=4)
    reference = {"county": occasion["county"], "id": occasion["id"]}
    requests = []
    for name in ("Åsa", "Elin", "Nils"):
        colleague = {**persons("växel")[0], "name": name}
        body = {"occasion": reference, "participants": [colleague]}
        requests.append(await offices.asker.post("/enrolments", body, status=201))
    await offices.settle()
    shown = max(read(letter)[2] for letter in await offices.asker.letters())

    said = []
    for request in reversed(requests):
        before = len(await offices.asker.letters())
        now = await offices.asker.get(path(request))
        await offices.asker.post(path(request) + "/cancel", {}, seen=now)
        await offices.settle()
        said.append((await offices.asker.letters())[before:])

    assert [[letter.calendar is not None for letter in letters] for letters in said] == [[False], [False], [True]]
    _, method, sequence = read(said[-1][0])
    assert (method, sequence > shown) == ("CANCEL", True)
